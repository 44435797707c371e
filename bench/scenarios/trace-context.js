import { getter, readHeader, setter, traceparents } from './carrier.js';
import { flat } from './values.js';

/** Writes `traceparent` for a span that has never been injected before. */
export const inject = {
  name: 'inject',
  title: 'W3C inject, fresh span',
  setUp({ api, tracer, traceContext }) {
    let contexts = [];
    return {
      prepare(count) {
        contexts = Array.from({ length: count }, () => {
          const span = tracer.startSpan('GET', { kind: 2 }, api.ROOT_CONTEXT);
          return api.trace.setSpan(api.ROOT_CONTEXT, span);
        });
      },
      run(count) {
        let read = 0;
        for (let i = 0; i < count; i++) {
          const carrier = {};
          traceContext.inject(contexts[i], carrier, setter);
          read += readHeader(carrier.traceparent);
        }
        return read;
      },
    };
  },
};

/** Reads `traceparent` alone. */
export const extract = {
  name: 'extract',
  title: 'W3C extract',
  setUp: (contender) => extracting(contender, undefined),
};

/** Reads `traceparent` and a `tracestate` of two members, which is then asked for, as on injecting. */
export const extractState = {
  name: 'extract-tracestate',
  title: 'W3C extract with tracestate',
  setUp: (contender) => extracting(contender, 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'),
};

function extracting({ api, traceContext }, tracestate) {
  let carriers = [];
  return {
    prepare(count) {
      carriers = traceparents(count).map((traceparent) => ({
        traceparent,
        ...(tracestate === undefined ? {} : { tracestate: flat(tracestate) }),
      }));
    },
    run(count) {
      let read = 0;
      for (let i = 0; i < count; i++) {
        const extracted = traceContext.extract(api.ROOT_CONTEXT, carriers[i], getter);
        const spanContext = api.trace.getSpan(extracted).spanContext();
        read += spanContext.traceId.charCodeAt(31) + spanContext.traceFlags;
        if (tracestate !== undefined) read += spanContext.traceState.serialize().length;
      }
      return read;
    },
  };
}
