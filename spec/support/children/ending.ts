/*
 * A process that ends in the way its first argument names. With `traced` as second argument it is traced
 * by spantree, with spans ended and one open; with `bare` it does the same without.
 */
import { trace } from '@opentelemetry/api';
import { start } from '../../../lib/index.js';

const [how, traced, url] = process.argv.slice(2);

if (traced === 'traced') {
  start({ exporters: url === undefined ? ['console'] : [{ name: 'otlp', options: { url } }] });
}
const tracer = trace.getTracer('ending');
tracer.startSpan('ended work').end();
tracer.startSpan('open work');

const WAYS: Record<string, () => void> = {
  'by itself': () => {},
  'with work left': () => void setTimeout(() => tracer.startSpan('late work').end(), 50),
  'by exit': () => process.exit(3),
  'by exit code': () => void (process.exitCode = 4),
  'by an exception': () => {
    throw new Error('boom');
  },
  'by a rejection': () => void Promise.reject(new Error('boom')),
  'by a caught exception': () => {
    process.on('uncaughtException', () => process.exit(5));
    throw new Error('boom');
  },
  'by a signal': waitForever,
  'by a handled signal': () => {
    process.on('SIGTERM', () => {
      console.log('handling');
      setTimeout(() => process.exit(0), 50);
    });
    waitForever();
  },
  'by a signal that is ignored': () => {
    process.on('SIGTERM', () => console.log('ignoring'));
    setTimeout(() => console.log('going on'), 300);
    waitForMillis(400);
  },
  'by a signal beside signal-exit': () => {
    void import('signal-exit').then(({ onExit }) => {
      onExit((code, signal) => console.log(`signal-exit saw ${String(code)} ${String(signal)}`));
      waitForever();
    });
  },
};

function waitForever(): void {
  waitForMillis(20_000);
}

/** Bounded, so that a broken spec leaves no process behind. */
function waitForMillis(millis: number): void {
  setTimeout(() => {}, millis);
  console.log('ready');
}

WAYS[how!]!();
