import {
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
import { acceptAttributes, AttributeList } from './attributes.js';
import { hrDuration, isBefore, momentOf, toHrTime, type Anchor, type Moment } from './clock.js';
import { report } from './diagnostics.js';
import { exceptionAttributes } from './exception.js';
import { isSpanId, isTraceId } from './ids.js';
import type { InstrumentationScope } from './instrumentation-scope.js';
import type { Pipeline } from './pipeline.js';
import type { ReadableSpan, TimedEvent } from './readable-span.js';
import type { Resource } from './resource.js';

/** What a tracer hands to a new span. */
export interface SpanInit {
  readonly pipeline: Pipeline;
  readonly scope: InstrumentationScope;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly anchor: Anchor;
  readonly start: Moment;
}

const UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });

/**
 * A recording span: the API's writing side and the reading side of processors and exporters in one.
 *
 * It is open until `end` returns; every write to a span that is not open does nothing and costs
 * nothing. Its fields are plain, not `#private`, so that readers may put a proxy or an inheriting object
 * in front of it.
 */
export class Span implements ApiSpan, ReadableSpan {
  name: string;
  readonly kind: SpanKind;
  declare readonly parentSpanContext?: SpanContext;
  readonly instrumentationScope: InstrumentationScope;
  status: SpanStatus = UNSET;
  droppedEventsCount = 0;
  droppedLinksCount = 0;

  /** @internal The clock its children keep to while it is open. */
  readonly anchor: Anchor;
  private readonly pipeline: Pipeline;
  private readonly context: SpanContext;
  private readonly start: Moment;
  /** Set when `end` is called: from then on a second `end` is ignored. */
  private finish: Moment | undefined = undefined;
  /** Whether the span can be written to: until the processors have seen `onEnding`. */
  private open = true;
  private attributeList: AttributeList | undefined = undefined;
  private eventList: TimedEvent[] | undefined = undefined;
  private linkList: Link[] | undefined = undefined;

  /** Spans come from a tracer only. */
  constructor(init: SpanInit) {
    this.pipeline = init.pipeline;
    this.context = init.context;
    this.parentSpanContext = init.parent!;
    this.name = init.name;
    this.kind = init.kind;
    this.instrumentationScope = init.scope;
    this.anchor = init.anchor;
    this.start = init.start;
  }

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────

  spanContext(): SpanContext {
    return this.context;
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
    if (this.events.length >= this.pipeline.limits.eventCountLimit) {
      this.droppedEventsCount++;
      report('span.event-limit', 'a span has more events than its limit: the newest are dropped');
      return this;
    }
    const timeGiven = isTime(attributesOrTime);
    const { attributes, dropped } = acceptAttributes(
      timeGiven ? undefined : attributesOrTime,
      this.pipeline.eventAttributes,
    );
    this.events.push({
      name: textOf(name),
      time: toHrTime(this.momentOrNow(timeGiven ? attributesOrTime : time), this.anchor),
      attributes,
      droppedAttributesCount: dropped,
    });
    return this;
  }

  addLink(link: Link): this {
    if (!this.open) return this;
    const context = link?.context;
    if (typeof context !== 'object' || context === null) {
      return this.dropLink('span.link', 'a link has no span context: it is dropped');
    }
    if (this.links.length >= this.pipeline.limits.linkCountLimit) {
      return this.dropLink(
        'span.link-limit',
        'a span has more links than its limit: the newest are dropped',
      );
    }
    const { attributes, dropped } = acceptAttributes(link.attributes, this.pipeline.linkAttributes);
    if (!leadsSomewhere(context, attributes)) {
      return this.dropLink('span.link', 'a link leads to no span and says nothing: it is dropped');
    }
    this.links.push({ context, attributes, droppedAttributesCount: dropped });
    return this;
  }

  addLinks(links: Link[]): this {
    if (this.open && Array.isArray(links)) for (const link of links) this.addLink(link);
    return this;
  }

  /** Specification: set status. Ok is final; Error may be replaced; Unset changes nothing. */
  setStatus(status: SpanStatus): this {
    if (!this.open || this.status.code === SpanStatusCode.OK) return this;
    const code = status?.code;
    if (code === SpanStatusCode.OK) {
      this.status = { code };
    } else if (code === SpanStatusCode.ERROR) {
      const { message } = status;
      this.status = typeof message === 'string' && message !== '' ? { code, message } : { code };
    }
    return this;
  }

  updateName(name: string): this {
    if (this.open) this.name = textOf(name);
    return this;
  }

  /**
   * Adds an event named `exception` (specification: record exception). The status stays as it is.
   *
   * @param attributes win over those made from the exception
   */
  recordException(exception: Exception, time?: TimeInput, attributes?: Attributes): void {
    if (!this.open) return;
    this.addEvent('exception', { ...exceptionAttributes(exception), ...attributes }, time);
  }

  end(endTime?: TimeInput): void {
    if (this.finish !== undefined) return;
    this.finish = endTime === undefined ? performance.now() : this.momentOrNow(endTime);
    if (this.endsBeforeStart()) {
      report('span.end-before-start', 'a span ends before it starts: its end is set to its start');
      this.finish = this.start;
    }
    const { processor } = this.pipeline;
    processor.onEnding(this);
    this.open = false;
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
    return (this.eventList ??= []);
  }

  get links(): Link[] {
    return (this.linkList ??= []);
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

  /** What `util.inspect` and `console.log` show: the readable span, not the machinery. */
  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number,
    options: { stylize(text: string, style: string): string },
    inspect?: (value: unknown, options: object) => string,
  ): string {
    const { traceId, spanId } = this.context;
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
      events: this.eventList ?? [],
      links: this.linkList ?? [],
      scope: this.instrumentationScope.name,
    };
    return `Span ${inspect(shown, options)}`;
  }

  // ── Details ────────────────────────────────────────────────────────────────────────────────────

  private momentOrNow(time: TimeInput | undefined): Moment {
    if (time === undefined || time === null) return performance.now();
    const moment = momentOf(time);
    if (moment !== undefined) return moment;
    report(
      'span.time',
      'a time is neither a number, a Date nor [seconds, nanoseconds]: now is used',
    );
    return performance.now();
  }

  private endsBeforeStart(): boolean {
    const { start, finish } = this;
    if (typeof start === 'number' && typeof finish === 'number') return finish < start;
    return isBefore(this.endTime, this.startTime);
  }

  private dropLink(code: string, message: string): this {
    this.droppedLinksCount++;
    report(code, message);
    return this;
  }
}

function isTime(value: unknown): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value);
}

/** Specification: links with an empty id are kept as long as they carry something. */
function leadsSomewhere(context: SpanContext, attributes: Attributes): boolean {
  if (isTraceId(context.traceId) && isSpanId(context.spanId)) return true;
  return Object.keys(attributes).length > 0 || context.traceState !== undefined;
}

/** A name that can be exported, whatever was given. */
export function textOf(name: unknown): string {
  if (typeof name === 'string') return name;
  report('span.name', `a name is not a string but ${typeof name}`);
  try {
    return name === undefined || name === null ? '' : String(name);
  } catch {
    return '';
  }
}
