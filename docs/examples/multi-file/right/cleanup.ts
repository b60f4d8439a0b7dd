/** What the driver object's EvtCleanupCallback undoes: it runs when DriverEntry fails as well as when the driver is unloaded. */
import { freeTable } from "./device.ts";
import { stopTracing } from "./trace.ts";

export function EvtDriverCleanup(Driver: WDFDRIVER): void {
  freeTable();
  stopTracing(Driver);
}
