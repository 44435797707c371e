/* A program that knows the API alone. */
import { trace } from '@opentelemetry/api';

trace.getTracer('no-set-up').startSpan('work').end();
setImmediate(() => trace.getTracer('no-set-up').startSpan('more work').end());
