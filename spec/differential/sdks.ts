import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import * as officialContext from '@opentelemetry/context-async-hooks';
import * as officialCore from '@opentelemetry/core';
import * as officialB3 from '@opentelemetry/propagator-b3';
import * as officialJaeger from '@opentelemetry/propagator-jaeger';
import * as officialResources from '@opentelemetry/resources';
import * as official from '@opentelemetry/sdk-trace-base';
import * as ours from '../../lib/index.js';

/** A provider of either maker. */
export interface Provider extends TracerProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The parts that a program is run over, by the names that both SDKs have. */
export interface Sdk {
  readonly name: 'official' | 'spantree';
  provider(options: ours.TracerProviderOptions): Provider;
  contextManager(): ContextManager;
  readonly parts: Pick<
    typeof ours,
    | 'AlwaysOffSampler'
    | 'AlwaysOnSampler'
    | 'BatchSpanProcessor'
    | 'InMemorySpanExporter'
    | 'ParentBasedSampler'
    | 'SimpleSpanProcessor'
    | 'TraceIdRatioBasedSampler'
    | 'defaultResource'
    | 'resourceFromAttributes'
    | 'suppressTracing'
  >;
  readonly propagators: Readonly<Record<PropagatorName, () => TextMapPropagator>>;
}

export type PropagatorName = 'tracecontext' | 'baggage' | 'w3c' | 'b3' | 'b3multi' | 'jaeger';

export const SPANTREE: Sdk = {
  name: 'spantree',
  provider: (options) => new ours.TracerProvider(options),
  contextManager: () => new ours.AsyncLocalStorageContextManager(),
  parts: ours,
  propagators: propagators(ours),
};

export const OFFICIAL: Sdk = {
  name: 'official',
  provider: (options) => new official.BasicTracerProvider(options as official.TracerConfig),
  contextManager: () => new officialContext.AsyncLocalStorageContextManager(),
  parts: { ...official, ...officialResources, ...officialCore } as unknown as Sdk['parts'],
  propagators: propagators({ ...officialCore, ...officialB3, ...officialJaeger } as never),
};

function propagators(parts: typeof ours): Sdk['propagators'] {
  return {
    tracecontext: () => new parts.W3CTraceContextPropagator(),
    baggage: () => new parts.W3CBaggagePropagator(),
    w3c: () =>
      new parts.CompositePropagator({
        propagators: [new parts.W3CTraceContextPropagator(), new parts.W3CBaggagePropagator()],
      }),
    b3: () => new parts.B3Propagator(),
    b3multi: () => new parts.B3Propagator({ injectEncoding: parts.B3InjectEncoding.MULTI_HEADER }),
    jaeger: () => new parts.JaegerPropagator(),
  };
}
