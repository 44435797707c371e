import type { HrTime, Link, SpanContext } from '@opentelemetry/api';
import type { AttributeList } from './attributes.js';
import { toHrTime, type Anchor, type Moment } from './clock.js';
import type { TimedEvent } from './readable-span.js';

/*
 * The events and links of a span as they were written. What readers know, a list of plain objects, is made only
 * when somebody reads it: encoders read the records.
 */

/** A record in a {@link RecordList}, and what it is for readers. */
export interface Linked<R, T> {
  /** The one that was written before. */
  readonly previous: R | undefined;
  /** What readers know. Its attributes are the same object each time. */
  toObject(): T;
}

/**
 * Events or links, linked from the last to the first. From the time that somebody reads them as a list, that list is
 * the truth, so that a processor that edits it is obeyed.
 */
export class RecordList<R extends Linked<R, T>, T> {
  /** The one that was written last, as long as nobody has asked for the list. */
  last: R | undefined = undefined;
  private count = 0;
  private made: T[] | undefined = undefined;

  /** How many there are. */
  get size(): number {
    return this.made === undefined ? this.count : this.made.length;
  }

  /** Whether somebody has asked for the list. */
  get isRead(): boolean {
    return this.made !== undefined;
  }

  /** @param record one whose `previous` is this list's `last` */
  add(record: R): void {
    if (this.made !== undefined) {
      this.made.push(record.toObject());
      return;
    }
    this.last = record;
    this.count++;
  }

  /** The same list each time. */
  toArray(): T[] {
    if (this.made === undefined) this.replace(this.objects());
    return this.made!;
  }

  /** Has this list be the truth, instead of what was written so far. */
  replace(list: T[]): void {
    this.made = list;
    this.last = undefined;
  }

  /** A list of its own, for a look that changes nothing. */
  peek(): T[] {
    return this.made === undefined ? this.objects() : [...this.made];
  }

  private objects(): T[] {
    const list: T[] = Array(this.count);
    let at = this.count;
    for (let record = this.last; record !== undefined; record = record.previous) {
      list[--at] = record.toObject();
    }
    return list;
  }
}

/** Something that happened at one moment of a span. */
export class EventRecord implements Linked<EventRecord, TimedEvent> {
  readonly previous: EventRecord | undefined;
  readonly name: string;
  readonly attributes: AttributeList;
  private readonly moment: Moment;
  private readonly anchor: Anchor;

  constructor(
    previous: EventRecord | undefined,
    name: string,
    attributes: AttributeList,
    moment: Moment,
    anchor: Anchor,
  ) {
    this.previous = previous;
    this.name = name;
    this.attributes = attributes;
    this.moment = moment;
    this.anchor = anchor;
  }

  get time(): HrTime {
    return toHrTime(this.moment, this.anchor);
  }

  get droppedAttributesCount(): number {
    return this.attributes.dropped;
  }

  toObject(): TimedEvent {
    const { name, time, attributes, droppedAttributesCount } = this;
    return { name, time, attributes: attributes.toObject(), droppedAttributesCount };
  }
}

/** A pointer to another span. */
export class LinkRecord implements Linked<LinkRecord, Link> {
  readonly previous: LinkRecord | undefined;
  readonly context: SpanContext;
  readonly attributes: AttributeList;

  constructor(previous: LinkRecord | undefined, context: SpanContext, attributes: AttributeList) {
    this.previous = previous;
    this.context = context;
    this.attributes = attributes;
  }

  get droppedAttributesCount(): number {
    return this.attributes.dropped;
  }

  toObject(): Link {
    const { context, attributes, droppedAttributesCount } = this;
    return { context, attributes: attributes.toObject(), droppedAttributesCount };
  }
}
