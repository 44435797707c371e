import { PATHS } from './values.js';

const ERROR_STATUS = { code: 2, message: 'card declined' };
const error = new TypeError('card declined');
// Formats the stack trace, so that this, which is nobody's work but the engine's, is not measured.
void error.stack;

/** A span with an event, an exception and an error status. */
export const eventfulSpan = {
  name: 'eventful-span',
  title: 'span with event, exception and status',
  setUp({ tracer, api }) {
    const parent = api.ROOT_CONTEXT;
    return {
      run(count) {
        let span;
        for (let i = 0; i < count; i++) {
          span = tracer.startSpan('charge', undefined, parent);
          span.addEvent('cache miss', { 'cache.key': PATHS[i % PATHS.length], 'cache.size': i });
          span.recordException(error);
          span.setStatus(ERROR_STATUS);
          span.end();
        }
        return span;
      },
    };
  },
};
