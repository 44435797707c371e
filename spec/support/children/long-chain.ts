/*
 * Starts spans, each the child of the one before, which then ends; only the last one is kept. Says
 * whether the first one has been collected.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { setSpan } from '../../../lib/context.js';
import { TracerProvider } from '../../../lib/provider.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const tracer = new TracerProvider().getTracer('t');

let last: Span = tracer.startSpan('first', {}, ROOT_CONTEXT);
const first = new WeakRef(last);
for (let i = 0; i < 1000; i++) {
  const next = tracer.startSpan('next', {}, setSpan(ROOT_CONTEXT, last));
  last.end();
  last = next;
}
setTimeout(() => {
  collectGarbage();
  process.stdout.write(first.deref() === undefined ? 'collected' : 'kept');
  last.end();
}, 10);
