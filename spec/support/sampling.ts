import {
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '../../lib/sampler.js';
import { TraceState } from '../../lib/trace-state.js';

/** A trace id that ends in these digits of its random number; zeros follow. */
export function traceIdWith(random: string): string {
  return `0123456789abcdef01${random.padEnd(14, '0')}`;
}

/** A context with a remote parent: sampled and random, unless it is said otherwise. */
export function below(parent: Partial<SpanContext> & { state?: string } = {}): Context {
  const { state, ...rest } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceIdWith('8'),
    spanId: 'b'.repeat(16),
    traceFlags: 3,
    isRemote: true,
    ...(state !== undefined && { traceState: new TraceState(state) }),
    ...rest,
  });
}

/** What a sampler is asked, as far as it matters. */
export interface Question {
  context?: Context;
  /** The digits that the trace id's random number begins with. */
  random?: string;
  name?: string;
  kind?: SpanKind;
  attributes?: Attributes;
}

/** Asks a sampler about one span. */
export function ask(
  sampler: Pick<Sampler, 'shouldSample'>,
  { context = ROOT_CONTEXT, random = '8', name = 'GET', kind, attributes = {} }: Question = {},
): SamplingResult {
  const spanKind = kind ?? SpanKind.SERVER;
  return sampler.shouldSample(context, traceIdWith(random), name, spanKind, attributes, []);
}

/** Whether a span is kept. */
export function keeps(sampler: Pick<Sampler, 'shouldSample'>, question?: Question): boolean {
  return ask(sampler, question).decision === 2;
}
