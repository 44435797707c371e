// dd-trace as it is started everywhere here. Names with an underscore are its own affair: they are why its
// version is fixed.
import { createRequire } from 'node:module';

/** Has all traces sent to one path; by this header the backend knows which of its places is meant. */
export const PLACE_HEADER = 'x-bench-place';

/** What is not tracing. Each takes time or memory that nobody else's does here. */
const OFF = [
  'DD_INSTRUMENTATION_TELEMETRY_ENABLED',
  'DD_REMOTE_CONFIGURATION_ENABLED',
  'DD_RUNTIME_METRICS_ENABLED',
  'DD_PROFILING_ENABLED',
  'DD_DYNAMIC_INSTRUMENTATION_ENABLED',
  'DD_CODE_ORIGIN_FOR_SPANS_ENABLED',
  'DD_CRASHTRACKING_ENABLED',
  'DD_TRACE_GIT_METADATA_ENABLED',
  'DD_TRACE_STARTUP_LOGS',
];

/** Starts it, with the propagation of the others and its own defaults besides. */
export function start({ plugins, propagation }) {
  for (const name of OFF) process.env[name] = 'false';
  process.env.DD_TRACE_PROPAGATION_STYLE = propagation;
  const dd = createRequire(import.meta.url)('dd-trace');
  return dd.init({ service: 'shop', plugins });
}

/** Lets an exporter send to a place of the backend. */
export function sendTo(exporter, place) {
  const { origin, pathname } = new URL(place);
  exporter.setUrl(origin);
  exporter._writer._headers[PLACE_HEADER] = pathname;
}

/** Sends what waits; resolves when that has been answered. */
export function flush(exporter) {
  return new Promise((resolve) => exporter.flush(resolve));
}
