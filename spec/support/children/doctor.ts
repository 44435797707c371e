/*
 * A process that the doctor looks at, with the trouble that its first argument names. What `sdk.doctor` knows is
 * printed at the end as a line of JSON where a trouble says so.
 */
import { createRequire } from 'node:module';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { start, withSpan } from '../../../lib/index.js';

const [trouble, argument = ''] = process.argv.slice(2);
const require = createRequire(argument === '' ? import.meta.url : argument);

const sdk = start({ exporters: [] });
const tracer = trace.getTracer('shop');

function charge(): void {
  tracer.startSpan('charge card');
}

function show(): void {
  console.log(JSON.stringify(sdk.doctor?.findings() ?? 'no doctor'));
}

const TROUBLES: Record<string, () => unknown> = {
  none: () => withSpan('work', () => {}),
  'never ended': () => {
    for (let i = 0; i < 3; i++) charge();
    tracer.startSpan('fine').end();
  },
  'never ended, by exit': () => {
    charge();
    process.exit(0);
  },
  'never ended, by a signal': () => {
    charge();
    setTimeout(() => {}, 20_000);
    // The doctor has looked once by then.
    setTimeout(() => console.log('ready'), 1100);
  },
  'second SDK': async () => {
    const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
    new NodeTracerProvider().register();
    show();
  },
  'replaced by another SDK': async () => {
    const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
    trace.disable();
    context.disable();
    new NodeTracerProvider().register();
    show();
  },
  'copies of the API': () => {
    // As where another package has installed a newer copy of its own.
    require('@opentelemetry/api');
    show();
  },
  'instrumented late': () => {
    require('koa');
    require('@opentelemetry/instrumentation-koa');
    require('@opentelemetry/instrumentation-pg');
    require('pg');
    require('@opentelemetry/instrumentation-pg/more.js');
    show();
  },
  'lost context': () => {
    const queue: (() => void)[] = [];
    const request = tracer.startSpan('GET /', { kind: SpanKind.SERVER });
    context.with(trace.setSpan(context.active(), request), () => {
      withSpan('query', () => {});
      queue.push(() => withSpan('query', () => {}));
    });
    for (const job of queue) job();
    request.end();
    show();
  },
};

await TROUBLES[trouble!]!();
