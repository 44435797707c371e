import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { AlwaysOffSampler, SamplingDecision } from '../lib/sampler.js';
import type { Sampler, SamplingInput, SamplingResult } from '../lib/sampler.js';
import { createCompositeSampler } from './composite.js';
import type { JaegerStrategy } from './jaeger-strategy.js';
import { ProbabilitySampler } from './probability.js';
import { createComposableRateLimitingSampler } from './rate-limiting.js';

/** Operations with a lower bound of their own, as span names may be without end; Jaeger's clients have as many. */
const MAX_OPERATIONS = 2000;

/** The sampler that does what a strategy says. */
export function samplerFor(strategy: JaegerStrategy): Sampler {
  if (strategy.kind === 'probabilistic') return new ProbabilitySampler(strategy.ratio);
  if (strategy.kind === 'rate-limiting') return atMost(strategy.tracesPerSecond);
  return new OperationsSampler(strategy);
}

type Operations = Extract<JaegerStrategy, { kind: 'operations' }>;

/** By the name of the span, with a ratio each, and with a lower bound each. */
class OperationsSampler implements Sampler {
  readonly #operations = new Map<string, Sampler>();
  readonly #strategy: Operations;
  /** For names beyond the bound. */
  readonly #others: Sampler;

  constructor(strategy: Operations) {
    this.#strategy = strategy;
    this.#others = atLeast(strategy.lowerBound, strategy.ratio);
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const sampler = this.#operations.get(spanName) ?? this.#samplerFor(spanName);
    return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  #samplerFor(operation: string): Sampler {
    const { ratio, lowerBound, ratios } = this.#strategy;
    const own = ratios.get(operation);
    if (own === undefined && this.#operations.size >= MAX_OPERATIONS) return this.#others;
    const sampler = atLeast(lowerBound, own ?? ratio);
    this.#operations.set(operation, sampler);
    return sampler;
  }

  toString(): string {
    const { ratio, lowerBound, ratios } = this.#strategy;
    return `PerOperation{${ratio}, lowerBound=${lowerBound}, operations=${ratios.size}}`;
  }
}

function atMost(tracesPerSecond: number): Sampler {
  if (tracesPerSecond === 0) return new AlwaysOffSampler();
  return createCompositeSampler(createComposableRateLimitingSampler({ tracesPerSecond }));
}

/** A share, but so many a second at least. What is kept for the latter carries no threshold. */
function atLeast(tracesPerSecond: number, ratio: number): Sampler {
  const share = new ProbabilitySampler(ratio);
  if (tracesPerSecond === 0) return share;
  const least = atMost(tracesPerSecond);
  return {
    shouldSample: (...input: SamplingInput) => {
      const result = share.shouldSample(...input);
      // What is kept by its share counts towards the bound too.
      const bound = least.shouldSample(...input);
      return result.decision === SamplingDecision.NOT_RECORD ? bound : result;
    },
    toString: () => `AtLeast{${tracesPerSecond}, ${String(share)}}`,
  };
}
