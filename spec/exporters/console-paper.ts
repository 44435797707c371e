import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';

/** A real stream that keeps what is written to it. */
export class Paper extends Writable {
  readonly writes: string[] = [];
  /** When each was written, in `performance.now()` terms. */
  readonly times: number[] = [];
  columns: number | undefined;

  constructor(columns?: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.writes.push(text);
    this.times.push(performance.now());
    done();
  }

  get text(): string {
    return this.writes.join('');
  }

  /** Waits for so many writes, for at most two seconds. */
  async expectWrites(count: number): Promise<string[]> {
    for (let i = 0; this.writes.length < count && i < 400; i++) await sleep(5);
    return this.writes;
  }
}
