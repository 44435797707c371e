import { expect } from 'chai';
import { report, resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { setGlobalErrorHandler } from '../../lib/error-handler.js';

describe('setGlobalErrorHandler', () => {
  let errors: Error[];
  beforeEach(() => {
    errors = [];
    resetDiagnostics();
    setGlobalErrorHandler((error) => errors.push(error as Error));
  });
  afterEach(() => setErrorHandler(() => {}));

  it('gives an Error that says what happened, and what was contained as its cause (T-ERR-02)', () => {
    const contained = new Error('boom');
    report('processor.threw', 'a span processor threw in onEnd', contained);
    expect(errors[0]).to.be.instanceOf(Error);
    expect(errors[0]!.message).to.equal('a span processor threw in onEnd [processor.threw]');
    expect(errors[0]!.cause).to.equal(contained);
  });

  it('gives no cause where nothing was thrown', () => {
    report('tracer.name', 'a tracer was asked for without a name');
    expect(errors[0]).not.to.have.property('cause');
  });
});
