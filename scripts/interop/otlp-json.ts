import type { Aspects } from './checks.js';
import { at, RESOURCE, SCOPE, type ExpectedSpan, type SentTrace } from './trace.js';
import { asOtlp, type AnyValue } from './values.js';

/* OTLP's JSON as the collector's file exporter writes it and Jaeger's query answers it. */

interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly droppedAttributesCount?: number;
  readonly events?: readonly {
    timeUnixNano: string;
    name: string;
    attributes?: readonly KeyValue[];
  }[];
  readonly droppedEventsCount?: number;
  readonly links?: readonly {
    traceId: string;
    spanId: string;
    traceState?: string;
    flags?: number;
    attributes?: readonly KeyValue[];
  }[];
  readonly droppedLinksCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}

/** A request or a line of OTLP in JSON. */
export interface TracesData {
  readonly resourceSpans?: readonly {
    resource?: { attributes?: readonly KeyValue[] };
    scopeSpans?: readonly {
      scope?: { name?: string; version?: string };
      schemaUrl?: string;
      spans?: readonly OtlpSpan[];
    }[];
  }[];
}

/** Bits of a span's flags beside those of the trace (E-PB-05). */
const KNOWS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
/** The trace flags of a root of ours: sampled, with a random id. */
const SAMPLED_RANDOM = 0x03;

/** Status codes of OTLP, by those of the API. */
const STATUS_CODES = [0, 1, 2];

/** What OTLP must say of the trace. */
export function expectedOtlp(sent: SentTrace): Aspects {
  const { begin, spans, serviceName } = sent;
  const of = (describe: (span: ExpectedSpan) => unknown) => bySpan(spans, describe);
  return {
    // The API counts kinds from 0, OTLP from 1.
    'names and kinds': of(({ name, kind = 0 }) => [name, kind + 1]),
    'ids and parents': of(({ traceId, parentSpanId }) => [traceId, parentSpanId]),
    times: of(({ from, to }) => [String(at(begin, from)), String(at(begin, to))]),
    'attributes of every kind': of(({ attributes = {} }) => asOtlp(attributes)),
    events: of(({ events = [] }) =>
      events.map((event) => [
        event.name,
        String(at(begin, event.at)),
        asOtlp(event.attributes ?? {}),
      ]),
    ),
    links: of(({ links = [] }) =>
      links.map(({ to, attributes = {} }) => {
        const target = typeof to === 'string' ? spans.find(({ name }) => name === to)! : to;
        const flags =
          typeof to === 'string'
            ? KNOWS_REMOTE | SAMPLED_RANDOM
            : KNOWS_REMOTE | to.traceFlags | (to.isRemote ? IS_REMOTE : 0);
        const state = typeof to === 'string' ? '' : (to.traceState?.serialize() ?? '');
        return [target.traceId, target.spanId, state, flags, asOtlp(attributes)];
      }),
    ),
    status: of(({ status }) => [STATUS_CODES[status?.code ?? 0], status?.message ?? '']),
    'trace state and flags': of(({ parent, traceState }) => [
      stateOf(spans, parent, traceState),
      KNOWS_REMOTE | SAMPLED_RANDOM | (traceState === undefined ? 0 : IS_REMOTE),
    ]),
    'dropped counts': of(({ dropped }) => [dropped.attributes, dropped.events, dropped.links]),
    'resource and scope': of(() => [
      asOtlp({ 'service.name': [serviceName, { stringValue: serviceName }, ''], ...RESOURCE }),
      [SCOPE.name, SCOPE.version],
    ]),
    'schema URL': of(() => SCOPE.schemaUrl),
  };
}

/** The trace state that a span has of its own, or has from its parents. */
function stateOf(
  spans: readonly ExpectedSpan[],
  parent: string | undefined,
  own: string | undefined,
): string {
  if (own !== undefined || parent === undefined) return own ?? '';
  const { parent: above, traceState } = spans.find(({ name }) => name === parent)!;
  return stateOf(spans, above, traceState);
}

/** What documents of OTLP say of a trace. */
export function readOtlp(documents: readonly TracesData[], traceId: string): Aspects {
  const found = spansOf(documents).filter(({ span }) => span.traceId === traceId);
  const of = (describe: (span: OtlpSpan, place: (typeof found)[number]) => unknown) =>
    Object.fromEntries(found.map((place) => [place.span.spanId, describe(place.span, place)]));
  return {
    'names and kinds': of(({ name, kind = 0 }) => [name, kind]),
    'ids and parents': of((span) => [span.traceId, span.parentSpanId ?? '']),
    times: of((span) => [span.startTimeUnixNano, span.endTimeUnixNano]),
    'attributes of every kind': of(({ attributes }) => values(attributes)),
    events: of(({ events = [] }) =>
      events.map((event) => [event.name, event.timeUnixNano, values(event.attributes)]),
    ),
    links: of(({ links = [] }) =>
      links.map((link) => [
        link.traceId,
        link.spanId,
        link.traceState ?? '',
        link.flags ?? 0,
        values(link.attributes),
      ]),
    ),
    status: of(({ status }) => [status?.code ?? 0, status?.message ?? '']),
    'trace state and flags': of((span) => [span.traceState ?? '', span.flags ?? 0]),
    'dropped counts': of((span) => [
      span.droppedAttributesCount ?? 0,
      span.droppedEventsCount ?? 0,
      span.droppedLinksCount ?? 0,
    ]),
    'resource and scope': of((_, { resource, scope }) => [values(resource), scope]),
    'schema URL': of((_, { schemaUrl }) => schemaUrl),
  };
}

/** A span with where it stood. */
interface PlacedSpan {
  readonly span: OtlpSpan;
  readonly resource: readonly KeyValue[] | undefined;
  readonly scope: readonly unknown[];
  readonly schemaUrl: string | undefined;
}

/** Every span with where it stood. Each one counts, also one that came twice. */
export function spansOf(documents: readonly TracesData[]): PlacedSpan[] {
  return documents.flatMap(({ resourceSpans = [] }) =>
    resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
      scopeSpans.flatMap(({ scope, schemaUrl, spans = [] }) =>
        spans.map((span) => ({
          span,
          resource: resource?.attributes,
          scope: [scope?.name, scope?.version],
          schemaUrl,
        })),
      ),
    ),
  );
}

function bySpan(
  spans: readonly ExpectedSpan[],
  describe: (span: ExpectedSpan) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(spans.map((span) => [span.spanId, describe(span)]));
}

function values(list: readonly KeyValue[] | undefined): Record<string, AnyValue> {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, spelledOut(value)]));
}

/** With the empty lists that JSON of protobuf may leave out. */
function spelledOut(value: AnyValue = {}): AnyValue {
  if (value.arrayValue) return { arrayValue: { values: list(value.arrayValue).map(spelledOut) } };
  if (!value.kvlistValue) return value;
  const members = list(value.kvlistValue);
  return {
    kvlistValue: { values: members.map((one) => ({ key: one.key, value: spelledOut(one.value) })) },
  };
}

function list<T>({ values = [] }: { readonly values?: readonly T[] }): readonly T[] {
  return values;
}
