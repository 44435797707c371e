import {
  context,
  propagation,
  trace,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import axios from 'axios';
import { expect } from 'chai';
import { setSpan } from '../../lib/context.js';
import {
  B3InjectEncoding,
  B3Propagator,
  CompositePropagator,
  JaegerPropagator,
  OTTracePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XTracePropagator,
} from '../../propagators/index.js';
import { AWSXRayPropagator } from '../../propagators/xray.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

type Headers = Record<string, string>;

const WIRE: [string, TextMapPropagator, (span: SpanContext) => Headers][] = [
  [
    'W3C trace context and baggage',
    new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
    ({ traceId, spanId }) => ({ traceparent: `00-${traceId}-${spanId}-03`, baggage: 'user=a%20b' }),
  ],
  ['B3', new B3Propagator(), ({ traceId, spanId }) => ({ b3: `${traceId}-${spanId}-1` })],
  [
    'B3 with multiple headers',
    new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
    ({ traceId, spanId }) => ({
      'x-b3-traceid': traceId,
      'x-b3-spanid': spanId,
      'x-b3-sampled': '1',
    }),
  ],
  [
    'Jaeger',
    new JaegerPropagator(),
    ({ traceId, spanId }) => ({
      'uber-trace-id': `${traceId}:${spanId}:0:01`,
      'uberctx-user': 'a%20b',
    }),
  ],
  [
    'X-headers',
    new XTracePropagator(),
    ({ traceId, spanId }) => ({
      'x-trace-id': traceId,
      'x-span-id': spanId,
      'x-sampled': '1',
      'x-baggage': 'user=a%20b',
    }),
  ],
  [
    'OT trace',
    new OTTracePropagator(),
    ({ traceId, spanId }) => ({
      'ot-tracer-traceid': traceId.slice(16),
      'ot-tracer-spanid': spanId,
      'ot-tracer-sampled': 'true',
      'ot-baggage-user': 'a b',
    }),
  ],
  [
    'AWS X-Ray',
    new AWSXRayPropagator(),
    ({ traceId, spanId }) => ({
      'x-amzn-trace-id': `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`,
    }),
  ],
];

describe('the same code with another propagator', () => {
  const h = harness();
  const origin = useOrigin();

  /** What every service does, by the API alone: no word of any format. */
  async function call(url: string): Promise<SpanContext> {
    const baggage = propagation.createBaggage({ user: { value: 'a b' } });
    const span = h.tracer.startSpan('call');
    const active = propagation.setBaggage(setSpan(context.active(), span), baggage);
    const headers = {};
    propagation.inject(active, headers);
    await axios.get(url, { headers });
    span.end();
    return span.spanContext();
  }

  for (const [what, propagator, expected] of WIRE) {
    it(`sends and receives ${what} over HTTP`, async () => {
      propagation.setGlobalPropagator(propagator);
      const sent = await call(origin.url);
      const received = origin.requests[0]!.headers;
      const traced = Object.entries(received).filter(([name]) => CARRIES_TRACES.test(name));
      expect(Object.fromEntries(traced)).to.deep.equal(expected(sent));
      const parent = trace.getSpanContext(propagation.extract(context.active(), received));
      const traceId = carriedTraceId(propagator, sent.traceId);
      expect(parent).to.include({ traceId, spanId: sent.spanId, isRemote: true });
    });
  }

  it('sends no header without a propagator', async () => {
    await call(origin.url);
    const names = Object.keys(origin.requests[0]!.headers);
    expect(names.filter((name) => CARRIES_TRACES.test(name))).to.deep.equal([]);
  });
});

/** OT trace has room for half of it. */
function carriedTraceId(propagator: TextMapPropagator, traceId: string): string {
  return propagator instanceof OTTracePropagator ? '0'.repeat(16) + traceId.slice(16) : traceId;
}

/** The headers of all formats. */
const CARRIES_TRACES = /^(?:trace|baggage|b3|x-|uber|ot-)/;
