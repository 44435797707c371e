import { propagation, ROOT_CONTEXT, trace, type TextMapPropagator } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Environment } from '../../lib/own-environment.js';
import { B3InjectEncoding, B3Propagator } from '../../propagators/b3.js';
import { W3CBaggagePropagator } from '../../propagators/baggage.js';
import { CompositePropagator } from '../../propagators/composite.js';
import {
  environmentGetter,
  environmentName,
  environmentSetter,
} from '../../propagators/environment.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { XTracePropagator } from '../../propagators/x-trace.js';
import { AWSXRayPropagator } from '../../propagators/xray.js';
import { harness } from '../support/harness.js';

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};

describe('the environment as a carrier', () => {
  const h = harness();

  function write(...propagators: TextMapPropagator[]): Environment {
    const environment: Environment = {};
    const baggage = propagation.createBaggage({ user: { value: 'a b' } });
    new CompositePropagator({ propagators }).inject(
      propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, SPAN), baggage),
      environment,
      environmentSetter,
    );
    return environment;
  }

  describe('normalises names', () => {
    for (const [key, name] of [
      ['traceparent', 'TRACEPARENT'],
      ['x-b3-traceid', 'X_B3_TRACEID'],
      ['X-Amzn-Trace-Id', 'X_AMZN_TRACE_ID'],
      ['', '_'],
      ['1st', '_1ST'],
      ['-1', '_1'],
      ['a.b/c d', 'A_B_C_D'],
      ['straße', 'STRA_E'],
      ['ı', '_'],
      ['a💼b', 'A_B'],
      ['_already_1', '_ALREADY_1'],
    ] as const) {
      it(`"${key}" is ${name} (P-ENV-01)`, () => {
        expect(environmentName(key)).to.equal(name);
      });
    }

    it('so that any text becomes a name, and a name stays as it is (P-ENV-01)', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (key) => {
          const name = environmentName(key);
          expect(name).to.match(/^[A-Z_][A-Z0-9_]*$/);
          expect(environmentName(name)).to.equal(name);
        }),
      );
    });
  });

  it('writes under normalised names (P-ENV-02, P-ENV-05)', () => {
    const multi = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
    expect(write(new W3CTraceContextPropagator(), new W3CBaggagePropagator(), multi)).to.deep.equal(
      {
        TRACEPARENT: `00-${SPAN.traceId}-${SPAN.spanId}-01`,
        BAGGAGE: 'user=a%20b',
        X_B3_TRACEID: SPAN.traceId,
        X_B3_SPANID: SPAN.spanId,
        X_B3_SAMPLED: '1',
      },
    );
  });

  it('reads only normalised names (P-ENV-02)', () => {
    const environment = { 'x-b3-traceid': 'no', X_B3_TRACEID: 'yes', traceparent: 'no' };
    expect(environmentGetter.get(environment, 'x-b3-traceid')).to.equal('yes');
    expect(environmentGetter.get(environment, 'traceparent')).to.equal(undefined);
  });

  it('lists only normalised names (P-ENV-02)', () => {
    const environment = { PATH: '1', _: '2', Path: '3', '1A': '4', A_1: '5', 'A-B': '6', Ä: '7' };
    expect(environmentGetter.keys(environment)).to.deep.equal(['PATH', '_', 'A_1']);
  });

  it('passes on any value, unread and uncut (P-ENV-03)', () => {
    const long = 'x'.repeat(100_000);
    for (const value of ['', ' ', 'no traceparent\n', long]) {
      const environment: Environment = {};
      environmentSetter.set(environment, 'traceparent', value);
      expect(environmentGetter.get(environment, 'traceparent')).to.equal(value);
    }
  });

  for (const [what, propagator] of [
    ['trace context', new W3CTraceContextPropagator()],
    ['B3', new B3Propagator()],
    ['B3 with a variable for each field', new B3Propagator({ injectEncoding: 1 })],
    ['AWS X-Ray', new AWSXRayPropagator()],
    ['X-headers', new XTracePropagator()],
  ] as const) {
    it(`carries a span by ${what} there and back (P-ENV-05)`, () => {
      const found = propagator.extract(ROOT_CONTEXT, write(propagator), environmentGetter);
      expect(trace.getSpanContext(found)).to.deep.equal({ ...SPAN, isRemote: true });
    });
  }

  it('carries trace state and baggage there and back (P-ENV-05)', () => {
    const propagator = new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    });
    const TRACEPARENT = `00-${SPAN.traceId}-${SPAN.spanId}-01`;
    const before = { TRACEPARENT, TRACESTATE: 'a=1,b=2', BAGGAGE: 'k=v;p=1' };
    const after: Environment = {};
    const found = propagator.extract(ROOT_CONTEXT, before, environmentGetter);
    propagator.inject(found, after, environmentSetter);
    expect(after).to.deep.equal(before);
  });

  it("leaves the process's own environment alone, and says so (P-ENV-04)", () => {
    environmentSetter.set(process.env, 'spantree-spec', 'written');
    expect(process.env).to.not.have.property('SPANTREE_SPEC');
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['environment.own']);
  });

  it('bears carriers that are none', () => {
    const none = undefined as unknown as Environment;
    expect(environmentGetter.keys(none)).to.deep.equal([]);
    expect(environmentGetter.get(none, 'traceparent')).to.equal(undefined);
  });
});
