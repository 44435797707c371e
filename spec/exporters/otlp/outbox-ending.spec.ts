import { expect } from 'chai';
import { runChild, type Ended } from '../../support/child.js';
import { refusingUrl, startCollector, type Answer } from '../../support/collector.js';
import { listenWithoutAnswer, type Unanswering } from '../../support/unanswering.js';

/** More than one batch: the first is handed over, the last waits in the processor. */
const SPANS = 1300;
/** How many processes run at once. */
const AT_ONCE = 5;
interface Run extends Ended {
  /** From the beginning of the end to the end. */
  readonly millis: number;
}

async function run(how: string, url: string, spans = SPANS, protocol = 'http'): Promise<Run> {
  const child = runChild('../../exporters/otlp/outbox-ending-child.ts', {
    args: [how, url, String(spans), protocol],
  });
  // One that fails before says why.
  await Promise.race([child.printed('ending'), child.ended]);
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
    let unanswering: Unanswering;
    const unanswered = async (how: string, protocol: string): Promise<Run> =>
      run(how, unanswering.url, SPANS, protocol);
    const refused = async (how: string, protocol: string): Promise<Run> =>
      run(how, await refusingUrl(), SPANS, protocol);
    interface Broken {
      readonly does: string;
      readonly go: (how: string) => Promise<Run>;
      readonly why: RegExp;
      /** How long the process may last, with some time for a busy machine. */
      readonly bound: number;
    }
    const [http, grpc] = ['http', 'grpc'];
    const broken: Broken[] = [
      { does: 'is dead', go: (how) => refused(how, http), why: /ECONNREFUSED/, bound: 2500 },
      {
        does: 'is dead, over gRPC',
        go: (how) => refused(how, grpc),
        why: /ECONNREFUSED/,
        bound: 2500,
      },
      {
        does: 'hangs',
        go: (how) => runOver(how, Array<Answer>(20).fill('hang')),
        why: /no answer/,
        bound: 4500,
      },
      // What connects when the process has nothing else to do holds it for three seconds more.
      {
        does: 'does not answer to connections',
        go: (how) => unanswered(how, http),
        why: /no (answer|connection)/,
        bound: 7500,
      },
      {
        does: 'does not answer to connections, over gRPC',
        go: (how) => unanswered(how, grpc),
        why: /no (answer|connection)/,
        bound: 7500,
      },
    ];
    const cases = broken.flatMap((each) => {
      const ways = ['by itself', 'by a signal'];
      // The others differ no more in what happens at the end.
      if (!/gRPC|connections/.test(each.does))
        ways.push('by exit', 'after a signal that it handles');
      return ways.map((how) => ({ ...each, how }));
    });
    const runs: Run[] = [];
    // Several at once, as they mostly wait; not all, as their starts would take each other's time.
    before(async () => {
      unanswering = await listenWithoutAnswer();
      for (let i = 0; i < cases.length; i += AT_ONCE) {
        const wave = cases.slice(i, i + AT_ONCE);
        runs.push(...(await Promise.all(wave.map(({ how, go }) => go(how)))));
      }
    });
    after(() => unanswering.close());

    for (const [i, { does, how, why, bound }] of cases.entries()) {
      it(`${does}: the end is held no longer than its bound, and says once what was lost: ${how}`, () => {
        const { millis, stderr } = runs[i]!;
        expect(millis).to.be.below(how === 'by exit' ? 2500 : bound);
        const said = stderr.trimEnd().split('\n');
        // That spans wait may have been said before the end.
        const losses = said.filter((line) => !line.includes('[otlp.waiting]'));
        expect(losses, stderr).to.have.length(1);
        expect(losses[0]).to.match(/: 1300 spans could not be sent to .*\[otlp\.exit\]$/);
        // On a busy machine a worker may not even have begun when its second is over.
        if (how !== 'by exit') expect(losses[0]).to.match(why);
      });
    }
  });
});
