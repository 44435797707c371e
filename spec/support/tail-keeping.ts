import { ROOT_CONTEXT, SpanStatusCode, trace, type SpanOptions } from '@opentelemetry/api';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TailKeeper, type TailKeeperOptions } from '../../lib/processors/tail-keeper.js';
import { TracerProvider, type TracerProviderOptions } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import type { Span } from '../../lib/span.js';

/** A tail keeper at work. */
export interface TailKeeping {
  readonly keeper: TailKeeper;
  readonly provider: TracerProvider;
  /** The names of the spans that were kept, in their order. */
  readonly names: () => string[];
  readonly kept: () => ReadableSpan[];
  /** Starts a span below another one, or a trace. */
  readonly start: (name: string, parent?: Span, options?: SpanOptions) => Span;
  /** A whole trace: a root with one child. */
  readonly request: (name: string, about?: { fails?: boolean; options?: SpanOptions }) => void;
}

/** A provider that keeps what a tail keeper with these options keeps. */
export function keeping(
  options: TailKeeperOptions,
  about: TracerProviderOptions = {},
): TailKeeping {
  const exporter = new InMemorySpanExporter();
  const keeper = new TailKeeper(new SimpleSpanProcessor(exporter), options);
  const provider = new TracerProvider({ ...about, spanProcessors: [keeper] });
  const tracer = provider.getTracer('spec');
  const start: TailKeeping['start'] = (name, parent, spanOptions = {}) =>
    tracer.startSpan(
      name,
      spanOptions,
      parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent),
    ) as Span;
  return {
    keeper,
    provider,
    start,
    kept: () => exporter.getFinishedSpans(),
    names: () => exporter.getFinishedSpans().map(({ name }) => name),
    request(name, { fails = false, options: rootOptions = {} } = {}) {
      const root = start(name, undefined, rootOptions);
      const child = start(`${name} query`, root);
      if (fails) child.setStatus({ code: SpanStatusCode.ERROR });
      child.end();
      root.end();
    },
  };
}

/** Ids in a row that one can foresee: the last 56 bits are what is given. */
export function idsWithRandomness(...randomness: string[]): TracerProviderOptions {
  let spans = 0;
  let traces = 0;
  return {
    idGenerator: {
      generatesRandomTraceIds: true,
      generateTraceId: () =>
        `${(++traces).toString(16).padStart(18, 'a')}${randomness.shift() ?? '00000000000001'}`,
      generateSpanId: () => (++spans).toString(16).padStart(16, '0'),
    },
  };
}
