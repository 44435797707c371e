/*
 * Compiled, not run: our classes are what the API asks for, what was written for the official SDK's
 * shapes fits ours, and what must not compile does not.
 */
import type * as api from '@opentelemetry/api';
import type * as api19 from 'api-1.9';
import {
  AlwaysOnSampler,
  AsyncLocalStorageContextManager,
  BatchSpanProcessor,
  ParentBasedSampler,
  resourceFromAttributes,
  SamplingDecision,
  SimpleSpanProcessor,
  TracerProvider,
  withSpan,
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  type Span,
  type SpanExporter,
  type SpanProcessor,
} from '../../lib/index.js';
import { InMemorySpanExporter } from '../../exporters/index.js';
import { TraceIdRatioBasedSampler } from '../../samplers/index.js';

declare function compiles(...values: unknown[]): void;

// ── Ours are the API's, of any version ─────────────────────────────────────────────────────────────

export const provider: api.TracerProvider = new TracerProvider();
export const tracer: api.Tracer = new TracerProvider().getTracer('t');
export const manager: api.ContextManager = new AsyncLocalStorageContextManager();
export const providerOf19: api19.TracerProvider = new TracerProvider();
export const tracerOf19: api19.Tracer = new TracerProvider().getTracer('t');
export const managerOf19: api19.ContextManager = new AsyncLocalStorageContextManager();
export const samplerOfTheApi: api.Sampler = new AlwaysOnSampler();
declare const span: Span;
export const written: api.Span = span;
export const writtenOf19: api19.Span = span;
export const read: ReadableSpan = span;

// ── What is written for the official shapes fits ───────────────────────────────────────────────────

declare const samplerFromTheApi: api.Sampler;
compiles(new TracerProvider({ sampler: samplerFromTheApi }));

class Exporter implements SpanExporter {
  export(spans: ReadableSpan[], done: (result: { code: 0 | 1; error?: Error }) => void): void {
    done({ code: spans.length > 0 ? 0 : 1 });
  }
  async shutdown(): Promise<void> {}
}

class Processor implements SpanProcessor {
  onStart(started: Span, parent: api.Context): void {
    started.setAttribute('parent', parent === undefined);
  }
  onEnd(ended: ReadableSpan): void {
    void ended.attributes['parent'];
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

class Ids implements IdGenerator {
  generateTraceId(): string {
    return '';
  }
  generateSpanId(): string {
    return '';
  }
}

const own: Sampler = {
  shouldSample: (_context, traceId, name, kind, attributes, links) => ({
    decision: SamplingDecision.RECORD,
    attributes: { ...attributes, traceId, name, kind, links: links.length },
  }),
  toString: () => 'own',
};

compiles(
  new TracerProvider({
    idGenerator: new Ids(),
    resource: resourceFromAttributes({ a: 1 }, { schemaUrl: '' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
    spanLimits: { attributeCountLimit: 0 },
    spanProcessors: [
      new Processor(),
      new SimpleSpanProcessor(new Exporter()),
      new BatchSpanProcessor(new InMemorySpanExporter(), { maxQueueSize: 1 }),
    ],
    tracerConfigurator: (scope) => (scope.name === 'off' ? { enabled: false } : null),
  }),
);
compiles(new ParentBasedSampler({ root: own, localParentSampled: own }));
compiles(new TracerProvider().getTracer('t', '1', { schemaUrl: '', attributes: { team: 'a' } }));

// ── Values come back with their types ──────────────────────────────────────────────────────────────

export const returned: number = withSpan('name', () => 1);
export const promised: Promise<string> = withSpan('name', { kind: 1 }, async () => 'value');
export const traced: boolean = withSpan(tracer, 'name', (active) => active.isRecording());
export const started: string = new TracerProvider()
  .getTracer('t')
  .startActiveSpan('name', (active) => active.spanContext().traceId);

// ── What must not compile ──────────────────────────────────────────────────────────────────────────

// @ts-expect-error a processor is not an exporter
compiles(new BatchSpanProcessor(new Processor()));
// @ts-expect-error an exporter is not a processor
compiles(new TracerProvider({ spanProcessors: [new Exporter()] }));
// @ts-expect-error no such option
compiles(new TracerProvider({ processors: [] }));
// @ts-expect-error a root is needed
compiles(new ParentBasedSampler({}));
// @ts-expect-error limits are numbers
compiles(new TracerProvider({ spanLimits: { eventCountLimit: '5' } }));
// @ts-expect-error a function is needed
withSpan('name');
// @ts-expect-error readers do not write
read.name = 'other';
// @ts-expect-error a resource does not change
resourceFromAttributes({}).attributes = {};
