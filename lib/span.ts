import {
  INVALID_SPAN_CONTEXT,
  SpanStatusCode,
  type Attributes,
  type Exception,
  type HrTime,
  type Link,
  type Span as ApiSpan,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';
import { acceptList, AttributeList } from './attributes.js';
import {
  hrDuration,
  isBefore,
  momentOf,
  monotonicNow,
  toHrTime,
  type Anchor,
  type Moment,
} from './clock.js';
import { report } from './diagnostics.js';
import { exceptionAttributes } from './exception.js';
import { DroppedSpan } from './dropped-span.js';
import { SpanIdentity } from './identity.js';
import { isSpanId, isTraceId } from './ids.js';
import type { InstrumentationScope } from './instrumentation-scope.js';
import { defineOwn } from './own-property.js';
import type { Pipeline } from './pipeline.js';
import type { ReadableSpan, TimedEvent } from './readable-span.js';
import { EventRecord, LinkRecord, RecordList } from './records.js';
import type { Resource } from './resource.js';

/**
 * The attributes of a span as they were written, for encoders: making and reading an object of ten costs
 * 0.4 µs, where encoding the span without it takes 1.2. `undefined` where `span.attributes` must be read instead: when
 * somebody has asked for that object and may have edited it, and when this is no span of ours but a proxy, an
 * object that inherits from one, or one with attributes of its own.
 */
export function attributeListOf(span: ReadableSpan): AttributeList | undefined {
  return Span.listOf(span);
}

/** The events of a span as they were written, likewise. */
export function eventRecordsOf(
  span: ReadableSpan,
): RecordList<EventRecord, TimedEvent> | undefined {
  return Span.eventRecordsOf(span);
}

/** The links of a span as they were written, likewise. */
export function linkRecordsOf(span: ReadableSpan): RecordList<LinkRecord, Link> | undefined {
  return Span.linkRecordsOf(span);
}

/**
 * Who a span is, without making its span context. `undefined` where `span.spanContext()` must be called instead: when
 * it is no span of ours, or one whose method somebody has replaced.
 */
export function identityOf(span: unknown): SpanIdentity | undefined {
  if (span instanceof Span) return Span.identityOf(span);
  return span instanceof DroppedSpan ? span.identity : undefined;
}

/** The parent of a span that has an identity. */
export function parentOf(span: Span): SpanIdentity | SpanContext | undefined {
  return Span.parentOf(span);
}

/** The flags of a span, whoever made it. */
export function traceFlagsOf(span: ReadableSpan): number {
  return (identityOf(span) ?? span.spanContext()).traceFlags;
}

const SAMPLED = 1;
const UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });

/**
 * A recording span: the API's writing side and the reading side of processors and exporters in one.
 *
 * It is open until `end` returns; every write to a span that is not open does nothing and costs
 * nothing. Its fields are plain, not `#private`, so that readers may put a proxy or an inheriting object
 * in front of it.
 */
export class Span implements ApiSpan, ReadableSpan {
  /** Only the span itself has it: neither a proxy nor an inheriting object. */
  // oxlint-disable-next-line no-unused-private-class-members -- asked for by `in`
  readonly #genuine = true;
  name: string;
  readonly kind: SpanKind;
  /** An accessor, which can be set as well: processors edit what they export. */
  declare parentSpanContext?: SpanContext;
  readonly instrumentationScope: InstrumentationScope;
  status: SpanStatus = UNSET;
  droppedEventsCount = 0;
  droppedLinksCount = 0;

  /** @internal The clock its children keep to while it is open. */
  readonly anchor: Anchor;
  private readonly pipeline: Pipeline;
  private readonly identity: SpanIdentity;
  private parent: SpanIdentity | SpanContext | undefined;
  private start: Moment;
  /** Set when `end` is called: from then on a second `end` is ignored. */
  private finish: Moment | undefined = undefined;
  /** Whether the span can be written to: until the processors have seen `onEnding`. */
  private open = true;
  private attributeList: AttributeList | undefined = undefined;
  private eventList: RecordList<EventRecord, TimedEvent> | undefined = undefined;
  private linkList: RecordList<LinkRecord, Link> | undefined = undefined;

