import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { judgeStatus } from '../../../exporters/otlp/grpc-status.js';
import { retryStatus } from './status-details.js';

describe('judgeStatus', () => {
  const RETRYABLE = [
    status.CANCELLED,
    status.DEADLINE_EXCEEDED,
    status.ABORTED,
    status.OUT_OF_RANGE,
    status.UNAVAILABLE,
    status.DATA_LOSS,
  ];

  for (let code = 1; code <= 17; code++) {
    const again = RETRYABLE.includes(code);
    const name = status[code] ?? 'unknown status';
    it(`${again ? 'retries' : 'gives up'} after ${code} ${name} (E-GRPC-02)`, () => {
      const kind = again ? 'again' : 'rejected';
      expect(judgeStatus({ code, details: 'so' })).to.include({
        kind,
        why: `${code} ${name}: so`,
      });
    });
  }

  it('retries an exhausted backend that says when (E-GRPC-02, E-GRPC-03)', () => {
    const statusDetails = retryStatus({ seconds: 7 });
    const result = judgeStatus({ code: status.RESOURCE_EXHAUSTED, details: '', statusDetails });
    expect(result).to.include({
      kind: 'again',
      why: '8 RESOURCE_EXHAUSTED',
      waitMillis: 7000,
    });
  });

  it('tells the wait of any status that is retried (E-GRPC-03)', () => {
    const statusDetails = retryStatus({ seconds: 7 });
    const result = judgeStatus({ code: status.UNAVAILABLE, details: '', statusDetails });
    expect(result).to.have.property('waitMillis', 7000);
  });

  it('does not retry for a RetryInfo alone', () => {
    const statusDetails = retryStatus({ seconds: 7 });
    const result = judgeStatus({ code: status.INTERNAL, details: '', statusDetails });
    expect(result).to.include({ kind: 'rejected', why: '13 INTERNAL' });
  });

  const tooLarge: [code: status, details: string][] = [
    [8, 'grpc: received message larger than max (5 vs. 4)'],
    [8, 'grpc: received message after decompression larger than max 4'],
    [8, 'Received message larger than max (5 vs 4)'],
    [8, 'Received message that decompresses to a size larger than 4'],
    [8, 'gRPC message exceeds maximum size 4: 5'],
    [8, 'Received message exceeds the maximum configured message size.'],
    [11, 'Error, decoded message length too large: found 5 bytes, the limit is: 4 bytes'],
  ];
  for (const [code, details] of tooLarge) {
    it(`takes "${details}" for a request that is too large`, () => {
      expect(judgeStatus({ code, details })).to.include({ kind: 'rejected', tooLarge: true });
    });
  }

  it('believes only these two codes when it reads of a size', () => {
    const details = 'received message larger than max';
    expect(judgeStatus({ code: status.UNAVAILABLE, details })).to.have.property('kind', 'again');
    expect(judgeStatus({ code: status.INTERNAL, details })).to.not.have.property('tooLarge');
  });

  it('makes one short line of what a backend says', () => {
    const { why } = judgeStatus({
      code: 14,
      details: `a\r\n\u2028b\u001b[31m${'x'.repeat(999)}`,
    }) as {
      why: string;
    };
    expect(why).to.match(/^14 UNAVAILABLE: a b \[31mx+$/);
    expect(why.length).to.be.below(330);
  });
});
