/** Three spans, each active inside the one before. */
export const nested = {
  name: 'nested',
  title: 'three nested active spans, synchronous',
  setUp({ tracer }) {
    function outer(span) {
      tracer.startActiveSpan('service', middle);
      span.end();
    }
    function middle(span) {
      tracer.startActiveSpan('query', inner);
      span.end();
    }
    function inner(span) {
      span.end();
    }
    return {
      run(count) {
        for (let i = 0; i < count; i++) tracer.startActiveSpan('request', outer);
      },
    };
  },
};

/** The same, where each of them awaits something before it ends. */
export const nestedAsync = {
  name: 'nested-async',
  title: 'three nested active spans, async work',
  setUp({ tracer }) {
    async function outer(span) {
      await tracer.startActiveSpan('service', middle);
      span.end();
    }
    async function middle(span) {
      await tracer.startActiveSpan('query', inner);
      span.end();
    }
    async function inner(span) {
      await Promise.resolve();
      span.end();
    }
    return {
      async run(count) {
        for (let i = 0; i < count; i++) await tracer.startActiveSpan('request', outer);
      },
    };
  },
};