  /** Spans come from a tracer only. */
  constructor(
    pipeline: Pipeline,
    scope: InstrumentationScope,
    identity: SpanIdentity,
    parent: SpanIdentity | SpanContext | undefined,
    name: string,
    kind: SpanKind,
    anchor: Anchor,
    start: Moment,
  ) {
    this.pipeline = pipeline;
    this.identity = identity;
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.instrumentationScope = scope;
    this.anchor = anchor;
    this.start = start;
  }

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────

  spanContext(): SpanContext {
    return this.identity.spanContext;
  }

  isRecording(): boolean {
    return this.open;
  }

  setAttribute(key: string, value: unknown): this {
    if (this.open) {
      (this.attributeList ??= new AttributeList()).set(key, value, this.pipeline.spanAttributes);
    }
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.open) {
      (this.attributeList ??= new AttributeList()).setAll(attributes, this.pipeline.spanAttributes);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.open) return this;
    if (isTime(attributesOrTime)) {
      this.pushEvent(name, undefined, undefined, time ?? attributesOrTime);
    } else this.pushEvent(name, attributesOrTime, undefined, time);
    return this;
  }

  addLink(link: Link): this {
    if (!this.open) return this;
    try {
      this.pushLink(link);
    } catch (error) {
      this.dropLink('span.link', 'a link could not be read: it is dropped', error);
    }
    return this;
  }

  addLinks(links: Link[]): this {
    if (!this.open) return this;
    try {
      for (const link of links) this.addLink(link);
    } catch (error) {
      report('span.link', 'a list of links could not be read: the rest of it is dropped', error);
    }
    return this;
  }

  /** Specification: set status. Ok is final; Error may be replaced; Unset changes nothing. */
  setStatus(status: SpanStatus): this {
    if (!this.open || this.status.code === SpanStatusCode.OK) return this;
    try {
      this.status = statusFrom(status) ?? this.status;
    } catch (error) {
      report('span.status', 'a status could not be read: it is ignored', error);
    }
    return this;
  }

  updateName(name: string): this {
    if (this.open) this.name = textOf(name);
    return this;
  }

  /**
   * Adds an event named `exception` (specification: record exception), or writes a log record, as the provider's
   * `exceptionSignal` says. The status stays as it is.
   *
   * @param attributes win over those made from the exception
   */
  recordException(exception: Exception, time?: TimeInput, attributes?: Attributes): void {
    if (!this.open) return;
    const { exceptionLog } = this.pipeline;
    if (exceptionLog === undefined) {
      this.pushEvent('exception', exceptionAttributes(exception), attributes, time);
      return;
    }
    const hrTime = toHrTime(this.momentOrNow(time), this.anchor);
    if (exceptionLog.keepsEvents) {
      this.pushEvent('exception', exceptionAttributes(exception), attributes, hrTime);
    }
    exceptionLog.write(this, this.instrumentationScope, exception, attributes, hrTime);
  }

  end(endTime?: TimeInput): void {
    if (this.finish !== undefined) return;
    this.finish = endTime === undefined ? monotonicNow() : this.momentOrNow(endTime);
    if (this.endsBeforeStart()) {
      report(
        'span.end-before-start',
        'a span ends before it starts: its end is set to its start; give both times, or none, from one clock',
      );
      this.finish = this.start;
    }
    const { processor, counts } = this.pipeline;
    processor.onEnding(this);
    this.open = false;
    counts.end((this.identity.traceFlags & SAMPLED) !== 0);
    processor.onEnd(this);
  }

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────

  get ended(): boolean {
    return !this.open;
  }

  get startTime(): HrTime {
    return toHrTime(this.start, this.anchor);
  }

  /** `[0, 0]` while the span is open. */
  get endTime(): HrTime {
    return this.finish === undefined ? [0, 0] : toHrTime(this.finish, this.anchor);
  }

  /** `[0, 0]` while the span is open. */
  get duration(): HrTime {
    return this.finish === undefined ? [0, 0] : hrDuration(this.startTime, this.endTime);
  }

  get attributes(): Attributes {
    return (this.attributeList ??= new AttributeList()).toObject();
  }

  get events(): TimedEvent[] {
    return (this.eventList ??= new RecordList()).toArray();
  }

  get links(): Link[] {
    return (this.linkList ??= new RecordList()).toArray();
  }

  get droppedAttributesCount(): number {
    return this.attributeList?.dropped ?? 0;
  }

  get resource(): Resource {
    return this.pipeline.resource;
  }

  get parentSpanId(): string | undefined {
    return this.parentSpanContext?.spanId;
  }

  get instrumentationLibrary(): InstrumentationScope {
    return this.instrumentationScope;
  }

  // ── Editing ────────────────────────────────────────────────────────────────────────────────────
  // With the official SDK these are fields, and there are processors that set them: to hide a value, or to give the
  // span what exporters of an older version look for.

  set startTime(time: HrTime) {
    this.start = this.momentOrNow(time);
  }

  /** Ignored while the span is open: it ends when it is ended. */
  set endTime(time: HrTime) {
    if (this.finish !== undefined) this.finish = this.momentOrNow(time);
  }

  set attributes(attributes: Attributes) {
    (this.attributeList ??= new AttributeList()).replace(attributes);
  }

  set events(events: TimedEvent[]) {
    (this.eventList ??= new RecordList()).replace(events);
  }

  set links(links: Link[]) {
    (this.linkList ??= new RecordList()).replace(links);
  }

  set resource(resource: Resource) {
    defineOwn(this, 'resource', resource);
  }

  set parentSpanId(parentSpanId: string | undefined) {
    defineOwn(this, 'parentSpanId', parentSpanId);
  }

  set instrumentationLibrary(scope: InstrumentationScope) {
    defineOwn(this, 'instrumentationLibrary', scope);
  }

  /** What `util.inspect` and `console.log` show: the readable span, not the machinery. */
  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number,
    options: { stylize(text: string, style: string): string },
    inspect?: (value: unknown, options: object) => string,
  ): string {
    const { traceId, spanId } = this.spanContext();
    if (depth < 0 || inspect === undefined)
      return options.stylize(`[Span ${this.name}]`, 'special');
    const shown = {
      name: this.name,
      kind: this.kind,
      traceId,
      spanId,
      parentSpanId: this.parentSpanId,
      startTime: this.startTime,
      duration: this.duration,
      ended: this.ended,
      status: this.status,
      attributes: this.attributeList?.peek() ?? {},
      events: this.eventList?.peek() ?? [],
      links: this.linkList?.peek() ?? [],
      scope: this.instrumentationScope.name,
    };
    return `Span ${inspect(shown, options)}`;
  }

  /** @internal See {@link attributeListOf}. */
  static listOf(span: ReadableSpan): AttributeList | undefined {
    if (!(#genuine in span) || Object.hasOwn(span, 'attributes')) return undefined;
    const list = span.attributeList;
    if (list === undefined) return NO_ATTRIBUTES;
    return list.object === undefined ? list : undefined;
  }

  /** @internal See {@link eventRecordsOf}. */
  static eventRecordsOf(span: ReadableSpan): RecordList<EventRecord, TimedEvent> | undefined {
    if (!(#genuine in span) || Object.hasOwn(span, 'events')) return undefined;
    const list = span.eventList;
    if (list === undefined) return NO_EVENTS;
    return list.isRead ? undefined : list;
  }

  /** @internal See {@link linkRecordsOf}. */
  static linkRecordsOf(span: ReadableSpan): RecordList<LinkRecord, Link> | undefined {
    if (!(#genuine in span) || Object.hasOwn(span, 'links')) return undefined;
    const list = span.linkList;
    if (list === undefined) return NO_LINKS;
    return list.isRead ? undefined : list;
  }

  static {
    // Not in the class's body, where its type would have to be without the `?`.
    Object.defineProperty(this.prototype, 'parentSpanContext', {
      get(this: Span): SpanContext | undefined {
        const { parent } = this;
        return parent instanceof SpanIdentity ? parent.spanContext : parent;
      },
      set(this: Span, parent: SpanContext | undefined): void {
        this.parent = parent;
      },
      configurable: true,
    });
  }

  /** @internal See {@link identityOf}. */
  static identityOf(span: Span): SpanIdentity | undefined {
    if (!(#genuine in span) || span.spanContext !== this.prototype.spanContext) return undefined;
    return span.identity;
  }

  /** @internal See {@link parentOf}. */
  static parentOf(span: Span): SpanIdentity | SpanContext | undefined {
    return Object.hasOwn(span, 'parentSpanContext') ? span.parentSpanContext : span.parent;
  }

  // ── Details ────────────────────────────────────────────────────────────────────────────────────

  private momentOrNow(time: TimeInput | undefined): Moment {
    if (time === undefined || time === null) return monotonicNow();
    const moment = momentOf(time);
    if (moment !== undefined) return moment;
    report(
      'span.time',
      'a time is neither a number, a Date nor [seconds, nanoseconds]: now is used',
    );
    return monotonicNow();
  }

  private endsBeforeStart(): boolean {
    const { start, finish } = this;
    if (typeof start === 'number' && typeof finish === 'number') return finish < start;
    return isBefore(this.endTime, this.startTime);
  }

  /** @param more win over `attributes` */
  private pushEvent(
    name: string,
    attributes: unknown,
    more: unknown,
    time: TimeInput | undefined,
  ): void {
    const { limits, eventAttributes } = this.pipeline;
    const events = (this.eventList ??= new RecordList());
    if (events.size >= limits.eventCountLimit) {
      this.droppedEventsCount++;
      report(
        'span.event-limit',
        'a span has more events than its limit: the newest are dropped; raise spanLimits.eventCountLimit, or add fewer',
      );
      return;
    }
    const moment = this.momentOrNow(time);
    const accepted = acceptList(attributes, eventAttributes, more);
    events.add(new EventRecord(events.last, textOf(name), accepted, moment, this.anchor));
  }

  /** Throws what reading the link throws. */
  private pushLink(link: Link): void {
    const context = link?.context;
    if (typeof context !== 'object' || context === null) {
      return this.dropLink('span.link', 'a link has no span context: it is dropped');
    }
    const links = (this.linkList ??= new RecordList());
    if (links.size >= this.pipeline.limits.linkCountLimit) {
      return this.dropLink(
        'span.link-limit',
        'a span has more links than its limit: the newest are dropped; raise spanLimits.linkCountLimit, or add fewer',
      );
    }
    const attributes = acceptList(link.attributes, this.pipeline.linkAttributes);
    const valid = isTraceId(context.traceId) && isSpanId(context.spanId);
    if (!valid && !saysSomething(context, attributes)) {
      return this.dropLink('span.link', 'a link leads to no span and says nothing: it is dropped');
    }
    const kept = valid ? context : { ...INVALID_SPAN_CONTEXT, traceState: context.traceState! };
    links.add(new LinkRecord(links.last, kept, attributes));
  }

  private dropLink(code: string, message: string, error?: unknown): void {
    this.droppedLinksCount++;
    report(code, message, error);
  }
}

const NO_ATTRIBUTES = new AttributeList();
const NO_EVENTS = new RecordList<EventRecord, TimedEvent>();
const NO_LINKS = new RecordList<LinkRecord, Link>();

function isTime(value: unknown): value is TimeInput {
  if (typeof value !== 'object') return typeof value === 'number';
  try {
    return value instanceof Date || Array.isArray(value);
  } catch {
    return false;
  }
}

/** A status of our own making, `undefined` for one that changes nothing. */
function statusFrom(status: SpanStatus): SpanStatus | undefined {
  const code = status?.code;
  if (code === SpanStatusCode.OK) return { code };
  if (code !== SpanStatusCode.ERROR) return undefined;
  const { message } = status;
  return typeof message === 'string' && message !== '' ? { code, message } : { code };
}

/** Specification: links with an empty id are kept as long as they carry something. */
function saysSomething({ traceState }: SpanContext, attributes: AttributeList): boolean {
  return attributes.size > 0 || Boolean(traceState?.serialize());
}

/** A name that can be exported, whatever was given. */
export function textOf(name: unknown): string {
  if (typeof name === 'string') return name;
  report('span.name', `a name is not a string but ${typeof name}: its text is used; give a string`);
  try {
    return name === undefined || name === null ? '' : String(name);
  } catch {
    return '';
  }
}
