/* Leaves a span in a batch processor and comes to its end. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { TracerProvider } from '../../../lib/provider.js';

const exporter = { export: () => {}, shutdown: () => Promise.resolve() };
const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: 60_000 });
const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
tracer.startSpan('waiting', {}, ROOT_CONTEXT).end();
process.stdout.write('waiting');
