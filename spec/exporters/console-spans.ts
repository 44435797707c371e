import {
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import type { Span } from '../../lib/span.js';

/** Makes real spans under chosen parents. */
export interface SpanMaker {
  readonly provider: TracerProvider;
  /** A span that has started, a local root without a parent, below a local or a remote one. */
  readonly open: (name: string, options?: SpanOptions & Parents) => Span;
  /** The same, ended at once; `millis` sets its duration. */
  readonly ended: (
    name: string,
    options?: SpanOptions & Parents & { millis?: number; failed?: boolean },
  ) => Span;
}

interface Parents {
  parent?: { spanContext(): SpanContext } | undefined;
  remote?: { spanContext(): SpanContext } | undefined;
}

/** A provider of one service, with these processors. */
export function spanMaker(service = 'shop', ...spanProcessors: SpanProcessor[]): SpanMaker {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [...spanProcessors, silent],
  });
  const tracer = provider.getTracer('spec');
  const open: SpanMaker['open'] = (name, { parent, remote, ...options } = {}) => {
    const above = parent?.spanContext() ?? (remote && { ...remote.spanContext(), isRemote: true });
    const context = above ? trace.setSpanContext(ROOT_CONTEXT, above) : ROOT_CONTEXT;
    return tracer.startSpan(name, options, context) as Span;
  };
  const ended: SpanMaker['ended'] = (name, { millis, failed, ...options } = {}) => {
    const startTime = options.startTime ?? (millis === undefined ? undefined : Date.now() - millis);
    const span = open(name, { ...options, ...(startTime !== undefined && { startTime }) });
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: 'no luck' });
    span.end(millis === undefined ? undefined : (startTime as number) + millis);
    return span;
  };
  return { provider, open, ended };
}

/** A caller in another process. */
export function remoteCaller(): { spanContext(): SpanContext } {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(1 + Math.random() * 9)).join('');
  const context = { traceId: digits(32), spanId: digits(16), traceFlags: TraceFlags.SAMPLED };
  return { spanContext: () => context };
}

const silent: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
