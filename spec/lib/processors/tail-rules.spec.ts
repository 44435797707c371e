import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { diagnosticCounts, resetDiagnostics } from '../../../lib/diagnostics.js';
import type { TailRule } from '../../../lib/processors/tail-rules.js';
import { keeping } from '../../support/tail-keeping.js';

/** Whether a rule keeps a trace of one such span. */
function keeps(
  rule: TailRule,
  { name = 'GET /orders/:id', kind = SpanKind.SERVER, attributes = {} } = {},
): boolean {
  const { start, names } = keeping({ rules: [rule] });
  start(name, undefined, { kind, attributes }).end();
  return names().length === 1;
}

describe('a rule of the tail keeper', () => {
  beforeEach(() => resetDiagnostics());

  it('describes every span when it says nothing (T-COMP-09)', () => {
    expect(keeps({})).to.equal(true);
  });

  it('looks at the name, as text, with * and as a regular expression', () => {
    for (const name of [
      'GET /orders/:id',
      'GET *',
      '*:id',
      'GET*:id',
      '*',
      '*/orders/*',
      /orders/,
    ]) {
      expect(keeps({ name }), String(name)).to.equal(true);
    }
    for (const name of ['GET', 'get *', '*/carts/*', 'GET /orders/:id*:id', /^orders/]) {
      expect(keeps({ name }), String(name)).to.equal(false);
    }
  });

  it('looks at the kind', () => {
    expect(keeps({ kind: SpanKind.SERVER })).to.equal(true);
    expect(keeps({ kind: SpanKind.INTERNAL })).to.equal(false);
  });

  it('looks at the route, and at the path without its query', () => {
    const attributes = { 'http.route': '/orders/:id', 'url.path': '/orders/17' };
    expect(keeps({ route: '/orders/:id' }, { attributes })).to.equal(true);
    expect(keeps({ route: '/orders/17' }, { attributes })).to.equal(false);
    expect(keeps({ path: '/orders/*' }, { attributes })).to.equal(true);
    expect(keeps({ path: '/orders/:id' }, { attributes })).to.equal(false);
    expect(keeps({ path: '/o' }, { attributes: { 'http.target': '/o?a=/b' } })).to.equal(true);
    expect(keeps({ route: '*', path: '*' })).to.equal(false);
  });

  it('looks at attributes, as texts, and at each item of a list (T-COMP-09)', () => {
    const attributes = { tier: 'gold', status: 503, paid: true, tags: ['a', 'beta'] };
    for (const wanted of [
      { tier: 'gold' },
      { status: 503 },
      { status: /^5/ },
      { paid: true },
      { tags: 'b*' },
      { tier: '*', status: '5*' },
    ]) {
      expect(keeps({ attributes: wanted }, { attributes }), JSON.stringify(wanted)).to.equal(true);
    }
    for (const wanted of [{ tier: 'g' }, { status: 50 }, { paid: false }, { none: '*' }]) {
      expect(keeps({ attributes: wanted }, { attributes }), JSON.stringify(wanted)).to.equal(false);
    }
  });

  it('needs all that it says in one span', () => {
    expect(keeps({ name: 'GET*', kind: SpanKind.CLIENT })).to.equal(false);
    expect(keeps({ name: 'GET*', kind: SpanKind.SERVER })).to.equal(true);
  });

  it('asks a function; one that throws does not hold, and is reported', () => {
    expect(keeps({ when: ({ name }) => name.length > 3 })).to.equal(true);
    expect(keeps({ when: () => false })).to.equal(false);
    const broken = (): boolean => {
      throw new Error('rule');
    };
    expect(keeps({ when: broken })).to.equal(false);
    expect(diagnosticCounts().get('tail-keeper.rule')).to.equal(1);
  });

  it('takes regular expressions that remember', () => {
    const { start, names } = keeping({ rules: [{ name: /a/g }] });
    for (let times = 0; times < 4; times++) start('a').end();
    expect(names()).to.have.length(4);
  });

  it('matches with * like the regular expression that it stands for', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (glob, text) => {
        const pieces = glob.split('*').map((piece) => piece.replaceAll('.', String.raw`\.`));
        const expected = new RegExp(`^${pieces.join('.*')}$`).test(text);
        expect(keeps({ name: glob }, { name: text })).to.equal(expected);
      }),
    );
  });
});
