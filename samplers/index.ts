export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  type ParentBasedSamplerOptions,
  type Sampler,
  type SamplingResult,
} from '../lib/sampler.js';
export { adjustedCount } from '../lib/ot-trace-state.js';
export {
  AdaptiveSampler,
  createComposableAdaptiveSampler,
  type AdaptiveOptions,
  type AdaptiveSamplerOptions,
} from './adaptive.js';
export { AlwaysRecordSampler } from './always-record.js';
export {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
  type ProbabilityOptions,
} from './composables.js';
export { createCompositeSampler, type CompositeSamplerOptions } from './composite.js';
export type {
  AttributePatterns,
  AttributeValues,
  ParentKind,
  Pattern,
  SamplingPredicate,
  SpanConditions,
  SpanKindName,
} from './conditions.js';
export type { ComposableSampler, SamplingIntent } from './intent.js';
export { JaegerRemoteSampler, type JaegerRemoteSamplerOptions } from './jaeger-remote.js';
export { ProbabilitySampler, type ProbabilitySamplerOptions } from './probability.js';
export {
  createComposableRateLimitingSampler,
  RateLimitingSampler,
  type RateLimitingOptions,
} from './rate-limiting.js';
export {
  createComposableRuleBasedSampler,
  RuleBasedSampler,
  type ComposableRule,
  type SamplingRule,
} from './rule-based.js';
export { TraceIdRatioBasedSampler } from './trace-id-ratio-based.js';
