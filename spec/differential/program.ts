import type { SpanContext } from '@opentelemetry/api';

/*
 * Programs of API calls as data, so that the same one runs over two SDKs, shrinks, and can be read when it has shown a
 * difference. Spans and tracers are named by their number; numbers go round, so every program means something.
 */

/** A program, and what it runs over. */
export interface Program {
  readonly setUp: SetUp;
  readonly steps: readonly Step[];
}

export interface SetUp {
  readonly limits?: Limits;
  readonly generalLimits?: Limits;
  readonly sampler?: SamplerData;
  readonly resource?: AttributesData;
  /** Default: one simple processor. */
  readonly processors?: readonly ProcessorData[];
  /** Default: one with a name. */
  readonly tracers?: readonly TracerData[];
}

export type Limits = Readonly<Record<string, number>>;

export interface TracerData {
  readonly name: unknown;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: AttributesData;
}

export type SamplerData =
  | 'on'
  | 'off'
  | 'throws'
  | 'malformed'
  | { readonly ratio: number }
  /** The rule of the specification's successor of the ratio, the right-most 56 bits, on its own. */
  | { readonly threshold: number }
  | { readonly parentBased: Readonly<Record<string, SamplerData>> }
  | Readonly<Answer>;

/** A sampler of somebody's that always answers the same. */
export interface Answer {
  readonly decision: 0 | 1 | 2;
  readonly attributes?: AttributesData;
  readonly traceState?: string;
}

export type ProcessorData =
  | 'simple'
  | 'batch'
  /** Notes each call. */
  | 'watch'
  | 'throws'
  /** Writes to spans: attributes at these points, and all it can in `onEnd`. */
  | { readonly onStart?: AttributesData; readonly onEnding?: AttributesData };

/** Values may be words of {@link ODD}; undefined, null and non-objects stand for themselves. */
export type AttributesData = Readonly<Record<string, unknown>> | string | null | undefined;

/** A `TimeInput`, or no time at all; a Date is `{ date }`, so that it can be read. */
export type TimeData = unknown;

export interface LinkData {
  readonly to: { readonly span: number } | ContextData;
  readonly attributes?: AttributesData;
}

export type ContextData = Readonly<Omit<SpanContext, 'traceState'>> & {
  readonly traceState?: string;
};

/** The context that something is done in; 'active' gives none. */
export type Place =
  'active' | 'root' | 'suppressed' | { readonly span: number } | { readonly remote: ContextData };

export interface OptionsData {
  readonly kind?: unknown;
  readonly root?: boolean;
  readonly attributes?: AttributesData;
  readonly links?: readonly (LinkData | null)[];
  readonly startTime?: TimeData;
}

export interface Start {
  readonly tracer: number;
  readonly name: unknown;
  readonly options?: OptionsData | null;
  readonly at?: Place;
}

/** -1 as a tracer is one that records nothing. */
export type Step =
  | ({ readonly do: 'start' } & Start)
  /** With two, three or four arguments. */
  | ({
      readonly do: 'startActive';
      readonly arity: 2 | 3 | 4;
      readonly steps: readonly Step[];
    } & Start)
  | { readonly do: 'with'; readonly at: Place; readonly steps: readonly Step[] }
  | { readonly do: 'both'; readonly steps: readonly Step[]; readonly others: readonly Step[] }
  | { readonly do: 'wait' }
  | { readonly do: 'nothing' }
  | { readonly do: 'look'; readonly span: number }
  | {
      readonly do: 'setAttribute';
      readonly span: number;
      readonly key: unknown;
      readonly value: unknown;
    }
  | { readonly do: 'setAttributes'; readonly span: number; readonly attributes: AttributesData }
  | ({ readonly do: 'addEvent' } & EventData)
  | { readonly do: 'addLink'; readonly span: number; readonly link: LinkData | null }
  | { readonly do: 'addLinks'; readonly span: number; readonly links: readonly (LinkData | null)[] }
  | ({ readonly do: 'recordException' } & ExceptionData)
  | {
      readonly do: 'setStatus';
      readonly span: number;
      readonly status: StatusData | null | undefined;
    }
  | { readonly do: 'updateName'; readonly span: number; readonly name: unknown }
  | { readonly do: 'end'; readonly span: number; readonly time?: TimeData }
  | { readonly do: 'shutdown' };

/** `addEvent(name, attributes, time)`, or, where `times` is there, `addEvent(name, ...times)`. */
export interface EventData {
  readonly span: number;
  readonly name: unknown;
  readonly attributes?: AttributesData;
  readonly time?: TimeData;
  readonly times?: readonly TimeData[];
}

export interface ExceptionData {
  readonly span: number;
  /** A word of {@link THROWN}. */
  readonly thrown: string;
  readonly time?: TimeData;
  readonly more?: AttributesData;
}

export interface StatusData {
  readonly code: unknown;
  readonly message?: unknown;
}
