/**
 * What an instrumentation does inside a request: puts a value into the active context, which holds a
 * span, and runs a function in the result, which reads it.
 */
export const contextWith = {
  name: 'context',
  title: 'context set + with',
  setUp({ api, tracer }) {
    const key = api.createContextKey('bench');
    const read = () => api.context.active().getValue(key);
    return {
      run: (count) =>
        tracer.startActiveSpan('request', (span) => {
          let value;
          for (let i = 0; i < count; i++) {
            value = api.context.with(api.context.active().setValue(key, i), read);
          }
          span.end();
          return value;
        }),
    };
  },
};
