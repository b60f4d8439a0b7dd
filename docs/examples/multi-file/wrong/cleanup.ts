/** What the driver object's EvtCleanupCallback undoes: it runs when DriverEntry fails as well as when the driver is unloaded. */
import { stopTracing } from "./trace.ts";

export function EvtDriverCleanup(Driver: WDFDRIVER): void {
  stopTracing(Driver);
}
