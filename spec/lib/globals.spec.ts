import {
  context,
  propagation,
  trace,
  type ContextManager,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import { TracerProvider } from '../../lib/provider.js';

class StrangerSdk {
  getTracer(): never {
    throw new Error('not asked');
  }
}

class OneHeader implements TextMapPropagator {
  inject(): void {}
  extract<C>(from: C): C {
    return from;
  }
  fields(): string[] {
    return ['one-header'];
  }
}

describe('register', () => {
  let reports: Diagnostic[];
  beforeEach(() => {
    reports = [];
    resetDiagnostics();
    setErrorHandler((diagnostic) => reports.push(diagnostic));
  });
  afterEach(() => {
    setErrorHandler(() => {});
    for (const api of [trace, context, propagation]) api.disable();
  });

  it("sets the API's globals to this provider and what is given", () => {
    const provider = new TracerProvider();
    const contextManager = new AsyncLocalStorageContextManager();
    expect(provider.register({ contextManager, propagator: new OneHeader() })).to.equal(true);
    expect(trace.getTracer('t', '1')).to.have.property('startSpan');
    expect(trace.getTracer('t').startSpan('s').isRecording()).to.equal(true);
    expect(propagation.fields()).to.deep.equal(['one-header']);
    const key = Symbol('key');
    context.with(context.active().setValue(key, 1), () => {
      expect(context.active().getValue(key)).to.equal(1);
    });
    expect(reports).to.deep.equal([]);
  });

  it('brings tracers to life that were fetched before', () => {
    const early = trace.getTracer('early');
    expect(early.startSpan('s').isRecording()).to.equal(false);
    new TracerProvider().register({ contextManager: null, propagator: null });
    expect(early.startSpan('s').isRecording()).to.equal(true);
  });

  it('leaves alone what is null', () => {
    new TracerProvider().register({ contextManager: null, propagator: null });
    expect(context.setGlobalContextManager(new AsyncLocalStorageContextManager())).to.equal(true);
    expect(propagation.setGlobalPropagator(new OneHeader())).to.equal(true);
  });

  it('is false, names who holds the globals and sets nothing, when another SDK does (T-ERR-03)', () => {
    trace.setGlobalTracerProvider(new StrangerSdk());
    const propagator = new OneHeader();
    expect(new TracerProvider().register({ contextManager: null, propagator })).to.equal(false);
    expect(reports.map(({ code }) => code)).to.deep.equal(['register.taken']);
    expect(reports[0]?.message).to.contain('StrangerSdk');
    expect(propagation.fields()).to.deep.equal([]);
  });

  it('is false and says so when the context manager or the propagator is taken', () => {
    propagation.setGlobalPropagator(new OneHeader());
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const contextManager: ContextManager = new AsyncLocalStorageContextManager();
    const propagator = new OneHeader();
    expect(new TracerProvider().register({ contextManager, propagator })).to.equal(false);
    expect(reports[0]?.message).to.contain('the context manager and the propagator');
    expect(trace.getTracer('t').startSpan('s').isRecording()).to.equal(true);
  });
});
