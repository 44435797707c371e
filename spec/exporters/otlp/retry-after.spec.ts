import { expect } from 'chai';
import * as fc from 'fast-check';
import { backoffMillis, retryAfterMillis } from '../../../exporters/otlp/retry.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exported, exporting } from './exporting.js';

const NOW = Date.parse('Fri, 21 Nov 2025 12:00:00 GMT');

describe('Retry-After (E-HTTP-06)', () => {
  const e = exporting();

  const cases: [header: string | undefined, millis: number | undefined][] = [
    [undefined, undefined],
    ['0', 0],
    ['3', 3000],
    [' 120 ', 120_000],
    ['Fri, 21 Nov 2025 12:00:07 GMT', 7000],
    ['Friday, 21-Nov-25 12:00:07 GMT', 7000],
    ['Fri Nov 21 12:00:07 2025', 7000],
    ['Fri, 21 Nov 2025 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['2025', 2_025_000],
    ['2025-11-21', undefined],
    ['Fri, whenever', undefined],
    ['', undefined],
  ];
  for (const [header, millis] of cases) {
    it(`reads ${JSON.stringify(header)} as ${millis} ms`, () => {
      expect(retryAfterMillis(header, NOW)).to.equal(millis);
    });
  }

  it('is a wait or nothing, whatever the header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Mon, ${text}`),
        ),
        (header) => {
          const wait = retryAfterMillis(header, NOW);
          expect(wait === undefined || wait >= 0).to.equal(true);
        },
      ),
    );
  });

  it('makes the exporter wait as long as it says, in seconds', async () => {
    e.collector.answer({ status: 429, headers: { 'retry-after': '1' } });
    await exported(e.exporter(), readableSpans(1));
    const [first, second] = e.collector.requests;
    expect(second!.at - first!.at).to.be.within(990, 4000);
  });

  it('makes the exporter wait as long as it says, as a date', async () => {
    const date = new Date(Math.ceil(Date.now() / 1000 + 0.3) * 1000);
    e.collector.answer({ status: 503, headers: { 'retry-after': date.toUTCString() } });
    await exported(e.exporter(), readableSpans(1));
    expect(Date.now()).to.be.within(date.getTime() - 20, date.getTime() + 3000);
  });

  it('is no call for a loop without waits: 0 means the usual backoff', async () => {
    e.collector.always({ status: 503, headers: { 'retry-after': '0' } });
    await exported(
      e.exporter({ timeoutMillis: 400, maxBackoffMillis: 100, initialBackoffMillis: 100 }),
      readableSpans(1),
    );
    expect(e.collector.requests.length).to.be.within(2, 40);
  });
});

describe('backoff (E-RET-01)', () => {
  it('is random below a bound that grows by half up to its maximum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (attempts) => {
        const wait = backoffMillis(attempts, {
          initialBackoffMillis: 1000,
          maxBackoffMillis: 5000,
        });
        expect(wait).to.be.within(0, Math.min(5000, 1000 * 1.5 ** (attempts - 1)));
      }),
    );
    const waits = new Set(
      Array.from({ length: 20 }, () =>
        backoffMillis(5, { initialBackoffMillis: 1000, maxBackoffMillis: 5000 }),
      ),
    );
    expect(waits.size).to.be.above(10);
  });
});
