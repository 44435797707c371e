export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  type ParentBasedSamplerOptions,
  type Sampler,
  type SamplingResult,
} from '../lib/sampler.js';
export { AlwaysRecordSampler } from './always-record.js';
export { TraceIdRatioBasedSampler } from './trace-id-ratio-based.js';
