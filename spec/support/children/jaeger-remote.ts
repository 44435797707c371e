import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { JaegerRemoteSampler } from '../../../samplers/jaeger-remote.js';

/** Waits for the first strategy; then only the sampler is left. */
const sampler = new JaegerRemoteSampler({ serviceName: 'child', endpoint: process.argv[2]! });
const watching = setInterval(() => {
  sampler.shouldSample(ROOT_CONTEXT, 'a'.repeat(32), 'span', SpanKind.INTERNAL, {}, []);
  if (!String(sampler).includes('{1}')) return;
  clearInterval(watching);
  console.log(String(sampler));
}, 5);
