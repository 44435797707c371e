import { SpanKind, type Attributes } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { AlwaysOffSampler, AlwaysOnSampler, type Sampler } from '../../lib/sampler.js';
import type { SpanConditions } from '../../samplers/conditions.js';
import { RuleBasedSampler } from '../../samplers/rule-based.js';
import { behavesLikeASampler } from '../contract/sampler.js';
import { ask, below, keeps, type Question } from '../support/sampling.js';

/** Whether a span matches. */
function matches(conditions: SpanConditions, question: Question = {}): boolean {
  return keeps(new RuleBasedSampler([[conditions, new AlwaysOnSampler()]]), question);
}

const LOCAL = { context: below({ isRemote: false }) };
const REMOTE = { context: below() };

describe('the conditions of a sampling rule', () => {
  it('match every span where there are none (T-COMP-09)', () => {
    expect(matches({})).to.equal(true);
    expect(matches({ spanName: undefined } as unknown as SpanConditions)).to.equal(true);
  });

  for (const [pattern, name, expected] of [
    ['GET', 'GET', true],
    ['GET', 'get', false],
    ['GET', 'GET /', false],
    ['GET *', 'GET /a/b', true],
    ['?ET', 'SET', true],
    [['a', 'b*'], 'bc', true],
    [['a', 'b*'], 'c', false],
    [[], 'a', false],
    ['a.c', 'abc', false],
  ] as const) {
    it(`${expected ? 'match' : 'do not match'} the name ${name} by ${JSON.stringify(pattern)}`, () => {
      expect(matches({ spanName: pattern }, { name })).to.equal(expected);
    });
  }

  it('match kinds, by number or name (T-COMP-09)', () => {
    const conditions: SpanConditions = { spanKinds: ['server', SpanKind.CLIENT] };
    expect(matches(conditions, { kind: SpanKind.SERVER })).to.equal(true);
    expect(matches(conditions, { kind: SpanKind.CLIENT })).to.equal(true);
    expect(matches(conditions, { kind: SpanKind.INTERNAL })).to.equal(false);
  });

  for (const [parent, none, local, remote] of [
    ['none', true, false, false],
    ['local', false, true, false],
    ['remote', false, false, true],
  ] as const) {
    it(`match spans whose parent is ${parent} (T-COMP-09)`, () => {
      expect(matches({ parent: [parent] })).to.equal(none);
      expect(matches({ parent: [parent] }, LOCAL)).to.equal(local);
      expect(matches({ parent: [parent] }, REMOTE)).to.equal(remote);
    });
  }

  it('match one of several kinds of parent (T-COMP-09)', () => {
    expect(matches({ parent: ['none', 'remote'] }, LOCAL)).to.equal(false);
    expect(matches({ parent: ['none', 'remote'] }, REMOTE)).to.equal(true);
  });

  for (const [value, expected] of [
    ['a', true],
    ['ab', false],
    [7, true],
    [true, true],
    [['x', 'a'], true],
    [[1, 7], true],
    [['x', null], false],
    [[], false],
    [undefined, false],
  ] as const) {
    it(`${expected ? 'match' : 'do not match'} the value ${JSON.stringify(value)} (T-COMP-09)`, () => {
      const attributeValues = { key: 'k', values: ['a', '7', 'true'] };
      const attributes = { k: value } as unknown as Attributes;
      expect(matches({ attributeValues }, { attributes })).to.equal(expected);
    });
  }

  for (const [value, expected] of [
    ['/api/users', true],
    ['/api/health', false],
    ['/other', false],
    [['/other', '/api/a'], true],
    [['/api/health', '/other'], false],
  ] as const) {
    it(`${expected ? 'match' : 'do not match'} ${JSON.stringify(value)} by patterns (T-COMP-09)`, () => {
      const attributePatterns = { key: 'k', included: ['/api/*'], excluded: ['*/health'] };
      const attributes = { k: value } as unknown as Attributes;
      expect(matches({ attributePatterns }, { attributes })).to.equal(expected);
    });
  }

  it('include everything that is there where nothing says what (T-COMP-09)', () => {
    const attributePatterns = { key: 'k', excluded: 'b' };
    expect(matches({ attributePatterns }, { attributes: { k: 1 } })).to.equal(true);
    expect(matches({ attributePatterns }, { attributes: { k: 'b' } })).to.equal(false);
    expect(matches({ attributePatterns })).to.equal(false);
  });

  for (const [attributes, expected] of [
    [{ 'url.path': '/api/a' }, true],
    [{ 'url.path': '/other' }, false],
    [{ 'url.path': '/api/a?q=1' }, true],
    [{ 'url.full': 'https://host:1/api/a?q' }, true],
    [{ 'url.full': 'https://host/other?u=/api/a' }, false],
    [{ 'url.full': 'https://host?u=/api/a' }, false],
    [{ 'http.target': '/api/a?q=/' }, true],
    [{ 'http.url': 'http://host/api/a#x' }, true],
    [{ 'url.full': '/api/a' }, false],
    [{ 'url.path': 7 }, false],
    [{}, false],
  ] as const) {
    it(`${expected ? 'match' : 'do not match'} the path of ${JSON.stringify(attributes)}`, () => {
      expect(matches({ path: '/api/?' }, { attributes })).to.equal(expected);
    });
  }

  it('know the path of any URL as URL does', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        // A URL as it is written: `URL` takes `..` out of it, instrumentations report it afterwards.
        const { href, pathname } = new URL(url);
        fc.pre(!/[*?]/.test(pathname));
        expect(matches({ path: pathname }, { attributes: { 'url.full': href } })).to.equal(true);
      }),
      { numRuns: 40 },
    );
  });

  it('have to hold all (T-COMP-09)', () => {
    const conditions: SpanConditions = {
      spanName: 'GET',
      spanKinds: ['server'],
      attributeValues: [
        { key: 'a', values: ['1'] },
        { key: 'b', values: ['1'] },
      ],
    };
    const attributes = { a: 1, b: 1 };
    expect(matches(conditions, { attributes })).to.equal(true);
    expect(matches(conditions, { attributes: { a: 1 } })).to.equal(false);
    expect(matches(conditions, { attributes, name: 'PUT' })).to.equal(false);
    expect(matches(conditions, { attributes, kind: SpanKind.CLIENT })).to.equal(false);
  });

  for (const [conditions, why] of [
    [{ spanname: 'GET' }, 'no condition "spanname" for a sampling rule; there are: spanName, path'],
    [{ constructor: 'GET' }, 'no condition "constructor"'],
    [{ spanKinds: ['servant'] }, 'spanKinds: one of servant is none of internal'],
    [{ spanKinds: [9] }, 'spanKinds: one of 9'],
    [{ spanKinds: 'server' }, 'spanKinds must be a list, not server'],
    [{ parent: ['far'] }, 'parent: one of far is none of none, remote, local'],
    [{ attributeValues: { values: ['a'] } }, 'attributeValues has no key'],
    [{ attributeValues: { key: 'a', values: 'b' } }, 'attributeValues.values must be a list'],
    [{ spanName: 7 }, 'must be a list, not 7'],
    [{ spanName: [7] }, 'a pattern of names must be text, not 7'],
    [null, 'conditions of a sampling rule are no object, but null'],
  ] as unknown as [SpanConditions, string][]) {
    it(`throw at set-up where they are ${JSON.stringify(conditions)}`, () => {
      expect(() => matches(conditions)).to.throw(TypeError, why);
    });
  }
});

