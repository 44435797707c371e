import { expect } from 'chai';
import * as fc from 'fast-check';
import { FloodGate } from '../../exporters/console-gate.js';
import type { Verdict } from '../../exporters/console-verdict.js';

function verdict(durationMillis: number, failed = false): Verdict {
  return {
    traceId: '',
    name: `${durationMillis}`,
    durationMillis,
    failed,
    hasErrors: failed,
    running: false,
  };
}

function admitted(gate: FloodGate<string>, count: number, now: number, failed = false): number {
  let shown = 0;
  for (let i = 0; i < count; i++) if (gate.admit(`${i}`, verdict(1, failed), now)) shown++;
  return shown;
}

describe('the console flood gate', () => {
  it('lets five trees through in any second', () => {
    const gate = new FloodGate<string>(5);
    expect(admitted(gate, 3, 0)).to.equal(3);
    expect(admitted(gate, 5, 900)).to.equal(2);
    expect(admitted(gate, 9, 1100)).to.equal(3);
  });

  it('has as many places again for failed traces', () => {
    const gate = new FloodGate<string>(5);
    admitted(gate, 50, 0);
    expect(admitted(gate, 20, 500, true)).to.equal(5);
  });

  it('counts those still running among them', () => {
    const gate = new FloodGate<string>(1);
    gate.admit('shown', verdict(1), 0);
    expect(gate.admit('running', { ...verdict(1), running: true }, 0)).to.equal(true);
    expect(gate.admit('failed', verdict(1, true), 0)).to.equal(false);
  });

  it('counts what it holds back, and says so a second after the first', () => {
    const gate = new FloodGate<string>(1);
    gate.admit('shown', verdict(5), 0);
    expect(gate.nextDue()).to.equal(Infinity);
    expect(gate.take(0)).to.equal(undefined);
    gate.admit('a', verdict(2), 100);
    gate.admit('b', verdict(4, true), 150);
    gate.admit('c', verdict(3, true), 160);
    gate.admitAdditions(false, 170);
    expect(gate.nextDue()).to.equal(1100);
    expect(gate.take(1100)).to.deep.equal({
      traces: 2,
      ok: 1,
      failed: 1,
      slowestHidden: verdict(3, true),
      additions: 1,
    });
    expect(gate.nextDue()).to.equal(Infinity);
  });

  it('gives the slowest a place, and sums up the others', () => {
    const gate = new FloodGate<string>(1);
    gate.admit('shown', verdict(5), 0);
    for (const millis of [7, 812, 9]) gate.admit(`took ${millis}`, verdict(millis), 10);
    const held = gate.take(1010);
    expect(held?.slowest).to.equal('took 812');
    expect(held).to.include({ traces: 2, ok: 2, slowestHidden: held?.slowestHidden });
    expect(held?.slowestHidden?.durationMillis).to.equal(9);
  });

  it('does not give one that is no slower than what was shown', () => {
    const gate = new FloodGate<string>(1);
    gate.admit('shown', verdict(900), 0);
    gate.admit('held', verdict(812), 10);
    expect(gate.take(1010)).to.not.have.property('slowest');
  });

  it('has one place a second for the slowest, however often it is asked', () => {
    const gate = new FloodGate<string>(1);
    gate.admit('shown', verdict(1), 0);
    let slowest = 0;
    for (let at = 10; at < 1000; at += 10) {
      gate.admit('held', verdict(at), at);
      if (gate.take(at)?.slowest) slowest++;
    }
    expect(slowest).to.equal(1);
  });

  it('lets everything through when there is no limit', () => {
    expect(admitted(new FloodGate<string>(Infinity), 10_000, 0)).to.equal(10_000);
  });

  it('loses none and never exceeds its places, whatever comes', () => {
    const arrival = fc.record({
      after: fc.integer({ min: 0, max: 400 }),
      millis: fc.integer({ min: 0, max: 1000 }),
      failed: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 200 }),
        fc.integer({ min: 1, max: 4 }),
        (all, n) => {
          const gate = new FloodGate<number>(n);
          const shownAt: number[] = [];
          let now = 0;
          let hidden = 0;
          const say = (): void => {
            const held = gate.take(now);
            if (held?.slowest !== undefined) shownAt.push(now);
            hidden += held?.traces ?? 0;
          };
          for (const [i, { after, millis, failed }] of all.entries()) {
            now += after;
            if (gate.nextDue() <= now) say();
            if (gate.admit(i, verdict(millis, failed), now)) shownAt.push(now);
          }
          say();
          expect(shownAt.length + hidden).to.equal(all.length);
          for (const start of shownAt) {
            const within = shownAt.filter((at) => at >= start && at < start + 1000);
            expect(within.length).to.be.at.most(2 * n + 1);
          }
        },
      ),
    );
  });
});
