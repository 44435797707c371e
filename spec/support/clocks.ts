/** Lets the specs of the surrounding `describe` turn the clocks; afterwards they run as before. */
export function clocks(): {
  /** Moves the wall clock. */
  shiftWall(millis: number): void;
  /** Moves the monotonic clock, forward only. */
  shiftMonotonic(millis: number): void;
  /** Makes the next reading of the wall clock come after a pause. */
  pauseBeforeWall(millis: number): void;
} {
  const realDate = Object.getOwnPropertyDescriptor(Date, 'now')!;
  const wallNow = Date.now.bind(Date);
  const monotonicNow = performance.now.bind(performance);
  let wall = 0;
  let monotonic = 0;
  let pause = 0;
  beforeEach(() => {
    wall = 0;
    monotonic = 0;
    pause = 0;
    Date.now = () => {
      wall += pause;
      monotonic += pause;
      pause = 0;
      return wallNow() + wall;
    };
    performance.now = () => monotonicNow() + monotonic;
  });
  afterEach(() => {
    Object.defineProperty(Date, 'now', realDate);
    delete (performance as { now?: unknown }).now;
  });
  /** The wall clock is looked at once a millisecond: both go on a little, so that it is looked at. */
  const goOn = (): void => {
    wall += 2;
    monotonic += 2;
  };
  return {
    shiftWall(millis) {
      goOn();
      wall += millis;
    },
    shiftMonotonic: (millis) => (monotonic += millis),
    pauseBeforeWall(millis) {
      goOn();
      pause = millis;
    },
  };
}
