/*
 * A process that is traced over OTLP to the URL that its second argument names (by gRPC where its fourth
 * says so), and ends in the way its first
 * argument names, which it says. Its spans are handed over, and have been tried, before it ends; or not even
 * handed over where it ends at once.
 */
import { trace } from '@opentelemetry/api';
import { start } from '../../../lib/index.js';

const [how, url, spans, protocol = 'http'] = process.argv.slice(2);
const by =
  protocol === 'grpc' ? { protocol: 'grpc', url: url!.replace('/v1/traces', '') } : { url };
start({ exporters: [{ name: 'otlp', options: { ...by, initialBackoffMillis: 20 } }] });
const tracer = trace.getTracer('ending');
for (let i = 0; i < Number(spans); i++) tracer.startSpan(`s${i}`).end();

const WAYS: Record<string, () => void> = {
  'by itself': () => {},
  'by exit': () => process.exit(3),
  'by a signal': () => void setTimeout(() => {}, 20_000),
  'after a signal that it handles': () => {
    const idle = setTimeout(() => {}, 20_000);
    process.on('SIGTERM', () => clearTimeout(idle));
  },
};

function end(): void {
  console.log('ending');
  WAYS[how!.replace(', at once', '')]!();
}

if (how!.endsWith(', at once')) end();
else setTimeout(end, 100);
