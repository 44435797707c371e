import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../../lib/context.js';
import { unrefTimer, withDeadline } from '../../lib/deadline.js';
import type { EncodedPart, PartEncoding } from './encoded-request.js';
import { causeOf } from './cause.js';
import type { DropReason } from './export-stats.js';
import { Flush, type FlushResult } from './outbox-flush.js';
import { Pace } from './outbox-pace.js';
import { JOINED_BYTES, OutboxQueue, type Entry } from './outbox-queue.js';
import { backoffMillis, type BackoffBounds } from './retry.js';
import type { AttemptResult, Cause, Outcome, OtlpTransport } from './transport.js';

/** What an {@link Outbox} needs. */
export interface OutboxOptions extends BackoffBounds {
  readonly transport: OtlpTransport;
  readonly encoding: PartEncoding;
  readonly maxQueueBytes: number;
  readonly maxAgeMillis: number;
  /** Bound of one attempt; 0 is no limit. */
  readonly timeoutMillis: number;
  readonly concurrencyLimit: number;
  readonly maxRequestBytes: number;
  /** Told what became of spans that were put in, and of how many bytes. */
  concluded(spans: number, bytes: number, outcome: Outcome): void;
  /** Told how long a part took that has been tried, from its first attempt to its end. */
  operated(millis: number, outcome: Outcome): void;
  /** Takes, instead of dropping it, a request that cannot be delivered now, and says what became of it. */
  spill?(request: SpilledRequest, isEnding: boolean): Outcome;
  /** Told why when several attempts in a row have failed. */
  troubled(why: string): void;
}

/** A request that an outbox could not deliver. */
export interface SpilledRequest {
  readonly body: Uint8Array;
  readonly spans: number;
  /** When it came, as `performance.now()` has it. */
  readonly since: number;
}

/** A request on its way. */
interface Sending {
  readonly entries: readonly Entry[];
  readonly abort: AbortController;
  /** {@link Pace.failures} when it began. */
  readonly failures: number;
}

/** Why an attempt failed. */
type Failure = Cause & { readonly why: string };

/** Nothing that is sent makes spans, or holds on to the span that happened to be active. */
const SUPPRESSED = suppressTracing(ROOT_CONTEXT);
/** What an entry takes beside its bytes, about; so that many small ones are bounded too. */
const ENTRY_OVERHEAD = 256;
/** A resource whose detection takes longer is sent as it is, in milliseconds. */
const DETECTION_MILLIS = 10_000;
/** At the end this many failures in a row are too many, and the waits between them are no longer than that. */
const LAST_ATTEMPTS = 3;
const LAST_WAIT_MILLIS = 250;
/** What a backend that has failed before is given at the end of the process, in milliseconds. */
const DOUBTFUL_MILLIS = 1000;
/** A process that has not ended after all sends again after so many milliseconds. */
const REST_MILLIS = 1000;
/** The largest requests of an ending process, where each is a worker of its own. */
const SYNC_BYTES = 4 * 1024 * 1024;

