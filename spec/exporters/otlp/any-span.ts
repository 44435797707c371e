import {
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type TraceState,
} from '@opentelemetry/api';
import * as fc from 'fast-check';
import type { InstrumentationScope } from '../../../lib/instrumentation-scope.js';
import type { ReadableSpan, TimedEvent } from '../../../lib/readable-span.js';
import { resourceFromAttributes } from '../../../lib/resource.js';
import type { AnyValue, KeyValue, WireLink, WireSpan } from '../../support/wire.js';

/*
 * Any span whatsoever, and what it must be after encoding and decoding: written down the slow and plain
 * way, without the encoders' code.
 */

const KINDS = [
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
];
const STATUS_CODES = [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR];

export const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  // Any 16-bit units: lone surrogates among them.
  fc
    .array(fc.nat({ max: 0xffff }), { maxLength: 60 })
    .map((units) => String.fromCharCode(...units)),
);
const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdefABCDEF'.split('')), {
      minLength: length,
      maxLength: length,
    })
    .map((digits) => digits.join(''))
    .filter((id) => /[^0]/.test(id));

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, 0x7fffffff, 0x80000000, 0xffffffff, 2 ** 32, 2 ** 53, -(2 ** 53), 2 ** 63),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    anyText,
    number,
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
    fc.constantFrom(null, 2n ** 63n - 1n, -(2n ** 63n)),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 6 }),
  ),
}));
export const anyAttributes = fc.dictionary(anyText, value, {
  maxKeys: 20,
}) as fc.Arbitrary<Attributes>;
const time: fc.Arbitrary<HrTime> = fc.tuple(
  fc.oneof(fc.nat(), fc.nat({ max: 0xffffffff })),
  fc.nat({ max: 999_999_999 }),
);
const count = fc.nat({ max: 0xffffffff });

const context: fc.Arbitrary<SpanContext> = fc.record(
  {
    traceId: hex(32),
    spanId: hex(16),
    traceFlags: fc.nat({ max: 255 }),
    isRemote: fc.boolean(),
    traceState: anyText.map((state) => ({ serialize: () => state }) as TraceState),
  },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
);
const event: fc.Arbitrary<TimedEvent> = fc.record(
  { time, name: anyText, attributes: anyAttributes, droppedAttributesCount: count },
  { requiredKeys: ['time', 'name'] },
);
export const anyLink: fc.Arbitrary<Link> = fc.record(
  { context, attributes: anyAttributes, droppedAttributesCount: count },
  { requiredKeys: ['context'] },
);
const resource = fc
  .tuple(anyAttributes, anyText)
  .map(([values, schemaUrl]) => resourceFromAttributes(values, { schemaUrl }));
const scope: fc.Arbitrary<InstrumentationScope> = fc.record(
  { name: anyText, version: anyText, schemaUrl: anyText, attributes: anyAttributes },
  { requiredKeys: ['name'] },
);

const anySpan: fc.Arbitrary<ReadableSpan> = fc
  .record(
    {
      name: anyText,
      kind: fc.constantFrom(...KINDS),
      context,
      parentSpanContext: context,
      startTime: time,
      endTime: time,
      status: fc.record(
        { code: fc.constantFrom(...STATUS_CODES), message: anyText },
        { requiredKeys: ['code'] },
      ),
      attributes: anyAttributes,
      links: fc.array(anyLink, { maxLength: 4 }),
      events: fc.array(event, { maxLength: 4 }),
      resource,
      instrumentationScope: scope,
      droppedAttributesCount: count,
      droppedEventsCount: count,
      droppedLinksCount: count,
    },
    { noNullPrototype: true },
  )
  .map(({ context: own, ...rest }) => ({
    ...rest,
    spanContext: () => own,
    duration: [0, 0],
    ended: true,
    instrumentationLibrary: rest.instrumentationScope,
  }));

/** Batches of any spans, which share resources and scopes now and then. */
export const anySpans: fc.Arbitrary<ReadableSpan[]> = fc
  .array(fc.tuple(anySpan, fc.boolean()), { maxLength: 6 })
  .map((list) =>
    list.map(([span, shares], i) => {
      const before = list[i - 1]?.[0];
      if (!shares || before === undefined) return span;
      return {
        ...span,
        resource: before.resource,
        instrumentationScope: before.instrumentationScope,
      };
    }),
  );

/** The span as a decoder must see it. */
export function expectedSpan(span: ReadableSpan): WireSpan {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const unset = span.status.code === SpanStatusCode.UNSET;
  return {
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    traceState: wellFormed(traceState?.serialize() ?? ''),
    parentSpanId: (span.parentSpanContext?.spanId ?? '').toLowerCase(),
    flags: traceFlags + 256 + (span.parentSpanContext?.isRemote ? 512 : 0),
    name: wellFormed(span.name),
    kind: span.kind + 1,
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    attributes: expectedAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((e) => ({
      timeUnixNano: nanos(e.time),
      name: wellFormed(e.name),
      attributes: expectedAttributes(e.attributes),
      droppedAttributesCount: e.droppedAttributesCount ?? 0,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(expectedLink),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: span.status.code, message: unset ? '' : wellFormed(span.status.message ?? '') },
  };
}

/** Attributes as a decoder must see them. */
export function expectedAttributes(map: Attributes = {}): KeyValue[] {
  return Object.entries(map).map(([key, item]) => ({
    key: wellFormed(key),
    value: expectedValue(item),
  }));
}

/** A text as UTF-8 can hold it. */
export function wellFormed(given: string): string {
  return Buffer.from(given, 'utf8').toString('utf8');
}

function expectedLink({ context, attributes, droppedAttributesCount }: Link): WireLink {
  return {
    traceId: context.traceId.toLowerCase(),
    spanId: context.spanId.toLowerCase(),
    traceState: wellFormed(context.traceState?.serialize() ?? ''),
    attributes: expectedAttributes(attributes),
    droppedAttributesCount: droppedAttributesCount ?? 0,
    flags: context.traceFlags + 256 + (context.isRemote ? 512 : 0),
  };
}

function expectedValue(item: unknown): AnyValue {
  if (item === null) return {};
  if (typeof item === 'string') return { stringValue: wellFormed(item) };
  if (typeof item === 'boolean') return { boolValue: item };
  if (typeof item === 'bigint') {
    const fits = item >= -(2n ** 63n) && item < 2n ** 63n;
    return fits ? { intValue: item } : { stringValue: item.toString() };
  }
  if (typeof item === 'number') {
    const whole = Number.isSafeInteger(item) && !Object.is(item, -0);
    return whole ? { intValue: BigInt(item) } : { doubleValue: item };
  }
  if (item instanceof Uint8Array) return { bytesValue: Buffer.from(item).toString('hex') };
  if (Array.isArray(item)) return { arrayValue: item.map(expectedValue) };
  return { kvlistValue: expectedAttributes(item as Attributes) };
}

function nanos([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 10n ** 9n + BigInt(rest);
}
