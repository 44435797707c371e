import {
  ROOT_CONTEXT,
  type Context,
  type MeterProvider,
  type SpanContext,
} from '@opentelemetry/api';
import { unrefTimer } from '../deadline.js';
import { report } from '../diagnostics.js';
import type { FlushOptions } from '../exporter.js';
import { FanOut, type SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import { requireMethods } from '../require-methods.js';
import type { Span } from '../span.js';
import {
  checksFrom,
  digitsFor,
  ratioOf,
  type TailCheck,
  type TailReason,
  type TailRule,
} from './tail-rules.js';
import { keptView, randomnessOf } from './tail-view.js';

/** Options of a {@link TailKeeper}. */
export interface TailKeeperOptions {
  /** Keep traces in which a span has the status Error. Default true. */
  readonly errors?: boolean;
  /** Keep traces whose first span in this process takes so many milliseconds, or longer. Default: none for that. */
  readonly slowMillis?: number;
  /** Keep traces with a span that a rule describes; the first rule that does so decides. Default none. */
  readonly rules?: readonly TailRule[];
  /** How many of all other traces are kept, from 0 to 1. Default 0. */
  readonly ratio?: number;
  /** Spans that are held at a time; beyond that the oldest trace is decided early. Default 20000. */
  readonly maxSpans?: number;
  /** Traces that are held at a time; beyond that the oldest is decided early. Default 5000. */
  readonly maxTraces?: number;
  /** How long a trace is held whose root does not end, in milliseconds. Default 60000. */
  readonly maxTraceMillis?: number;
  /**
   * Whether traces are recorded here that their callers did not sample: with `AlwaysOnSampler`, without a parent
   * based one, or `AlwaysRecordSampler`. Then a threshold (`th`) that came in says nothing about which traces
   * are here, and is replaced; otherwise it is never lowered. Default false.
   */
  readonly recordsUnsampled?: boolean;
}

/** What a {@link TailKeeper} has done so far. */
export interface TailKeeperStats {
  readonly type: 'tail_keeper';
  readonly heldTraces: number;
  readonly heldSpans: number;
  /** Decisions to keep, by reason. A trace that comes back, by another request or late, is decided again. */
  readonly keptTraces: Readonly<Record<TailReason, number>>;
  /** Decisions to drop. */
  readonly droppedTraces: number;
  readonly keptSpans: number;
  readonly droppedSpans: number;
  /** Traces that were decided before their root had ended: for want of room or time, or by a flush. */
  readonly cutTraces: number;
  /** Spans that ended after the decision of their trace. */
  readonly lateSpans: number;
  /** What the inner processor tells, where it tells anything. */
  readonly inner?: object;
}

/** A trace that waits for its end. */
interface Held {
  /** The ids of its spans without a parent in this process that are open. */
  readonly roots: string[];
  readonly since: number;
  spans: ReadableSpan[];
  /** The first check that held, as its place among the checks. */
  best: number;
  /** What was decided before, where the trace comes back. */
  readonly earlier: string | undefined;
}

/** A trace that is not kept, among the decisions; those that are have their threshold. */
const DROPPED = '';
/** Decisions are remembered for so many times as many traces as may be held. */
const REMEMBERED = 4;

/**
 * Decides at the end of a trace whether it is kept: all its spans are held until its root in this process ends, and
 * handed to another processor if one of them has failed, the root was slow, or a rule matches; and a ratio of
 * the rest. Unlike a sampler it has seen all.
 *
 * ```ts
 * const exporter = new BatchSpanProcessor(new OTLPTraceExporter());
 * start({ exporters: [new TailKeeper(exporter, { slowMillis: 500, ratio: 0.05 })] });
 * ```
 *
 * It sees what is recorded: the sampler has to keep everything, as the default one does for traces that begin
 * here. What is propagated says "sampled", so that services behind this one record too; they decide for
 * themselves, and agree where they use the same ratio. What is kept carries the threshold of the decision in its
 * trace state (`ot=th:…`), so that backends can count.
 *
 * The inner processor gets views of the spans, all of them ended: `onStart` and `onEnd` follow one another, and
 * `onEnding` is not called. Processors that write to spans belong beside this one.
 *
 * @throws TypeError or RangeError for an option that cannot be used, with the value
 */
export class TailKeeper implements SpanProcessor {
  readonly #inner: FanOut;
  readonly #checks: readonly TailCheck[];
  /** Checks before this one keep whatever comes later. */
  readonly #certain: number;
  readonly #restThreshold: string | undefined;
  readonly #bounds: Bounds;
  readonly #recordsUnsampled: boolean;
  /** By trace id, the oldest first. */
  readonly #held = new Map<string, Held>();
  /** By trace id, the oldest first. */
  readonly #decided = new Map<string, string>();
  readonly #counts = new Counts();
  #heldSpans = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shutdown: Promise<void> | undefined;

  /** @param inner gets what is kept */
  constructor(inner: SpanProcessor, options: TailKeeperOptions = {}) {
    requireMethods('inner', inner, ['onStart', 'onEnd', 'forceFlush', 'shutdown']);
    const { errors = true, slowMillis, rules = [], ratio = 0 } = options;
    this.#inner = new FanOut([inner]);
    this.#bounds = boundsFrom(options);
    if (slowMillis !== undefined) positive('slowMillis', slowMillis, false);
    if (!Array.isArray(rules)) throw new TypeError('rules must be a list');
    this.#checks = checksFrom({ errors, slowMillis, rules });
    const uncertain = this.#checks.findIndex(({ threshold }) => threshold !== digitsFor(1));
    this.#certain = uncertain === -1 ? this.#checks.length : uncertain;
    this.#restThreshold = digitsFor(ratioOf('ratio', ratio));
    this.#recordsUnsampled = options.recordsUnsampled === true;
  }

  onStart(span: Span, _parentContext: Context): void {
    if (this.#shutdown !== undefined) return;
    const { traceId, spanId } = span.spanContext();
    const held = this.#held.get(traceId);
    if (isLocalRoot(span)) (held ?? this.#hold(traceId)).roots.push(spanId);
    // Its parent was here before this processor, or too long ago: it stands for itself.
    else if (held === undefined && !this.#decided.has(traceId)) {
      this.#hold(traceId).roots.push(spanId);
    }
  }

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined) return;
    const { traceId, spanId } = span.spanContext();
    const held = this.#held.get(traceId);
    if (held === undefined) return this.#late(span);
    this.#look(held, span);
    held.spans.push(span);
    this.#heldSpans++;
    const at = held.roots.indexOf(spanId);
    if (at !== -1) held.roots.splice(at, 1);
    if (held.roots.length === 0 || held.best < this.#certain) this.#decide(traceId, held);
    else if (this.#heldSpans > this.#bounds.maxSpans) this.#makeRoom('maxSpans');
  }

  /** Decides at once, by what is known, and flushes the inner processor. */
  forceFlush(options?: FlushOptions): Promise<void> {
    if (this.#shutdown === undefined) this.#cutAll();
    return this.#inner.forceFlush(options);
  }

  /** Decides at once, by what is known, and ends the inner processor. */
  shutdown(): Promise<void> {
    if (this.#shutdown === undefined) {
      this.#cutAll();
      this.#shutdown = this.#inner.shutdown();
    }
    return this.#shutdown;
  }

  /** Decides at once, by what is known, for a process that is ending. */
  flushSync(timeoutMillis: number): void {
    if (this.#shutdown === undefined) this.#cutAll();
    this.#inner.flushSync(timeoutMillis);
  }

  observeWith(meterProvider: MeterProvider): void {
    this.#inner.observeWith(meterProvider);
  }

  stats(): TailKeeperStats {
    const [inner] = this.#inner.stats();
    return {
      type: 'tail_keeper',
      heldTraces: this.#held.size,
      heldSpans: this.#heldSpans,
      ...this.#counts.snapshot(),
      ...(inner && { inner }),
    };
  }

  #hold(traceId: string): Held {
    const earlier = this.#decided.get(traceId);
    const since = performance.now();
    const held: Held = { roots: [], since, spans: [], best: Infinity, earlier };
    this.#held.set(traceId, held);
    if (this.#held.size > this.#bounds.maxTraces) this.#makeRoom('maxTraces');
    this.#timer ??= unrefTimer(() => this.#expire(), this.#bounds.maxTraceMillis);
    return held;
  }

  /** Notes the first check that holds for one of the spans. */
  #look(held: Held, span: ReadableSpan): void {
    const isRoot = isLocalRoot(span);
    const upTo = Math.min(held.best, this.#checks.length);
    for (let index = 0; index < upTo; index++) {
      if (!this.#checks[index]!.holds(span, isRoot)) continue;
      held.best = index;
      return;
    }
  }

  #decide(traceId: string, held: Held): void {
    this.#held.delete(traceId);
    this.#heldSpans -= held.spans.length;
    const [first] = held.spans;
    if (first === undefined) return;
    const check = this.#checks[held.best];
    const wanted = check === undefined ? this.#restThreshold : check.threshold;
    const passes = wanted !== undefined && randomnessOf(first.spanContext()) >= wanted;
    const threshold = passes ? wanted : (held.earlier ?? DROPPED);
    this.#remember(traceId, threshold);
    this.#counts.decided(threshold === DROPPED ? undefined : (check?.reason ?? 'ratio'));
    this.#conclude(held.spans, threshold);
  }

  /** A span whose trace is decided. One that would have kept its trace is kept, with what is still to come. */
  #late(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const earlier = this.#decided.get(traceId);
    const held: Held = { roots: [], since: 0, spans: [span], best: Infinity, earlier };
    this.#counts.lateSpans++;
    if (earlier !== undefined && earlier !== DROPPED) return this.#conclude([span], earlier);
    this.#look(held, span);
    if (earlier === undefined || held.best < Infinity) {
      this.#heldSpans++;
      this.#decide(traceId, held);
    } else this.#conclude([span], DROPPED);
  }

  /** Hands spans on, or drops them. */
  #conclude(spans: readonly ReadableSpan[], threshold: string): void {
    if (threshold === DROPPED) {
      this.#counts.droppedSpans += spans.length;
      return;
    }
    this.#counts.keptSpans += spans.length;
    const randomness = spans[0] === undefined ? '' : randomnessOf(spans[0].spanContext());
    const decision = { threshold, randomness, recordsUnsampled: this.#recordsUnsampled };
    const views = spans.map((span) => keptView(span, decision));
    for (const view of views) this.#inner.onStart(view as Span, ROOT_CONTEXT);
    for (const view of views) this.#inner.onEnd(view);
  }

  #remember(traceId: string, threshold: string): void {
    this.#decided.delete(traceId);
    this.#decided.set(traceId, threshold);
    if (this.#decided.size <= REMEMBERED * this.#bounds.maxTraces) return;
    const [oldest] = this.#decided.keys();
    this.#decided.delete(oldest!);
  }

  /** Decides a trace whose root is open. One that is open for long enough by now is slow. */
  #cut(traceId: string, held: Held): void {
    const root = { ageMillis: performance.now() - held.since };
    const slow = this.#checks.findIndex(({ reason }) => reason === 'slow');
    if (slow !== -1 && slow < held.best && root.ageMillis >= this.#bounds.slowMillis) {
      held.best = slow;
    }
    this.#counts.cutTraces++;
    if (held.spans.length > 0) return this.#decide(traceId, held);
    this.#held.delete(traceId);
    this.#remember(traceId, held.earlier ?? DROPPED);
  }

  #cutAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [traceId, held] of this.#held) this.#cut(traceId, held);
  }

  #makeRoom(bound: 'maxSpans' | 'maxTraces'): void {
    report(
      'tail-keeper.full',
      `the tail keeper holds more than ${bound} ${this.#bounds[bound]}: the oldest traces are decided before ` +
        'they end, and what is slow or fails in them later is kept alone; raise it, or see which spans never end',
    );
    const [oldest] = this.#held;
    if (oldest !== undefined) this.#cut(...oldest);
  }

  #expire(): void {
    this.#timer = undefined;
    const { maxTraceMillis } = this.#bounds;
    const now = performance.now();
    for (const [traceId, held] of this.#held) {
      const left = held.since + maxTraceMillis - now;
      if (left > 0) {
        this.#timer = unrefTimer(() => this.#expire(), left);
        return;
      }
      report(
        'tail-keeper.overdue',
        `a trace has not ended within maxTraceMillis ${maxTraceMillis}: it is decided by what is known; see whether ` +
          'its first span ends, or raise it',
      );
      this.#cut(traceId, held);
    }
  }
}