/**
 * Encoded spans on their way to a backend: bounded by bytes, sent over a few connections, tried again until
 * the backend takes or refuses them, or they are too old. Nothing here holds the process but a flush.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue = new OutboxQueue();
  readonly #pace: Pace;
  readonly #sending = new Set<Sending>();
  /** Those whose resource is still being detected. */
  readonly #detecting = new Set<Entry>();
  /** All of which the end is not known yet. */
  readonly #open = new Set<Entry>();
  readonly #flushes = new Set<Flush>();
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** At shutdown: when everything has to be over. */
  #deadline = Infinity;
  /** Why the last attempt failed, where none has succeeded since. */
  #lastFailure: Failure | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#pace = new Pace(options);
  }

  /** Bytes that can still be put in. */
  get room(): number {
    return this.#options.maxQueueBytes - this.#bytes;
  }

  /** Before this time, as `performance.now()` has it, the backend is to be left alone. */
  get resumesAt(): number {
    return this.#pace.resumesAt;
  }

  /** Takes a part, whether there is room for it or not, and sends it when it can. */
  put(part: EncodedPart): void {
    const entry = this.#take(part);
    if (part.request === undefined) this.#detect(entry);
    else this.#enqueue(entry);
  }

  /**
   * Waits for the end of all that is here now, at most so many milliseconds; tries at once what waits for
   * its next attempt. Holds the process meanwhile.
   */
  flush(timeoutMillis: number): Promise<FlushResult> {
    return this.#flush(new Flush(this.#open), timeoutMillis);
  }

  /**
   * The same for a process that is about to end: gives up after a few failures in a row, and takes less time
   * for a backend that has failed before. Afterwards nothing holds the process; should it go on, what still
   * waits is sent later.
   */
  async flushAtEnd(timeoutMillis: number): Promise<FlushResult> {
    const isDoubtful = this.#pace.failures > 0;
    const millis = isDoubtful ? Math.min(timeoutMillis, DOUBTFUL_MILLIS) : timeoutMillis;
    const deadline = performance.now() + millis;
    const flush = new Flush(this.#open, { failures: LAST_ATTEMPTS, deadline });
    const result = await this.#flush(flush, millis);
    if (result.waiting > 0) this.#rest();
    return result;
  }

  /**
   * Sends what it can within the time, with at most {@link LAST_ATTEMPTS} more attempts, and drops the rest.
   * Nothing may be put in afterwards.
   */
  async close(timeoutMillis: number): Promise<FlushResult> {
    this.#deadline = performance.now() + timeoutMillis;
    this.#pace.reset();
    for (const entry of this.#open) entry.attempts = 0;
    for (const entry of this.#detecting) this.#queue.add(entry);
    this.#detecting.clear();
    const result = await this.flush(timeoutMillis);
    const outcome: Outcome = { kind: 'dropped', reason: 'shutdown', why: 'no time was left' };
    this.#takeBack();
    this.#giveUp([...this.#open], outcome);
    return result;
  }

  /**
   * Sends everything, and these parts too, before it returns, one request after the other; what is on its
   * way as well, as nobody would see the end of that. What cannot be sent by the deadline, or at the first
   * sign that the backend does not answer, is dropped.
   */
  drainSync(parts: readonly EncodedPart[], deadline: number): FlushResult {
    for (const part of parts) this.#take(part);
    const flush = new Flush(this.#open);
    this.#flushes.add(flush);
    this.#takeBack();
    for (const entry of this.#open) this.#queue.add(entry);
    const joinedBytes = Math.min(SYNC_BYTES, this.#options.maxRequestBytes);
    for (;;) {
      const entries = this.#queue.take({ now: Infinity, joinedBytes, freshFirst: true });
      if (entries.length === 0) break;
      const left = Math.floor(deadline - performance.now());
      const result = left > 0 ? this.#attemptSync(entries, left) : this.#noTime();
      if (result.kind === 'again') {
        const all = [...entries, ...this.#queue.removeAll()];
        this.#giveUp(all, givenUp('shutdown', result), true);
      } else {
        this.#ended(entries, result);
      }
    }
    this.#flushes.delete(flush);
    return flush.result();
  }

  #flush(flush: Flush, timeoutMillis: number): Promise<FlushResult> {
    this.#pace.hurry();
    this.#queue.hurry();
    this.#flushes.add(flush);
    flush.paused(this.#pace.resumesAt);
    this.#pump();
    return flush.within(timeoutMillis).finally(() => this.#flushes.delete(flush));
  }

  /** Breaks off what is on its way: a connection to be made would hold the process. */
  #rest(): void {
    for (const { entries, abort } of this.#sending) {
      abort.abort();
      for (const entry of entries) this.#queue.addAgain(entry);
    }
    if (this.#sending.size > 0) this.#lastFailure ??= { why: 'no answer', errorType: 'timeout' };
    this.#sending.clear();
    this.#pace.pause(performance.now() + REST_MILLIS);
    this.#pump();
  }

  #take(part: EncodedPart): Entry {
    const since = performance.now();
    const entry: Entry = { ...part, since, attempts: 0, notBefore: 0, alone: false };
    this.#open.add(entry);
    this.#bytes += sizeOf(entry);
    return entry;
  }

  #enqueue(entry: Entry): void {
    this.#queue.add(entry);
    this.#pump();
  }

  #detect(entry: Entry): void {
    this.#detecting.add(entry);
    const settled = (async () => entry.resource.waitForAsyncAttributes?.())();
    const proceed = (): void => {
      if (this.#detecting.delete(entry)) this.#enqueue(entry);
    };
    withDeadline(settled, DETECTION_MILLIS, 'detection').then(proceed, proceed);
  }

  /** Sends what may be sent now, and sees to it that the rest is looked at again in time. */
  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    this.#expire(now);
    if (this.#pace.resumesAt <= now) this.#sendDue(now);
    if (this.#queue.size === 0) return;
    const due = Math.max(this.#pace.resumesAt, this.#queue.dueAt());
    const expiry = this.#queue.oldest() + this.#maxAge;
    // What is due now waits for the end of another, which looks again.
    const next = due > now ? Math.min(due, expiry) : expiry;
    if (next < Infinity) this.#timer = unrefTimer(() => this.#pump(), Math.max(1, next - now));
  }

  #sendDue(now: number): void {
    const { concurrencyLimit, maxRequestBytes } = this.#options;
    const joinedBytes = Math.min(JOINED_BYTES, maxRequestBytes);
    while (this.#sending.size < concurrencyLimit && !this.#isProbing()) {
      const freshFirst = this.#pace.failures > 0;
      const entries = this.#queue.take({ now, joinedBytes, freshFirst });
      if (entries.length === 0) return;
      context.with(SUPPRESSED, () => void this.#send(entries));
    }
  }

  /** After a failure one request alone is sent to see whether the backend is back. */
  #isProbing(): boolean {
    const { failures } = this.#pace;
    return failures > 0 && [...this.#sending].some((sending) => sending.failures === failures);
  }

  async #send(entries: readonly Entry[]): Promise<void> {
    const sending = { entries, abort: new AbortController(), failures: this.#pace.failures };
    this.#sending.add(sending);
    const result = await this.#attempt(sending);
    // What was taken back meanwhile has another end.
    if (!this.#sending.delete(sending)) return;
    if (result.kind === 'again') this.#failed(sending, result);
    else this.#ended(entries, result);
    this.#pump();
  }

  async #attempt({ entries, abort }: Sending): Promise<AttemptResult> {
    const { timeoutMillis, transport } = this.#options;
    noteAttempt(entries);
    const timer =
      timeoutMillis > 0 && timeoutMillis < Infinity
        ? unrefTimer(() => abort.abort(), timeoutMillis)
        : undefined;
    try {
      const body = this.#body(entries);
      return await transport.attempt(body, abort.signal);
    } catch (error) {
      return unsendable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #noTime(): AttemptResult {
    return { kind: 'again', ...(this.#lastFailure ?? { why: 'no time was left' }) };
  }

  #attemptSync(entries: readonly Entry[], timeoutMillis: number): AttemptResult {
    const { transport } = this.#options;
    if (transport.attemptSync === undefined) return { kind: 'again', why: 'the process ends' };
    noteAttempt(entries);
    try {
      return transport.attemptSync(this.#body(entries), timeoutMillis);
    } catch (error) {
      return unsendable(error);
    }
  }

  #body(entries: readonly Entry[]): Uint8Array {
    const [first] = entries;
    if (entries.length === 1 && first!.request !== undefined) return first!.request;
    const contents = entries.map((entry) => entry.content);
    return this.#options.encoding.join(first!.resource, contents);
  }

  #ended(entries: readonly Entry[], outcome: Outcome): void {
    // An answer is an answer, whatever it says.
    this.#pace.succeeded();
    this.#lastFailure = undefined;
    for (const flush of this.#flushes) flush.succeeded();
    if (isTooLargeTogether(entries, outcome)) this.#separate(entries);
    else this.#conclude(entries, outcome);
  }

  #separate(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.alone = true;
      this.#queue.addAgain(entry);
    }
  }

  #failed(
    { entries, failures }: Sending,
    result: Failure & { readonly waitMillis?: number },
  ): void {
    const { why, waitMillis } = result;
    const now = performance.now();
    const longestWait = this.#isEnding ? LAST_WAIT_MILLIS : Infinity;
    this.#lastFailure = { why, ...causeOf(result) };
    const before = this.#pace.failures;
    this.#pace.failed(failures, now, waitMillis, longestWait);
    if (this.#pace.failures > before) this.#failedAgain(why);
    const isLate = this.#deadline < Infinity;
    const expired: Entry[] = [];
    const late: Entry[] = [];
    for (const entry of entries) {
      entry.attempts++;
      entry.notBefore = now + Math.min(longestWait, backoffMillis(entry.attempts, this.#options));
      if (now - entry.since >= this.#maxAge) expired.push(entry);
      else if (isLate && entry.attempts >= LAST_ATTEMPTS) late.push(entry);
      else this.#queue.addAgain(entry);
    }
    this.#giveUp(expired, givenUp('expired', result));
    if (isLate && this.#isHopeless()) late.push(...this.#queue.removeAll());
    this.#giveUp(late, givenUp('shutdown', result));
  }

  #failedAgain(why: string): void {
    for (const flush of this.#flushes) flush.failed(this.#pace.resumesAt);
    // At the end it is not tried for long, and what is lost is said.
    if (this.#pace.failures === 2 && !this.#isEnding) this.#options.troubled(why);
  }

  get #isEnding(): boolean {
    return this.#deadline < Infinity || [...this.#flushes].some((flush) => flush.isImpatient);
  }

  /** At shutdown: the backend does not answer, or wants to be asked when it is too late. */
  #isHopeless(): boolean {
    return this.#pace.failures >= LAST_ATTEMPTS || this.#pace.resumesAt >= this.#deadline;
  }

  get #maxAge(): number {
    return this.#options.maxAgeMillis || Infinity;
  }

  #expire(now: number): void {
    if (now - this.#queue.oldest() < this.#maxAge) return;
    const why = `they waited longer than ${this.#options.maxAgeMillis} ms`;
    const old = this.#queue.removeOlder(now - this.#maxAge);
    this.#giveUp(old, givenUp('expired', { ...this.#lastFailure, why }));
  }

  /** Breaks off what is on its way, and lets nothing begin. All that is open is nowhere but there then. */
  #takeBack(): void {
    clearTimeout(this.#timer);
    const sendings = [...this.#sending];
    this.#sending.clear();
    for (const { abort } of sendings) abort.abort();
    this.#queue.removeAll();
    this.#detecting.clear();
  }

  /** Drops what was not delivered in time, or spills it where that can be done. */
  #giveUp(entries: readonly Entry[], outcome: Outcome, isEnding = false): void {
    if (this.#options.spill === undefined) return this.#conclude(entries, outcome);
    for (const entry of entries) this.#conclude([entry], this.#spill(entry, outcome, isEnding));
  }

  #spill(entry: Entry, outcome: Outcome, isEnding: boolean): Outcome {
    const { spans, since } = entry;
    try {
      const body = this.#body([entry]);
      return this.#options.spill?.({ body, spans, since }, isEnding) ?? outcome;
    } catch (error) {
      return unsendable(error);
    }
  }

  #conclude(entries: readonly Entry[], outcome: Outcome): void {
    if (entries.length === 0) return;
    let spans = 0;
    let bytes = 0;
    for (const entry of entries) {
      this.#open.delete(entry);
      this.#bytes -= sizeOf(entry);
      spans += entry.spans;
      bytes += entry.content.length;
      if (entry.triedAt !== undefined && outcome.kind !== 'spooled') {
        this.#options.operated(performance.now() - entry.triedAt, outcome);
      }
    }
    this.#options.concluded(spans, bytes, outcome);
    for (const flush of this.#flushes) flush.concluded(entries, outcome);
  }
}

function isTooLargeTogether(entries: readonly Entry[], outcome: Outcome): boolean {
  return outcome.kind === 'rejected' && outcome.tooLarge === true && entries.length > 1;
}

function noteAttempt(entries: readonly Entry[]): void {
  const now = performance.now();
  for (const entry of entries) entry.triedAt ??= now;
}

/** Given up after the last attempt failed like this. */
function givenUp(reason: DropReason, failure: Failure): Outcome {
  return { kind: 'dropped', reason, why: failure.why, ...causeOf(failure) };
}

function sizeOf({ content }: Entry): number {
  return content.length + ENTRY_OVERHEAD;
}

/** The resource cannot be encoded, which is not to be expected. */
function unsendable(error: unknown): Extract<AttemptResult, { kind: 'dropped' }> {
  return { kind: 'dropped', reason: 'invalid', why: String(error) };
}
