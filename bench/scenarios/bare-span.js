import { getter, traceparents } from './carrier.js';

/** A span without anything: a root. */
export const bareRoot = {
  name: 'bare-root',
  title: 'bare span: root',
  setUp: ({ tracer, api }) => bareSpans(tracer, () => api.ROOT_CONTEXT),
};

/** A span without anything: the child of an open span of the same process. */
export const bareChild = {
  name: 'bare-child',
  title: 'bare span: child',
  setUp: ({ tracer, api }) =>
    bareSpans(tracer, () => api.trace.setSpan(api.ROOT_CONTEXT, tracer.startSpan('parent'))),
};

/** A span without anything: the child of a span of another process, which a propagator has read. */
export const bareRemoteChild = {
  name: 'bare-remote-child',
  title: 'bare span: remote child',
  setUp({ api, traceContext, tracer }) {
    let parents = [];
    return {
      prepare(count) {
        parents = traceparents(count).map((traceparent) =>
          traceContext.extract(api.ROOT_CONTEXT, { traceparent }, getter),
        );
      },
      run(count) {
        let span;
        for (let i = 0; i < count; i++) {
          span = tracer.startSpan('operation', undefined, parents[i]);
          span.end();
        }
        return span;
      },
    };
  },
};

/** A span that the sampler drops. */
export const sampledOut = {
  name: 'sampled-out',
  title: 'sampled-out span',
  setUp: ({ droppingTracer, api }) => bareSpans(droppingTracer, () => api.ROOT_CONTEXT),
};

/** Starts and ends spans under a parent context that is made anew, untimed, for each run. */
function bareSpans(tracer, makeParent) {
  let parent;
  return {
    prepare() {
      parent = makeParent();
    },
    run(count) {
      let span;
      for (let i = 0; i < count; i++) {
        span = tracer.startSpan('operation', undefined, parent);
        span.end();
      }
      return span;
    },
  };
}
