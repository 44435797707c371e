import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  diagnosticCounts,
  report,
  resetDiagnostics,
  setErrorHandler,
  type Diagnostic,
} from '../../lib/diagnostics.js';
import { turns } from '../support/manual-exporter.js';

describe('diagnostics', () => {
  beforeEach(() => resetDiagnostics());
  afterEach(() => {
    setErrorHandler(() => {});
    resetDiagnostics();
  });

  it('go to the error handler of the user (T-ERR-02)', () => {
    const seen: Diagnostic[] = [];
    setErrorHandler((diagnostic) => seen.push(diagnostic));
    const error = new Error('e');
    report('a.code', 'a message', error);
    report('b.code', 'another');
    expect(seen).to.deep.equal([
      { code: 'a.code', message: 'a message', error },
      { code: 'b.code', message: 'another' },
    ]);
  });

  it('are shown once for each code, and then counted (T-LIM-11, T-ERR-05)', () => {
    const seen: string[] = [];
    setErrorHandler(({ message }) => seen.push(message));
    for (let i = 0; i < 100; i++) report('a.code', `message ${i}`);
    expect(seen).to.deep.equal(['message 0']);
    expect(diagnosticCounts().get('a.code')).to.equal(100);
  });

  it('survive an error handler that throws or rejects (T-ERR-01, T-ERR-04)', async () => {
    setErrorHandler(() => {
      throw new Error('handler');
    });
    report('a.code', 'a');
    const rejecting: () => unknown = () => Promise.reject(new Error('handler'));
    setErrorHandler(rejecting);
    report('b.code', 'b');
    await turns(); // an unhandled rejection would fail this test
    expect([...diagnosticCounts().keys()]).to.deep.equal(['a.code', 'b.code']);
  });

  it('survive an error handler that causes reports itself (T-ERR-01)', () => {
    let calls = 0;
    setErrorHandler(() => {
      calls++;
      report('a.code', 'again');
    });
    report('a.code', 'first');
    expect(calls).to.equal(1);
  });

  describe('without a handler', () => {
    const { warn } = console;
    let printed: unknown[][];
    beforeEach(() => {
      setErrorHandler(undefined);
      printed = [];
      console.warn = (...args: unknown[]) => void printed.push(args);
    });
    afterEach(() => {
      console.warn = warn;
      diag.disable();
    });

    it("go to the API's diag logger where there is one (T-ERR-03)", () => {
      const logged: unknown[][] = [];
      const logger = { warn: (...args: unknown[]) => void logged.push(args) };
      diag.setLogger({ ...SILENT, ...logger }, DiagLogLevel.WARN);
      report('a.code', 'a message');
      expect(logged).to.deep.equal([['spantree: a message [a.code]']]);
      expect(printed).to.deep.equal([]);
    });

    it('go to the console, on one line, where there is none (T-ERR-03)', () => {
      const error = new Error('e');
      report('a.code', 'a message', error);
      expect(printed).to.deep.equal([['spantree: a message [a.code]', error]]);
    });
  });
});

const SILENT: DiagLogger = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  verbose: () => {},
};
