/**
 * Has this process's spans exported when that is wanted; gives what ends it. What exports is loaded then only.
 * @param service `millrace-api`, ...: the service of the spans, unless OTEL_SERVICE_NAME says otherwise
 */
export async function startTracing(service: string, wanted: boolean): Promise<() => Promise<void>> {
  if (!wanted) return async () => undefined;
  const { exportSpans } = await import('./open-telemetry.js');
  return exportSpans(service);
}
