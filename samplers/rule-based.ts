import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { requireMethods } from '../lib/require-methods.js';
import {
  SamplingDecision,
  shutdownSamplers,
  type Sampler,
  type SamplingResult,
} from '../lib/sampler.js';
import { predicateOf, type SamplingPredicate, type SpanConditions } from './conditions.js';
import { KEEP_NONE, type ComposableSampler } from './intent.js';

/** What the spans that match are sampled by, in a composite sampler. */
export type ComposableRule = readonly [
  spans: SpanConditions | SamplingPredicate,
  sampler: ComposableSampler,
];

/**
 * Asks the sampler of the first rule that matches; where none does, the span is dropped (specification:
 * ComposableRuleBased).
 *
 * @throws TypeError for conditions that cannot be understood, and what is no composable sampler
 */
export function createComposableRuleBasedSampler(
  rules: readonly ComposableRule[],
): ComposableSampler {
  const compiled = rules.map(([spans, sampler]) => {
    requireMethods('rules', sampler, ['getSamplingIntent']);
    return { holds: predicateOf(spans), sampler };
  });
  const description = rules.map(([spans, sampler]) => `(${textOf(spans)}, ${String(sampler)})`);
  return {
    getSamplingIntent(context, traceId, name, kind, attributes, links) {
      for (const { holds, sampler } of compiled) {
        if (holds(context, traceId, name, kind, attributes, links)) {
          return sampler.getSamplingIntent(context, traceId, name, kind, attributes, links);
        }
      }
      return KEEP_NONE;
    },
    toString: () => `ComposableRuleBasedSampler([${description.join(', ')}])`,
  };
}

/** What the spans that match are sampled by. */
export type SamplingRule = readonly [spans: SpanConditions | SamplingPredicate, sampler: Sampler];

const DROP: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

/**
 * Asks the sampler of the first rule that matches; where none does, the span is dropped: a last rule with the
 * conditions `{}` is for all others. Takes samplers of any kind; the one for composite samplers is
 * {@link createComposableRuleBasedSampler}.
 *
 * Only what a span starts with can be told apart: `http.route` is known later.
 *
 * @throws TypeError for conditions that cannot be understood, and what is no sampler
 */
export class RuleBasedSampler implements Sampler {
  readonly #rules: readonly { holds: SamplingPredicate; sampler: Sampler }[];
  readonly #description: string;

  constructor(rules: readonly SamplingRule[]) {
    this.#rules = rules.map(([spans, sampler]) => {
      requireMethods('rules', sampler, ['shouldSample']);
      return { holds: predicateOf(spans), sampler };
    });
    this.#description = rules
      .map(([spans, sampler]) => `(${textOf(spans)}, ${String(sampler)})`)
      .join(', ');
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    for (const { holds, sampler } of this.#rules) {
      if (holds(context, traceId, spanName, spanKind, attributes, links)) {
        return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      }
    }
    return DROP;
  }

  async shutdown(): Promise<void> {
    await shutdownSamplers(this.#rules.map(({ sampler }) => sampler));
  }

  toString(): string {
    return `RuleBasedSampler{${this.#description}}`;
  }
}

function textOf(spans: SpanConditions | SamplingPredicate): string {
  return typeof spans === 'function' ? spans.name || '(anonymous)' : JSON.stringify(spans);
}
