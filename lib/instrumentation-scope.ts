import type { Attributes } from '@opentelemetry/api';

/** The library or module that made a span (specification: instrumentation scope). */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: Attributes;
}
