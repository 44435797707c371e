import { createTraceState } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { diagnosticCounts, resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { adjustedCount, otFieldsOf, parseOt, withThreshold } from '../../lib/ot-trace-state.js';
import { TraceState } from '../../lib/trace-state.js';

const RV = '0123456789abcd';
const EIGHTH = 'e0000000000000';

const keys = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const values = fc.stringMatching(/^[A-Za-z0-9._-]{0,8}$/);
const members = fc
  .uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, minLength: 1, maxLength: 8 })
  .map((fields) => fields.map(([key, value]) => `${key}:${value}`));

describe('the member ot of a trace state', () => {
  beforeEach(() => {
    resetDiagnostics();
    setErrorHandler(() => {});
  });

  it('holds fields of which the threshold and the random number are read (T-PROB-01)', () => {
    expect(parseOt(`th:e;p:8;rv:${RV}`)).to.deep.equal({
      value: `th:e;p:8;rv:${RV}`,
      th: EIGHTH,
      rv: RV,
      unclear: false,
    });
  });

  for (const [th, digits] of [
    ['0', '00000000000000'],
    ['8', '80000000000000'],
    ['0123456789abcd', '0123456789abcd'],
    ['00000000000001', '00000000000001'],
  ] as const) {
    it(`reads the threshold ${th} padded on the right (T-PROB-03)`, () => {
      expect(parseOt(`th:${th}`).th).to.equal(digits);
    });
  }

  for (const th of ['', 'E', '8.', 'g', '0123456789abcde']) {
    it(`ignores the threshold "${th}" (T-PROB-03)`, () => {
      const fields = parseOt(`th:${th};rv:${RV}`);
      expect(fields.th).to.equal(undefined);
      expect(fields.rv).to.equal(RV);
    });
  }

  for (const rv of ['', '0123456789abc', '0123456789abcde', '0123456789ABCD', '0123456789abcx']) {
    it(`ignores the random number "${rv}" (T-PROB-04)`, () => {
      expect(parseOt(`rv:${rv};th:8`)).to.deep.include({ th: '80000000000000' });
      expect(parseOt(`rv:${rv}`)).to.not.have.property('rv');
    });
  }

  for (const value of [
    'th:8;',
    ';th:8',
    'th:8;;p:1',
    'th',
    'th=8',
    'Th:8',
    '1a:8',
    'a_b:8;th:8',
    'th:8;th:4',
    'th: 8',
    'th:8;a:b:c',
    `th:8;a:${'x'.repeat(250)}`,
  ]) {
    it(`reads nothing from "${value.slice(0, 20)}" (T-PROB-01)`, () => {
      expect(parseOt(value)).to.deep.equal({ value: '', unclear: true });
    });
  }

  it('reads any text without failing, and nothing that is not there (T-PROB-01)', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.stringMatching(/^((th|rv|p):[0-9a-fA-F.]{0,15};?){0,4}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { th, rv, value } = parseOt(text);
        expect(value === '' || value === text).to.equal(true);
        if (th !== undefined) {
          expect(th).to.match(/^[0-9a-f]{14}$/);
          expect(`;${text};`).to.match(new RegExp(`;th:${th.replace(/0+$/, '')}0*;`));
        }
        if (rv !== undefined) expect(`;${text};`).to.include(`;rv:${rv};`);
      }),
    );
  });

  it('says nothing where there is no trace state, or no such member', () => {
    for (const state of [undefined, new TraceState(), new TraceState('a=1')]) {
      expect(otFieldsOf(state)).to.deep.equal({ value: '', unclear: false });
    }
  });

  it('is read from the state at hand, not from the one before', () => {
    expect(otFieldsOf(new TraceState('ot=th:8')).th).to.equal('80000000000000');
    expect(otFieldsOf(new TraceState('ot=th:e')).th).to.equal(EIGHTH);
    expect(otFieldsOf(undefined).th).to.equal(undefined);
    expect(otFieldsOf(createTraceState('ot=th:8')).th).to.equal('80000000000000');
  });

  it('keeps what it does not know when the threshold changes (T-PROB-02)', () => {
    const state = new TraceState(`a=1,ot=p:8;th:8;x9:a.B-_;rv:${RV},b=2`);
    expect(withThreshold(state, EIGHTH).serialize()).to.equal(
      `ot=th:e;p:8;x9:a.B-_;rv:${RV},a=1,b=2`,
    );
    expect(withThreshold(state, undefined).serialize()).to.equal(
      `ot=p:8;x9:a.B-_;rv:${RV},a=1,b=2`,
    );
  });

  it('keeps any other field whatever is written (T-PROB-02, T-PROB-04)', () => {
    fc.assert(
      fc.property(members, fc.boolean(), (fields, sampled) => {
        const before = new TraceState(`ot=${fields.join(';')}`);
        const after = withThreshold(before, sampled ? EIGHTH : undefined);
        const kept = fields.filter((field) => !field.startsWith('th:'));
        const expected = sampled ? ['th:e', ...kept] : kept;
        expect(after.get('ot')).to.equal(expected.length === 0 ? undefined : expected.join(';'));
        expect(otFieldsOf(after).th).to.equal(sampled ? EIGHTH : undefined);
      }),
    );
  });

  it('goes when nothing is left in it', () => {
    expect(withThreshold(new TraceState('ot=th:8,a=1'), undefined).serialize()).to.equal('a=1');
  });

  it('replaces what is malformed as a whole', () => {
    const state = new TraceState('ot=th:8;;p:1,a=1');
    expect(withThreshold(state, EIGHTH).serialize()).to.equal('ot=th:e,a=1');
    expect(withThreshold(state, undefined).serialize()).to.equal('a=1');
  });

  it('never replaces a random number (T-PROB-04)', () => {
    const state = new TraceState(`ot=rv:${RV}`);
    expect(withThreshold(state, EIGHTH, 'f'.repeat(14)).get('ot')).to.equal(`th:e;rv:${RV}`);
    expect(withThreshold(new TraceState('ot=rv:1'), EIGHTH, RV).get('ot')).to.equal(
      `th:e;rv:${RV}`,
    );
  });

  it('takes no threshold that would make it too long, and reports that (T-PROB-02)', () => {
    const field = `a:${'x'.repeat(247)}`; // 249 characters
    const fits = new TraceState(`ot=${field}`);
    expect(withThreshold(fits, EIGHTH).get('ot')).to.equal(`th:e;${field}`);
    const full = new TraceState(`ot=th:8;${field}`);
    expect(withThreshold(full, '12300000000000').get('ot')).to.equal(`th:123;${field}`);
    expect(diagnosticCounts().size).to.equal(0);
    expect(withThreshold(full, '12340000000000').get('ot')).to.equal(field);
    expect([...diagnosticCounts().keys()]).to.deep.equal(['trace-state.ot-too-long']);
  });

  for (const [ot, count] of [
    ['th:0', 1],
    ['th:8', 2],
    ['th:c', 4],
    ['p:3', undefined],
    ['th:zz', undefined],
  ] as const) {
    it(`stands for ${count} spans with ${ot} (T-PROB-06)`, () => {
      expect(adjustedCount(new TraceState(`ot=${ot}`))).to.equal(count);
    });
  }
});
