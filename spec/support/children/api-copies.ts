/*
 * Fetches tracers through the copy of the API that `require` gives, before and after the SDK is registered in
 * the way that the first argument names, and prints as JSON which of them record.
 */
import { createRequire } from 'node:module';
import type * as api from '@opentelemetry/api';
import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { start, TracerProvider } from '../../../lib/index.js';

const required = createRequire(import.meta.url)('@opentelemetry/api') as typeof api;
const early = required.trace.getTracer('early');
const records = (tracer: api.Tracer) => tracer.startSpan('s').isRecording();

const WAYS: Record<string, () => unknown> = {
  register: () => new TracerProvider().register(),
  start: () => start({ exporters: [], flushAtExit: false }),
  restart: () => {
    void start({ exporters: [], flushAtExit: false }).shutdown();
    start({ exporters: [], flushAtExit: false });
  },
  'another SDK first': () => {
    trace.setGlobalTracerProvider(new ProxyTracerProvider());
    new TracerProvider().register();
  },
};

const before = records(early);
WAYS[process.argv[2] ?? '']?.();
const answer = {
  copies: required.trace !== trace,
  before,
  early: records(early),
  late: records(required.trace.getTracer('late')),
};
process.stdout.write(JSON.stringify(answer));
