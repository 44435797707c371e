import type { SpanContext, TraceState } from '@opentelemetry/api';
import { drawInt, spanIdText, traceIdText, type CheckedIdGenerator } from './ids.js';

/** A trace id that was drawn here: four times 32 bits, whose digits are made when somebody reads them. */
export class TraceIdBits {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly fourth: number;
  private text: string | undefined = undefined;

  constructor(first: number, second: number, third: number, fourth: number) {
    this.first = first;
    this.second = second;
    this.third = third;
    this.fourth = fourth;
  }

  /** 32 hex digits. */
  toString(): string {
    return (this.text ??= traceIdText(this.first, this.second, this.third, this.fourth));
  }
}

/**
 * Who a span is: what its span context says. The context and the digits of its ids are made when
 * somebody reads them. For most spans nobody does: encoders write the bits.
 */
export class SpanIdentity {
  /** A string where it came from elsewhere. */
  readonly traceId: TraceIdBits | string;
  /** The span id: a string where it came from elsewhere, else undefined, and in two halves. */
  readonly spanId: string | undefined;
  readonly high: number;
  readonly low: number;
  readonly traceFlags: number;
  readonly traceState: TraceState | undefined;
  /** `true` where it came from elsewhere; no span of this process is remote. */
  readonly isRemote: true | undefined;
  private context: SpanContext | undefined = undefined;

  constructor(
    traceId: TraceIdBits | string,
    spanId: string | undefined,
    high: number,
    low: number,
    traceFlags: number,
    traceState: TraceState | undefined,
    isRemote?: true,
  ) {
    this.traceId = traceId;
    this.spanId = spanId;
    this.high = high;
    this.low = low;
    this.traceFlags = traceFlags;
    this.traceState = traceState;
    this.isRemote = isRemote;
  }

  /** The same object each time. */
  get spanContext(): SpanContext {
    return (this.context ??= this.makeContext());
  }

  private makeContext(): SpanContext {
    const { traceFlags, traceState, isRemote } = this;
    const traceId = String(this.traceId);
    const spanId = this.spanId ?? spanIdText(this.high, this.low);
    if (isRemote === undefined) return { traceId, spanId, traceFlags, traceState } as SpanContext;
    return traceState === undefined
      ? { traceId, spanId, traceFlags, isRemote }
      : { traceId, spanId, traceFlags, isRemote, traceState };
  }
}

/** Who a span of another process is: what headers said. Its ids are valid: whoever calls this has looked. */
export function remoteIdentity(
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState?: TraceState,
): SpanIdentity {
  return new SpanIdentity(traceId, spanId, 0, 0, traceFlags, traceState, true);
}

/** What the ids of new spans come from. */
export interface IdSource {
  /** See `IdGenerator.generatesRandomTraceIds`. */
  readonly generatesRandomTraceIds: boolean;
  newTraceId(): TraceIdBits | string;
  /** With a new span id. */
  newIdentity(
    traceId: TraceIdBits | string,
    traceFlags: number,
    traceState: TraceState | undefined,
  ): SpanIdentity;
}

/** Ids from the platform's cryptographic source. */
export const randomIds: IdSource = {
  generatesRandomTraceIds: true,
  newTraceId() {
    const first = drawInt();
    const second = drawInt();
    const third = drawInt();
    const fourth = drawInt();
    if ((first | second | third | fourth) === 0) return this.newTraceId();
    return new TraceIdBits(first, second, third, fourth);
  },
  newIdentity(traceId, traceFlags, traceState) {
    const high = drawInt();
    const low = drawInt();
    if ((high | low) === 0) return this.newIdentity(traceId, traceFlags, traceState);
    return new SpanIdentity(traceId, undefined, high, low, traceFlags, traceState);
  },
};

/** Ids from somebody's generator. */
export function idsFrom(generator: CheckedIdGenerator): IdSource {
  return {
    generatesRandomTraceIds: generator.generatesRandomTraceIds,
    newTraceId: () => generator.generateTraceId(),
    newIdentity: (traceId, traceFlags, traceState) =>
      new SpanIdentity(traceId, generator.generateSpanId(), 0, 0, traceFlags, traceState),
  };
}