interface Bounds {
  readonly maxSpans: number;
  readonly maxTraces: number;
  readonly maxTraceMillis: number;
  readonly slowMillis: number;
}

/** Counts {@link TailKeeperStats}. */
class Counts {
  droppedTraces = 0;
  keptSpans = 0;
  droppedSpans = 0;
  cutTraces = 0;
  lateSpans = 0;
  readonly keptTraces: Record<TailReason, number> = { error: 0, slow: 0, rule: 0, ratio: 0 };

  decided(reason: TailReason | undefined): void {
    if (reason === undefined) this.droppedTraces++;
    else this.keptTraces[reason]++;
  }

  snapshot(): Omit<TailKeeperStats, 'type' | 'heldTraces' | 'heldSpans' | 'inner'> {
    const { keptTraces, droppedTraces, keptSpans, droppedSpans, cutTraces, lateSpans } = this;
    return {
      keptTraces: { ...keptTraces },
      droppedTraces,
      keptSpans,
      droppedSpans,
      cutTraces,
      lateSpans,
    };
  }
}

function boundsFrom(options: TailKeeperOptions): Bounds {
  const { maxSpans = 20_000, maxTraces = 5000, maxTraceMillis = 60_000 } = options;
  return {
    maxSpans: positive('maxSpans', maxSpans, true),
    maxTraces: positive('maxTraces', maxTraces, true),
    maxTraceMillis: positive('maxTraceMillis', maxTraceMillis, false),
    slowMillis: options.slowMillis ?? Infinity,
  };
}

function positive(name: string, value: unknown, isWhole: boolean): number {
  if (typeof value === 'number' && value > 0 && (!isWhole || Number.isInteger(value))) return value;
  const what = isWhole ? 'a whole number above 0' : 'a number above 0';
  throw new RangeError(`${name} must be ${what}, not ${String(value)}`);
}

/** Whether it is the first of its trace in this process: without a parent, or with one elsewhere. */
function isLocalRoot({ parentSpanContext }: ReadableSpan): boolean {
  const parent: SpanContext | undefined = parentSpanContext;
  return parent === undefined || parent.isRemote === true;
}
