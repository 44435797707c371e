import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider, type TracerProviderOptions } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import type { Tracer } from '../../lib/tracer.js';

/** What a spec works with; made anew for each test. */
export interface Harness {
  provider: TracerProvider;
  tracer: Tracer;
  exporter: InMemorySpanExporter;
  /** What the SDK reported during this test. */
  diagnostics: Diagnostic[];
  /** The spans that have been exported, in the order of their ends. */
  spans(): ReadableSpan[];
  /** The exported span of that name; fails when there is none, or more than one. */
  span(name: string): ReadableSpan;
  /** Lets spans be left open by this test. */
  allowOpenSpans(): void;
}

/**
 * Sets up a provider with an in-memory exporter and the API's context manager for each test of the
 * surrounding `describe`, and fails a test that leaves a span open or a context active.
 */
export function harness(options: TracerProviderOptions = {}): Harness {
  const h = {} as Harness;
  let open: Set<ReadableSpan>;
  let openAllowed: boolean;

  beforeEach(() => {
    open = new Set();
    openAllowed = false;
    resetDiagnostics();
    h.diagnostics = [];
    setErrorHandler((diagnostic) => h.diagnostics.push(diagnostic));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    h.exporter = new InMemorySpanExporter();
    h.provider = new TracerProvider({
      ...options,
      spanProcessors: [
        watching(open),
        new SimpleSpanProcessor(h.exporter),
        ...(options.spanProcessors ?? []),
      ],
    });
    h.tracer = h.provider.getTracer('spec');
    h.spans = () => h.exporter.getFinishedSpans();
    h.span = (name) => onlyOne(h.spans(), name);
    h.allowOpenSpans = () => {
      openAllowed = true;
    };
  });

  afterEach(async () => {
    const active = context.active();
    await h.provider.shutdown();
    setErrorHandler(() => {});
    resetDiagnostics();
    trace.disable();
    context.disable();
    propagation.disable();
    if (active !== ROOT_CONTEXT) throw new Error('the test left a context active');
    if (open.size > 0 && !openAllowed) {
      const names = [...open].map((span) => span.name).join(', ');
      throw new Error(`the test left spans open: ${names}`);
    }
  });
  return h;
}

/** A processor that knows which spans are open. */
function watching(open: Set<ReadableSpan>): SpanProcessor {
  return {
    onStart: (span) => void open.add(span),
    onEnd: (span) => void open.delete(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

function onlyOne(spans: ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  if (found.length === 1) return found[0]!;
  const names = spans.map((span) => span.name).join(', ');
  throw new Error(`${found.length} spans are named "${name}"; there are: ${names || 'none'}`);
}
