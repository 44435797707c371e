/** A caller that is not here: what it would send, and what one then sees. */
export interface Upstream {
  readonly title: string;
  readonly headers: Record<string, string>;
}

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';

const BY_PROPAGATOR: Record<string, Upstream> = {
  tracecontext: {
    title: 'A caller sends `traceparent`. Look for: ↑, and its trace id goes on.',
    headers: { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` },
  },
  b3: {
    title: 'A caller sends `b3`. Look for: ↑, and its trace id goes on.',
    headers: { b3: `${TRACE_ID}-${SPAN_ID}-1` },
  },
  b3multi: {
    title: 'A caller sends `x-b3-…`. Look for: ↑, and its trace id goes on.',
    headers: { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' },
  },
  jaeger: {
    title: 'A caller sends `uber-trace-id`. Look for: ↑, and its trace id goes on.',
    headers: { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:1` },
  },
  'x-trace': {
    title: 'A hand-made system sends `X-Trace-ID: trace-456`. Look for: its ids beside ours.',
    headers: { 'x-trace-id': 'trace-456', 'x-span-id': 'span-x' },
  },
};

/** One caller for each propagator that reads a trace. */
export function upstreams(propagators: readonly string[]): Upstream[] {
  return propagators.flatMap((name) => BY_PROPAGATOR[name] ?? []);
}
