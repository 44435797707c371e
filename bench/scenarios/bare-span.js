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

/** A span without anything: the child of a span of another process. */
export const bareRemoteChild = {
  name: 'bare-remote-child',
  title: 'bare span: remote child',
  setUp: ({ tracer, api }) => bareSpans(tracer, () => remoteParent(api)),
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

function remoteParent(api) {
  return api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote: true,
  });
}
