import type { OTLPTraceExporterOptions, OtlpHeaders } from '../../exporters/otlp/options.js';
import { processSettings } from '../config.js';
import { otlpEnvironment } from './otlp-environment.js';

/**
 * Options for an OTLP exporter that is made in code, completed by the environment, as with the official
 * exporters. Headers are completed one by one. The protocol of the environment belongs to the endpoint of the
 * environment: it says nothing about a `url` in code.
 */
export function withOtlpEnvironment(given: OTLPTraceExporterOptions): OTLPTraceExporterOptions {
  const { protocol, headers, ...said } = otlpEnvironment(processSettings().otlp);
  return {
    ...(protocol !== undefined && given.url === undefined && { protocol }),
    ...(headers !== undefined && { headers }),
    ...said,
    ...given,
    ...(headers && given.headers && { headers: merged(headers, given.headers) }),
  };
}

function merged(said: OtlpHeaders, given: OtlpHeaders): OtlpHeaders {
  if (typeof given !== 'function') return over(said, given);
  return () => {
    const headers = given();
    return headers instanceof Promise
      ? headers.then((late) => over(said, late))
      : over(said, headers);
  };
}

/** Names of headers are the same in any case. */
function over<H>(said: OtlpHeaders, given: H): H {
  if (typeof given !== 'object' || given === null) return given; // the exporter says what is wrong with it
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const others = Object.entries(said).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(others), ...given };
}
