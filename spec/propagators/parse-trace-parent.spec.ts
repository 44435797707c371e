import { expect } from 'chai';
import fc from 'fast-check';
import { parseTraceParent as official } from '@opentelemetry/core';
import {
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
} from '../../propagators/parse-trace-parent.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';

const id = (length: number) =>
  fc
    .bigInt({ min: 1n, max: 16n ** BigInt(length) - 1n })
    .map((value) => value.toString(16).padStart(length, '0'));
const flags = fc.constantFrom('00', '01', '02', '03');

describe('parseTraceParent', () => {
  it('reads what the official function reads (P-TC-01)', () => {
    fc.assert(
      fc.property(id(32), id(16), flags, (...parts) => {
        const text = `00-${parts.join('-')}`;
        expect(parseTraceParent(text)).to.deep.equal({ ...official(text), isRemote: true });
      }),
    );
  });

  it('gives null for anything else, and never throws (P-GEN-02)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseTraceParent(text)).to.equal(null);
      }),
    );
    for (const wrong of [undefined, null, 5, {}] as unknown[]) {
      expect(parseTraceParent(wrong as string)).to.equal(null);
    }
  });

  it('has the names of the headers beside it', () => {
    expect(new W3CTraceContextPropagator().fields()).to.deep.equal([
      TRACE_PARENT_HEADER,
      TRACE_STATE_HEADER,
    ]);
  });
});
