import { expect } from 'chai';
import * as fc from 'fast-check';
import { OutboxQueue, type Entry } from '../../../exporters/otlp/outbox-queue.js';
import { Pace } from '../../../exporters/otlp/outbox-pace.js';
import { resourceFromAttributes } from '../../../lib/resource.js';

const RESOURCES = [resourceFromAttributes({ a: 1 }), resourceFromAttributes({ a: 2 })];

function entry(overrides: Partial<Entry> = {}): Entry {
  return {
    resource: RESOURCES[0]!,
    spans: 1,
    content: new Uint8Array(10),
    since: 0,
    attempts: 0,
    notBefore: 0,
    alone: false,
    ...overrides,
  };
}

const NOW = { now: 100, joinedBytes: 1, freshFirst: false };

describe('OutboxQueue', () => {
  it('gives those never tried in the order in which they came', () => {
    const queue = new OutboxQueue();
    const entries = Array.from({ length: 3000 }, () => entry());
    for (const each of entries) queue.add(each);
    const taken = entries.map(() => queue.take(NOW)[0]);
    expect(taken.every((each, i) => each === entries[i])).to.equal(true);
    expect(queue.take(NOW)).to.deep.equal([]);
  });

  it('gives those that are due again first, or last where the backend fails', () => {
    for (const freshFirst of [false, true]) {
      const queue = new OutboxQueue();
      const again = entry({ attempts: 1, notBefore: 50 });
      const later = entry({ attempts: 1, notBefore: 150 });
      const fresh = entry();
      queue.addAgain(later);
      queue.addAgain(again);
      queue.add(fresh);
      const order = [1, 2, 3].map(() => queue.take({ ...NOW, freshFirst })[0]);
      expect(order).to.deep.equal([...(freshFirst ? [fresh, again] : [again, fresh]), undefined]);
      expect(queue.dueAt()).to.equal(150);
      expect(queue.size).to.equal(1);
    }
  });

  it('loses none and gives none twice, whatever is done to it', () => {
    const step = fc.oneof(
      fc.record({
        add: fc.record({
          resource: fc.constantFrom(...RESOURCES),
          later: fc.nat({ max: 10 }),
          alone: fc.boolean(),
        }),
      }),
      fc.record({ take: fc.integer({ min: 1, max: 60 }), freshFirst: fc.boolean() }),
      fc.record({ removeOlder: fc.integer({ min: 0, max: 100 }) }),
      fc.constant('return' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new OutboxQueue();
        let time = 0;
        const inside = new Set<Entry>();
        const outside: Entry[] = [];
        const leave = (entries: Entry[]): void => {
          for (const each of entries) expect(inside.delete(each), 'was inside').to.equal(true);
        };
        for (const each of steps) {
          if (each === 'return') {
            for (const back of outside.splice(0)) {
              queue.addAgain(back);
              inside.add(back);
            }
          } else if ('add' in each) {
            time += each.add.later;
            const added = entry({ ...each.add, since: time });
            queue.add(added);
            inside.add(added);
          } else if ('take' in each) {
            const taken = queue.take({
              now: 100,
              joinedBytes: each.take,
              freshFirst: each.freshFirst,
            });
            leave(taken);
            outside.push(...taken);
            expect(new Set(taken.map(({ resource }) => resource)).size).to.be.at.most(1);
            if (taken.length > 1) {
              expect(taken.length * 10).to.be.at.most(each.take);
              expect(taken.some(({ alone }) => alone)).to.equal(false);
            }
          } else {
            const old = queue.removeOlder(each.removeOlder);
            leave(old);
            for (const { since } of old) expect(since).to.be.at.most(each.removeOlder);
            for (const { since } of inside) expect(since).to.be.above(each.removeOlder);
          }
          const oldest = Math.min(Infinity, ...[...inside].map(({ since }) => since));
          expect(queue.size).to.equal(inside.size);
          expect(queue.oldest()).to.equal(oldest);
        }
        leave(queue.removeAll());
        expect(inside.size).to.equal(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('Pace', () => {
  const bounds = { initialBackoffMillis: 100, maxBackoffMillis: 1000 };

  it('pauses after a failure, longer with each further one, and not after a success', () => {
    const pace = new Pace(bounds);
    let longest = 0;
    for (let failures = 0; failures < 50; failures++) {
      pace.failed(failures, 1000);
      expect(pace.failures).to.equal(failures + 1);
      expect(pace.resumesAt).to.be.within(1000, 2000);
      longest = Math.max(longest, pace.resumesAt);
    }
    expect(longest).to.be.above(1200);
    pace.succeeded();
    expect([pace.failures, pace.resumesAt]).to.deep.equal([0, 0]);
  });

  it('takes failures of requests that were on their way together for one', () => {
    const pace = new Pace(bounds);
    for (let i = 0; i < 4; i++) pace.failed(0, 1000);
    expect(pace.failures).to.equal(1);
  });

  it('keeps the wait that the backend asked for through successes and flushes', () => {
    const pace = new Pace(bounds);
    pace.failed(0, 1000, 5000);
    pace.succeeded();
    pace.hurry();
    expect(pace.resumesAt).to.equal(6000);
    pace.failed(0, 1000, 1e12);
    expect(pace.resumesAt, 'at most five minutes').to.equal(301_000);
    pace.reset();
    expect(pace.resumesAt).to.equal(0);
  });
});
