import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
} from '@opentelemetry/api';
import type { PropagatorName, Sdk } from './sdks.js';
import { shownContext } from './shown.js';

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Headers that one propagator reads, and another writes out again. */
export interface Passage {
  readonly headers: Headers;
  readonly from: PropagatorName;
  readonly to: PropagatorName;
}

/** What became of them. */
export interface Carried {
  readonly parent: string;
  readonly debug: boolean;
  readonly baggage: Record<string, string>;
  /** What was written. */
  readonly headers: Record<string, string>;
}

const DEBUG_KEY = Symbol.for('OpenTelemetry Context Key B3 Debug Flag');

/** @param between is handed the context that was read */
export function carry(
  sdk: Sdk,
  { headers, from, to }: Passage,
  between: (context: Context) => Context = (context) => context,
): Carried {
  const read = sdk.propagators[from]().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const written: Record<string, string> = {};
  sdk.propagators[to]().inject(between(read), written, defaultTextMapSetter);
  const baggage = propagation.getBaggage(read)?.getAllEntries() ?? [];
  return {
    parent: shownContext(trace.getSpanContext(read)),
    debug: read.getValue(DEBUG_KEY) !== undefined,
    baggage: Object.fromEntries(
      baggage.map(([name, { value, metadata }]) => [
        name,
        metadata === undefined ? value : `${value};${metadata.toString()}`,
      ]),
    ),
    headers: written,
  };
}
