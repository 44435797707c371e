/*
 * A process that starts tracing, makes a span in each of several places, and prints them as JSON, with what
 * it knows of its parent process. `parent` runs itself once more under a span, with the context in the
 * environment, and prints the child's output after its own; `server` serves one request that brings no
 * trace, and runs a child without any span of its own.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import { childEnvironment, SimpleSpanProcessor, start, withSpan } from '../../../lib/index.js';

/** One span, as this process prints it. */
export interface Printed {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

/** What each process prints, in a line. */
export interface Report {
  readonly user?: string;
  readonly spans: readonly Printed[];
}

const [role] = process.argv.slice(2);
const exporter = new InMemorySpanExporter();
start({ exporters: [new SimpleSpanProcessor(exporter)] });
const tracer = trace.getTracer('continuing');

tracer.startSpan('at once').end();
await new Promise((resolve) => setTimeout(resolve, 1));
tracer.startSpan('after a timer').end();
context.with(ROOT_CONTEXT, () => tracer.startSpan('in the root context').end());
tracer.startSpan('as a root', { root: true }).end();

let printedByChild = '';
if (role === 'server') {
  await serve();
  printedByChild = await runChild();
}
if (role === 'parent') {
  const baggage = propagation.createBaggage({ user: { value: 'a b' } });
  await context.with(propagation.setBaggage(context.active(), baggage), () =>
    withSpan('run the child', async () => {
      printedByChild = await runChild();
    }),
  );
}

const report: Report = {
  ...(user() !== undefined && { user: user()! }),
  spans: exporter.getFinishedSpans().map((span): Printed => {
    const { traceId, spanId } = span.spanContext();
    const { name, parentSpanId } = span;
    return { name, traceId, spanId, ...(parentSpanId !== undefined && { parentSpanId }) };
  }),
};
process.stdout.write(`${JSON.stringify(report)}\n${printedByChild}`);

function user(): string | undefined {
  return propagation.getActiveBaggage()?.getEntry('user')?.value;
}

async function runChild(): Promise<string> {
  const args = ['--import', 'tsx', fileURLToPath(import.meta.url), 'child'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: childEnvironment() });
  return stdout;
}

async function serve(): Promise<void> {
  const { default: Koa } = await import('koa');
  const { koaTracing } = await import('../../../instrumentation/koa.js');
  const server = new Koa().use(koaTracing()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  server.close();
}
