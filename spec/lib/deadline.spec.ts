import { expect } from 'chai';
import { unrefTimer, withDeadline } from '../../lib/deadline.js';
import { fakeTimers } from '../support/timers.js';

const NEVER = new Promise<never>(() => {});

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return expect.fail('did not fail');
}

describe('withDeadline', () => {
  const timers = fakeTimers();

  it('settles like the promise, and leaves no timer (T-PROV-12)', async () => {
    expect(await withDeadline(Promise.resolve(5), 1000, 'it')).to.equal(5);
    const error = new Error('own');
    expect(await failure(withDeadline(Promise.reject(error), 1000, 'it'))).to.equal(error);
    expect(timers.pending).to.equal(0);
  });

  it('rejects with a TimeoutError that says what took too long (T-PROV-12, T-PROC-11)', async () => {
    const failed = failure(withDeadline(NEVER, 1000, 'the export'));
    timers.pass(999);
    expect(timers.pending).to.equal(1);
    timers.pass(1);
    const error = (await failed) as Error;
    expect(error.name).to.equal('TimeoutError');
    expect(error.message).to.equal('the export took longer than 1000 ms');
  });

  for (const none of [0, Infinity, -1, NaN]) {
    it(`has no limit at ${none} (T-BATCH-06)`, () => {
      expect(withDeadline(NEVER, none, 'it')).to.equal(NEVER);
      expect(timers.pending).to.equal(0);
    });
  }

  it('does not hold the process (T-BATCH-08)', () => {
    void withDeadline(NEVER, 1000, 'it');
    expect(timers.pending).to.equal(1);
    expect(timers.holding).to.equal(0);
  });
});

describe('unrefTimer', () => {
  const timers = fakeTimers();

  it('keeps to what timers can hold: 2^31 - 1 milliseconds', () => {
    let called = false;
    unrefTimer(() => (called = true), Infinity);
    timers.pass(2 ** 31 - 2);
    expect(called).to.equal(false);
    timers.pass(1);
    expect(called).to.equal(true);
  });
});