describe('RuleBasedSampler', () => {
  const rules = () =>
    new RuleBasedSampler([
      [{ spanName: 'a' }, new AlwaysOffSampler()],
      [{}, new AlwaysOnSampler()],
    ]);

  behavesLikeASampler(
    'RuleBasedSampler{({"spanName":"a"}, AlwaysOffSampler), ({}, AlwaysOnSampler)}',
    rules,
  );

  it('asks the sampler of the first rule that matches', () => {
    expect(keeps(rules(), { name: 'a' })).to.equal(false);
    expect(keeps(rules(), { name: 'b' })).to.equal(true);
  });

  it('drops where no rule matches', () => {
    expect(ask(new RuleBasedSampler([]))).to.deep.equal({ decision: 0 });
  });

  it('takes predicates too', () => {
    const sampler = new RuleBasedSampler([
      [(_context, _traceId, name) => name === 'a', new AlwaysOnSampler()],
    ]);
    expect([keeps(sampler, { name: 'a' }), keeps(sampler, { name: 'b' })]).to.deep.equal([
      true,
      false,
    ]);
  });

  it('refuses a rule without a sampler', () => {
    expect(() => new RuleBasedSampler([[{}, undefined as unknown as Sampler]])).to.throw(
      'rules: undefined has no method shouldSample()',
    );
  });
});
