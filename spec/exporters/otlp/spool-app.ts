/*
 * A traced process whose exporter has a spool: its directory is the second argument, the backend's URL the
 * third, the protocol the fourth. It does what its first argument names.
 */
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter, type OTLPTraceExporterOptions } from '../../../exporters/index.js';
import { start } from '../../../lib/index.js';

const [what = '', directory = '', url = '', protocol, spans] = process.argv.slice(2);
const exporter = new OTLPTraceExporter({
  url,
  protocol: protocol as NonNullable<OTLPTraceExporterOptions['protocol']>,
  initialBackoffMillis: 20,
  maxBackoffMillis: 50,
  // Nothing fits into memory.
  ...(what === 'spool until killed' && { maxQueueBytes: 1 }),
  spool: { directory },
});
const { provider } = start({ exporters: [exporter] });
const tracer = trace.getTracer('spool');

const WAYS: Record<string, () => Promise<void> | void> = {
  /** Says the number of each span that is known to be on disk. */
  'spool until killed': async () => {
    for (let i = 0; ;) {
      for (const burst = i + 20; i < burst; i++) tracer.startSpan(`s${i}`).end();
      await provider.forceFlush();
      console.log(`spooled ${i};`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  send: () => void setTimeout(() => {}, 20_000),
  'end by itself': end,
  'end by exit': () => {
    end();
    process.exit(3);
  },
  'be told to end': () => {
    end();
    setTimeout(() => {}, 20_000);
    console.log('ready');
  },
};

function end(): void {
  for (let i = 0; i < Number(spans); i++) tracer.startSpan(`s${i}`).end();
}

process.on('exit', () => console.log(JSON.stringify(exporter.stats())));
await WAYS[what]!();
