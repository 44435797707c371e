import type { Delivery } from './delivery.js';
import type { Outcome } from './transport.js';

/** The deliveries that are going on. */
export class Deliveries {
  readonly #running = new Map<
    Delivery,
    { readonly spans: number; readonly ended: Promise<void> }
  >();

  /** Runs a delivery of so many spans, and tells its end. */
  run(delivery: Delivery, spans: number, ended: (outcome: Outcome) => void): void {
    const end = delivery.run().then((outcome) => {
      this.#running.delete(delivery);
      ended(outcome);
    });
    this.#running.set(delivery, { spans, ended: end });
  }

  /** What waits for its next attempt makes it now, and it is the last. */
  hurry(): void {
    for (const delivery of this.#running.keys()) delivery.hurry();
  }

  /** Ends all. */
  cancel(): void {
    for (const delivery of this.#running.keys()) delivery.cancel();
  }

  /**
   * Waits for the end of those that are running now, at most so many milliseconds. Holds the process
   * meanwhile.
   *
   * @returns how many spans are still on their way then
   */
  async idleWithin(millis: number): Promise<number> {
    if (this.#running.size === 0) return 0;
    const running = [...this.#running];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, millis);
    });
    await Promise.race([Promise.all(running.map(([, { ended }]) => ended)), late]);
    clearTimeout(timer);
    return running
      .filter(([delivery]) => this.#running.has(delivery))
      .reduce((sum, [, { spans }]) => sum + spans, 0);
  }
}
