import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import { B3Propagator } from '../../propagators/b3.js';
import { W3CBaggagePropagator } from '../../propagators/baggage.js';
import { CompositePropagator } from '../../propagators/composite.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { behavesAsPropagator } from '../contract/propagator.js';

const IDS = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7';
const OTHER_IDS = '463ac35c9f6413ad48485a3953bb6124-0020000000000001';

const throwing: TextMapPropagator = {
  inject: () => {
    throw new Error('inject');
  },
  extract: () => {
    throw new Error('extract');
  },
  fields: () => ['x-broken'],
};

describe('CompositePropagator', () => {
  beforeEach(() => resetDiagnostics());

  behavesAsPropagator(
    () =>
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    {
      examples: [
        { traceparent: `00-${IDS}-01`, tracestate: 'foo=1', baggage: 'a=1' },
        { traceparent: `00-${IDS}-00`, baggage: 'a=1;b' },
      ],
    },
  );

  const compose = (...propagators: TextMapPropagator[]) => new CompositePropagator({ propagators });

  it('lets the later of two win when reading, in the given order (P-GEN-04)', () => {
    const headers = { traceparent: `00-${IDS}-01`, b3: `${OTHER_IDS}-1` };
    const found = (...propagators: TextMapPropagator[]) =>
      trace.getSpanContext(
        compose(...propagators).extract(ROOT_CONTEXT, headers, defaultTextMapGetter),
      )?.spanId;
    const w3c = new W3CTraceContextPropagator();
    const b3 = new B3Propagator();
    expect(found(w3c, b3)).to.equal('0020000000000001');
    expect(found(b3, w3c)).to.equal('00f067aa0ba902b7');
  });

  it('goes on behind a member that throws (P-GEN-04)', () => {
    const propagator = compose(throwing, new W3CTraceContextPropagator(), throwing);
    const context = propagator.extract(
      ROOT_CONTEXT,
      { traceparent: `00-${IDS}-01` },
      defaultTextMapGetter,
    );
    expect(trace.getSpanContext(context)?.spanId).to.equal('00f067aa0ba902b7');
    const headers = {};
    propagator.inject(context, headers, defaultTextMapSetter);
    expect(headers).to.deep.equal({ traceparent: `00-${IDS}-01` });
    expect(diagnosticCounts().get('propagator.threw')).to.equal(4);
  });

  it('goes on behind a member that returns no context', () => {
    const careless = { ...throwing, extract: () => undefined } as unknown as TextMapPropagator;
    const headers = { traceparent: `00-${IDS}-01`, baggage: 'a=1' };
    const context = compose(new W3CBaggagePropagator(), careless).extract(
      ROOT_CONTEXT,
      headers,
      defaultTextMapGetter,
    );
    expect(propagation.getBaggage(context)?.getEntry('a')?.value).to.equal('1');
  });

  it('names every header once (P-GEN-04)', () => {
    const propagator = compose(
      new W3CTraceContextPropagator(),
      new W3CBaggagePropagator(),
      new W3CTraceContextPropagator(),
    );
    expect(propagator.fields()).to.deep.equal(['traceparent', 'tracestate', 'baggage']);
  });

  it('is not changed by what becomes of the list or of fields()', () => {
    const propagators: TextMapPropagator[] = [new W3CBaggagePropagator()];
    const propagator = new CompositePropagator({ propagators });
    propagators.length = 0;
    propagator.fields().length = 0;
    expect(propagator.fields()).to.deep.equal(['baggage']);
  });

  it('does nothing without members', () => {
    const propagator = new CompositePropagator();
    expect(propagator.fields()).to.deep.equal([]);
    expect(propagator.extract(ROOT_CONTEXT, {}, defaultTextMapGetter)).to.equal(ROOT_CONTEXT);
  });

  it('refuses what is no propagator, and names it', () => {
    const wrong =
      (...list: unknown[]) =>
      () =>
        compose(...(list as TextMapPropagator[]));
    expect(wrong('b3')).to.throw(TypeError, 'b3');
    expect(wrong(undefined)).to.throw(TypeError, 'undefined');
    expect(wrong(new Map())).to.throw(TypeError, 'Map');
  });
});
