import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { requireMethods } from '../lib/require-methods.js';
import { SamplingDecision, type Sampler, type SamplingResult } from '../lib/sampler.js';

/**
 * Records every span, and exports those that another sampler keeps (specification: AlwaysRecord): for span
 * processors that make metrics of all spans, sampled or not.
 *
 * @throws TypeError when the other sampler is none
 */
export class AlwaysRecordSampler implements Sampler {
  readonly #root: Sampler;

  /** @param root decides which spans are exported */
  constructor(root: Sampler) {
    requireMethods('root', root, ['shouldSample']);
    this.#root = root;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#root.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    if (result?.decision !== SamplingDecision.NOT_RECORD) return result;
    return { ...result, decision: SamplingDecision.RECORD };
  }

  async shutdown(): Promise<void> {
    await this.#root.shutdown?.();
  }

  toString(): string {
    return `AlwaysRecord{${this.#root}}`;
  }
}
