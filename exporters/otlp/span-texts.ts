import type { Attributes, Link } from '@opentelemetry/api';
import { AttributeList } from '../../lib/attributes.js';
import type { TimedEvent } from '../../lib/readable-span.js';
import { RecordList, type EventRecord, type LinkRecord } from '../../lib/records.js';

/** As they were written, or as readers know them. */
export type Events = RecordList<EventRecord, TimedEvent> | readonly TimedEvent[];
export type Links = RecordList<LinkRecord, Link> | readonly Link[];

/** Attributes as they were written; the object where somebody has asked for it. */
export function asWritten(attributes: AttributeList | Attributes): AttributeList | Attributes {
  return attributes instanceof AttributeList ? (attributes.object ?? attributes) : attributes;
}

/**
 * The texts of what is as it was written, linked to one in the order of OTLP's fields: name, attributes, events, links.
 * Encoders convert them in one call and take them from the last to the first.
 */
export function textsOf(
  name: string,
  attributes: AttributeList | Attributes,
  events: Events,
  links: Links,
): string {
  return withValues(name, attributes) + textsOfEvents(events) + textsOfLinks(links);
}

function textsOfEvents(events: Events): string {
  let texts = '';
  if (!(events instanceof RecordList)) return texts;
  for (let event = events.last; event !== undefined; event = event.previous) {
    texts = withValues(event.name, event.attributes) + texts;
  }
  return texts;
}

function textsOfLinks(links: Links): string {
  let texts = '';
  if (!(links instanceof RecordList)) return texts;
  for (let link = links.last; link !== undefined; link = link.previous) {
    texts = withValues('', link.attributes) + texts;
  }
  return texts;
}

/** A text, and those among the values of attributes that are as they were written. */
function withValues(text: string, attributes: AttributeList | Attributes): string {
  const written = asWritten(attributes);
  if (!(written instanceof AttributeList)) return text;
  let texts = text;
  for (const value of written.values) if (typeof value === 'string') texts += value;
  return texts;
}
