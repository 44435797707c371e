/** Time that passes when it is told to. */
export interface FakeTime {
  /** Lets so many milliseconds pass, and all timers fire that are due on the way. */
  pass(millis: number): void;
  /** Gives the real timers and clock back. */
  restore(): void;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Replaces `setTimeout`, `clearTimeout` and, unless told not to, `performance.now`. */
export function fakeTime({ clock = true } = {}): FakeTime {
  const { setTimeout, clearTimeout } = globalThis;
  const timers = new Map<object, Timer>();
  let now = Math.ceil(performance.now());
  globalThis.setTimeout = ((callback: () => void, millis = 0) => {
    const timer = { unref: () => timer };
    timers.set(timer, { at: now + millis, callback });
    return timer;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer: object) => timers.delete(timer)) as typeof clearTimeout;
  if (clock) Object.defineProperty(performance, 'now', { value: () => now, configurable: true });
  return {
    pass(millis) {
      const until = now + millis;
      for (let next = firstDue(timers, until); next; next = firstDue(timers, until)) {
        const [timer, { at, callback }] = next;
        now = at;
        timers.delete(timer);
        callback();
      }
      now = until;
    },
    restore() {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Reflect.deleteProperty(performance, 'now');
    },
  };
}

function firstDue(timers: Map<object, Timer>, until: number): [object, Timer] | undefined {
  let first: [object, Timer] | undefined;
  for (const entry of timers) {
    if (entry[1].at <= until && (!first || entry[1].at < first[1].at)) first = entry;
  }
  return first;
}
