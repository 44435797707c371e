/** The span that benchmarks of other languages' SDKs make: one integer attribute and one event. */
export const specificationSpan = {
  name: 'specification-span',
  title: 'span with 1 attribute, 1 event (specification)',
  setUp({ tracer, api }) {
    const parent = api.ROOT_CONTEXT;
    return {
      run(count) {
        let span;
        for (let i = 0; i < count; i++) {
          span = tracer.startSpan('operation', undefined, parent);
          span.setAttribute('attribute', i);
          span.addEvent('event');
          span.end();
        }
        return span;
      },
    };
  },
};
