import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../../lib/context.js';
import { unrefTimer } from '../../lib/deadline.js';
import type { StoredRecord } from './spool-record.js';
import type { Spool } from './spool.js';
import { backoffMillis, LONGEST_WAIT, type BackoffBounds } from './retry.js';
import type { Outcome, OtlpTransport } from './transport.js';

/** What a {@link SpoolSender} needs. */
export interface SpoolSenderOptions extends BackoffBounds {
  readonly spool: Spool;
  readonly transport: OtlpTransport;
  /** Bound of one attempt; 0 is no limit. */
  readonly timeoutMillis: number;
  /** How long a record may wait since its creation. */
  readonly maxAgeMillis: number;
  /** Before this time, as `performance.now()` has it, the backend is to be left alone. */
  resumesAt(): number;
  /** Told what became of spans of the spool, and how long that took. */
  concluded(spans: number, outcome: Outcome, millis: number): void;
}

/** Sends what a spool holds, one request at a time, beside what is new. Never holds the process. */
export class SpoolSender {
  readonly #options: SpoolSenderOptions;
  #running: Promise<void> | undefined;
  #abort: AbortController | undefined;
  #isStopped = false;
  /** Ends a wait. */
  #hurry: (() => void) | undefined;

  constructor(options: SpoolSenderOptions) {
    this.#options = options;
  }

  /** There may be something to send, or the backend has just taken something. */
  wake(): void {
    this.#hurry?.();
    if (this.#isStopped || this.#running !== undefined) return;
    this.#running = context.with(suppressTracing(ROOT_CONTEXT), () => this.#run());
  }

  /** Breaks off what is on its way, and tries it again later: a connection to be made holds the process. */
  rest(): void {
    this.#abort?.abort();
  }

  /** Breaks off what is on its way, which stays in the spool. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#abort?.abort();
    this.#hurry?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { spool } = this.#options;
    for (let batch; !this.#isStopped && (batch = await spool.next()) !== undefined;) {
      for (const record of batch.records) {
        const begun = performance.now();
        const outcome = await this.#deliver(record);
        if (outcome === undefined) break;
        this.#options.concluded(record.spans, outcome, performance.now() - begun);
        await batch.done(record);
      }
      await batch.close();
    }
    this.#running = undefined;
  }

  /** Tries until the record has come to an end; `undefined` when the sender was stopped first. */
  async #deliver(record: StoredRecord): Promise<Outcome | undefined> {
    for (let attempts = 1; ; attempts++) {
      for (let left; !this.#isStopped && (left = this.#pause()) > 0;) await this.#wait(left);
      if (this.#isStopped) return undefined;
      if (Date.now() - record.createdMillis > this.#options.maxAgeMillis) {
        return { kind: 'dropped', reason: 'spoolExpired', why: 'they waited too long on disk' };
      }
      const result = await this.#attempt(record.body);
      if (result.kind !== 'again') return result;
      const { waitMillis = 0 } = result;
      const asked = performance.now() + Math.min(waitMillis, LONGEST_WAIT);
      await this.#wait(backoffMillis(attempts, this.#options));
      // A wait that the backend asked for is kept, whoever hurries.
      while (!this.#isStopped && performance.now() < asked) {
        await this.#wait(asked - performance.now());
      }
    }
  }

  #pause(): number {
    return this.#options.resumesAt() - performance.now();
  }

  async #attempt(body: Uint8Array): ReturnType<OtlpTransport['attempt']> {
    const { transport, timeoutMillis } = this.#options;
    const abort = new AbortController();
    this.#abort = abort;
    const isBounded = timeoutMillis > 0 && timeoutMillis < Infinity;
    const timer = isBounded ? unrefTimer(() => abort.abort(), timeoutMillis) : undefined;
    try {
      return await transport.attempt(body, abort.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #wait(millis: number): Promise<void> {
    if (this.#isStopped || millis <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = unrefTimer(resolve, millis);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#hurry = undefined;
  }
}
