/*
 * A process that ends in the way its first argument names, and exports three spans, or many, while it does. Prints
 * what the exporter counted, and how long the export took.
 */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { setErrorHandler } from '../../../lib/diagnostics.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { readableSpans } from '../../support/readable-spans.js';

const [how, options, trusting] = process.argv.slice(2);
const exporter = new OTLPTraceExporter({
  ...(JSON.parse(options ?? '{}') as object),
  ...(trusting && {
    httpAgentOptions: { rejectUnauthorized: false, checkServerIdentity: () => undefined },
  }),
});
setErrorHandler(({ code, message }) => console.log(`${code}: ${message}`));

function exportSync(): void {
  const begun = performance.now();
  exporter.exportSync(readableSpans(3), 1000);
  const millis = Math.round(performance.now() - begun);
  console.log(JSON.stringify({ ...exporter.stats(), millis }));
}

const WAYS: Record<string, () => void> = {
  'by itself': () => void process.on('exit', exportSync),
  'by exit': () => {
    process.on('exit', exportSync);
    process.exit(3);
  },
  'by an exception': () => {
    process.on('uncaughtExceptionMonitor', exportSync);
    setTimeout(() => {
      throw new Error('boom');
    }, 1);
  },
  'by an exception that is handled': () => {
    process.on('uncaughtExceptionMonitor', exportSync);
    process.on('uncaughtException', () => setTimeout(() => process.exit(6), 100));
    throw new Error('boom');
  },
  'by itself behind a simple processor': () => {
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const tracer = provider.getTracer('burst');
    for (let i = 0; i < 2000; i++) tracer.startSpan(`s${i}`, {}, ROOT_CONTEXT).end();
  },
  'by itself after an asynchronous export': () => {
    exporter.export(readableSpans(3), () => console.log(JSON.stringify(exporter.stats())));
  },
};

WAYS[how!]!();
