/**
 * A duration in at most seven cells: `500ns`, `42µs`, `3.3ms`, `412ms`, `1.24s`, `12.4s`, `2m 05s`,
 * `1h 03m`, `3d 04h`.
 *
 * @param micro how to write microseconds; ASCII terminals need `us`
 */
export function formatDuration(millis: number, micro = 'µs'): string {
  if (!(millis > 0)) return `0${micro}`;
  if (millis < 0.0005) return `${Math.max(1, Math.round(millis * 1e6))}ns`;
  if (millis < 0.9995) return `${Math.max(1, Math.round(millis * 1000))}${micro}`;
  if (millis < 9.95) return `${Math.round(millis * 10) / 10}ms`;
  if (millis < 999.5) return `${Math.round(millis)}ms`;
  if (millis < 9_995) return `${(millis / 1000).toFixed(2)}s`;
  if (millis < 59_950) return `${(millis / 1000).toFixed(1)}s`;
  return formatLong(Math.round(millis / 1000));
}

/** A moment as its distance from the start of the trace: `+20ms`, or `-3ms` before it. */
export function formatOffset(millis: number, micro?: string): string {
  return millis < 0 ? `-${formatDuration(-millis, micro)}` : `+${formatDuration(millis, micro)}`;
}

function formatLong(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
  const hours = Math.round(seconds / 3600);
  const days = Math.floor(hours / 24);
  if (days < 100) return `${days}d ${twoDigits(hours % 24)}h`;
  return days < 100_000 ? `${days}d` : '>99999d';
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
