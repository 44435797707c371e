import {
  context,
  INVALID_SPAN_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';

/** A tracer that records nothing, as the specification has it: its spans are their parents (T-TRC-08). */
export const NO_TRACER: Tracer = {
  startSpan(_name: string, options?: SpanOptions, at: Context = context.active()): Span {
    const parent = options?.root ? undefined : trace.getSpan(at);
    if (parent === undefined) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    return parent.isRecording() ? trace.wrapSpanContext(parent.spanContext()) : parent;
  },

  startActiveSpan(name: string, ...args: unknown[]): never {
    const run = args.pop() as (span: Span) => unknown;
    const [options, at = context.active()] = args as [SpanOptions?, Context?];
    const span = NO_TRACER.startSpan(name, options, at);
    return context.with(trace.setSpan(at, span), run, undefined, span) as never;
  },
};
