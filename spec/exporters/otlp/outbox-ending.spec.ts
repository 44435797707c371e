import { expect } from 'chai';
import { runChild, type Ended } from '../../support/child.js';
import { refusingUrl, startCollector, type Answer } from '../../support/collector.js';

/** More than one batch: the first is handed over, the last waits in the processor. */
const SPANS = 1300;
interface Run extends Ended {
  /** From the beginning of the end to the end. */
  readonly millis: number;
}

async function run(how: string, url: string, spans = SPANS): Promise<Run> {
  const child = runChild('../../exporters/otlp/outbox-ending-child.ts', {
    args: [how, url, String(spans)],
  });
  await child.printed('ending');
  const begun = performance.now();
  if (how.includes('signal')) child.process.kill('SIGTERM');
  const ended = await child.ended;
  return { ...ended, millis: performance.now() - begun };
}

/** Ends a process over a collector of its own. */
async function runOver(how: string, answers: Answer[] = [], spans = SPANS) {
  const collector = await startCollector();
  collector.answer(...answers);
  const ended = await run(how, collector.url, spans);
  const delivered = new Set(collector.spans().map(({ spanId }) => spanId)).size;
  await collector.close();
  return { ...ended, delivered };
}

describe('OTLPTraceExporter, enqueue, when the process ends', function () {
  this.timeout(60_000);

  describe('over a backend that works', () => {
    // One after the other: an ending process has a second, which a busy machine uses up.
    for (const how of ['by itself', 'by exit', 'by exit, at once', 'by a signal']) {
      it(`delivers everything ${how}`, async () => {
        expect((await runOver(how)).delivered).to.equal(SPANS);
      });
    }

    it('delivers a burst by exit, at once', async () => {
      const { delivered } = await runOver('by exit, at once', [], 30_000);
      expect(delivered).to.equal(30_000);
    });

    it('delivers what is on its way without an answer', async () => {
      expect((await runOver('by exit', ['hang'])).delivered).to.equal(SPANS);
    });
  });

  describe('over a backend that', () => {
    const broken: [does: string, go: (how: string) => Promise<Run>, why: string][] = [
      ['is dead', async (how) => run(how, await refusingUrl()), 'ECONNREFUSED'],
      ['hangs', (how) => runOver(how, Array<Answer>(20).fill('hang')), '(no answer|no time)'],
    ];
    const cases = broken.flatMap(([does, go, why]) => {
      const ways = ['by itself', 'by exit', 'by a signal', 'after a signal that it handles'];
      return ways.map((how) => ({ does, how, go, why }));
    });
    let runs: Run[];
    // All at once: they take seconds, and do nothing but wait.
    before(async () => {
      runs = await Promise.all(cases.map(({ how, go }) => go(how)));
    });

    for (const [i, { does, how, why }] of cases.entries()) {
      it(`${does}: the end is held no longer than its bound, and says what was lost: ${how}`, () => {
        const { millis, stderr } = runs[i]!;
        expect(millis).to.be.below(6500);
        expect(stderr).to.match(new RegExp(`${SPANS} spans could not be sent .*${why}`));
      });
    }
  });
});
