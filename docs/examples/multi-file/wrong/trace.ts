/** Tracing: what is started here has to be stopped here, whichever way the driver goes. */
export function startTracing(DriverObject: DRIVER_OBJECT, RegistryPath: UNICODE_STRING): void {
  WPP_INIT_TRACING(DriverObject, RegistryPath);
}

export function stopTracing(Driver: WDFDRIVER): void {
  WPP_CLEANUP(WdfDriverWdmGetDriverObject(Driver));
}
