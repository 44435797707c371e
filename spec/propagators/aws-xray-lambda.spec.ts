import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type Context,
  type TextMapGetter,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { AWSXRayLambdaPropagator } from '../../propagators/aws-xray-lambda.js';
import { environmentGetter } from '../../propagators/environment.js';
import { behavesAsPropagator } from '../contract/propagator.js';

const INVOCATION = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const REQUEST = 'Root=1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=aaaaaaaaaaaaaaaa;Sampled=1';

describe('AWSXRayLambdaPropagator', () => {
  behavesAsPropagator(() => new AWSXRayLambdaPropagator(), {
    examples: [{ 'x-amzn-trace-id': INVOCATION }],
  });

  afterEach(() => {
    delete process.env['_X_AMZN_TRACE_ID'];
  });

  function parentId(
    headers: Record<string, string>,
    from: Context = ROOT_CONTEXT,
    getter: TextMapGetter = defaultTextMapGetter,
  ): string | undefined {
    const propagator = new AWSXRayLambdaPropagator();
    return trace.getSpanContext(propagator.extract(from, headers, getter))?.spanId;
  }

  it("finds the invocation's parent in the environment, at each extraction (P-XR-03)", () => {
    process.env['_X_AMZN_TRACE_ID'] = INVOCATION;
    expect(parentId({})).to.equal('53995c3f42cd8ad8');
    process.env['_X_AMZN_TRACE_ID'] = REQUEST;
    expect(parentId({})).to.equal('aaaaaaaaaaaaaaaa');
    delete process.env['_X_AMZN_TRACE_ID'];
    expect(parentId({})).to.equal(undefined);
  });

  it('prefers the header, and what a propagator before it has found (P-XR-03)', () => {
    process.env['_X_AMZN_TRACE_ID'] = INVOCATION;
    expect(parentId({ 'x-amzn-trace-id': REQUEST })).to.equal('aaaaaaaaaaaaaaaa');
    const found = { traceId: '1'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    expect(parentId({}, trace.setSpanContext(ROOT_CONTEXT, found))).to.equal('b'.repeat(16));
  });

  it('falls back where the header is of no use (P-XR-03)', () => {
    process.env['_X_AMZN_TRACE_ID'] = INVOCATION;
    expect(parentId({ 'x-amzn-trace-id': 'Root=1' })).to.equal('53995c3f42cd8ad8');
  });

  it('keeps the trace state of an invalid parent (P-XR-03)', () => {
    const environment = { _X_AMZN_TRACE_ID: INVOCATION };
    const traceState = createTraceState('vendor=1');
    const invalid = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0, traceState };
    const context = new AWSXRayLambdaPropagator({ environment }).extract(
      trace.setSpanContext(ROOT_CONTEXT, invalid),
      {},
      defaultTextMapGetter,
    );
    expect(trace.getSpanContext(context)).to.include({ spanId: '53995c3f42cd8ad8', traceState });
  });

  it('takes nothing of one invocation for the whole process', () => {
    process.env['_X_AMZN_TRACE_ID'] = INVOCATION;
    expect(parentId({}, ROOT_CONTEXT, environmentGetter as TextMapGetter)).to.equal(undefined);
  });

  it('writes the header, never the environment (P-XR-03)', () => {
    const headers = {};
    const spanContext = { traceId: '1'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    new AWSXRayLambdaPropagator().inject(
      trace.setSpanContext(ROOT_CONTEXT, spanContext),
      headers,
      defaultTextMapSetter,
    );
    expect(headers).to.have.all.keys('x-amzn-trace-id');
    expect(process.env).to.not.have.property('_X_AMZN_TRACE_ID');
  });
});
