interface FakeTimer {
  readonly at: number;
  readonly callback: () => void;
  readonly unref: () => FakeTimer;
}

/**
 * Replaces `setTimeout` and `clearTimeout` for each test of the surrounding `describe`, in the way that
 * libraries of fake timers do.
 */
export function fakeTimers(): {
  /** Lets time pass: runs what is due by then. */
  pass(millis: number): void;
  /** How many timers are set. */
  readonly pending: number;
  /** How many of them would hold the process. */
  readonly holding: number;
} {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const timers = new Set<FakeTimer>();
  const unrefed = new Set<FakeTimer>();
  let now = 0;
  beforeEach(() => {
    timers.clear();
    unrefed.clear();
    now = 0;
    const set = (callback: () => void, millis = 0) => {
      const timer: FakeTimer = {
        at: now + millis,
        callback,
        unref: () => {
          unrefed.add(timer);
          return timer;
        },
      };
      timers.add(timer);
      return timer;
    };
    globalThis.setTimeout = set as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: FakeTimer) => timers.delete(timer)) as never;
  });
  afterEach(() => {
    Object.assign(globalThis, real);
  });
  return {
    pass(millis) {
      now += millis;
      for (const timer of [...timers].toSorted((a, b) => a.at - b.at)) {
        if (timer.at <= now && timers.delete(timer)) timer.callback();
      }
    },
    get pending() {
      return timers.size;
    },
    get holding() {
      return [...timers].filter((timer) => !unrefed.has(timer)).length;
    },
  };
}
