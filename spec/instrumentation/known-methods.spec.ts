import { expect } from 'chai';
import { KNOWN_METHODS, knownMethods } from '../../instrumentation/http.js';
import { harness } from '../support/harness.js';

describe('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS (V-19)', () => {
  const name = 'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS';
  harness();

  afterEach(() => {
    delete process.env[name];
  });

  it('replaces the whole list, case-sensitively (C-HTTP-04)', () => {
    process.env[name] = 'GET, Get ,PROPFIND,GET';
    expect([...knownMethods()]).to.deep.equal(['GET', 'Get', 'PROPFIND']);
  });

  it('loses to a list in code (V-RULE-07)', () => {
    process.env[name] = 'PROPFIND';
    expect([...knownMethods(['REPORT'])]).to.deep.equal(['REPORT']);
  });

  for (const nothing of ['', ' ', ',', ' , ,']) {
    it(`says nothing when it is "${nothing}" (V-RULE-01)`, () => {
      process.env[name] = nothing;
      expect(knownMethods()).to.equal(KNOWN_METHODS);
    });
  }
});
