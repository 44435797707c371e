import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type HrTime,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  resourceFromAttributes,
  TracerProvider,
  TraceState,
  type SpanExporter,
} from '../../lib/index.js';
import { asSet, EVERY_KIND, NOT_FINITE, type Values } from './values.js';

/** A span as it is made, in plain data; times are milliseconds after the trace's begin. */
interface Recipe {
  readonly name: string;
  readonly kind?: SpanKind;
  /** The name of the parent; a remote one is known by its context alone, with this trace state. */
  readonly parent?: string;
  readonly traceState?: string;
  readonly from: number;
  readonly to: number;
  readonly attributes?: Values;
  readonly events?: readonly { name: string; at: number; attributes?: Values }[];
  /** To a span by its name, or to one of another trace. */
  readonly links?: readonly { to: string | SpanContext; attributes?: Values }[];
  readonly status?: { readonly code: SpanStatusCode; readonly message?: string };
}

/** What a span must look like when it is read back. Nothing in it comes from an exporter. */
export interface ExpectedSpan extends Recipe {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where the span has none. */
  readonly parentSpanId: string;
  /** Attributes, events and links over the limits. */
  readonly dropped: { attributes: number; events: number; links: number };
}

/** One sent trace. */
export interface SentTrace {
  readonly traceId: string;
  readonly serviceName: string;
  /** Nanoseconds since the epoch to which the times of spans are added. */
  readonly begin: bigint;
  readonly spans: readonly ExpectedSpan[];
}

export const SCOPE = {
  name: 'interop',
  version: '1.2.3',
  schemaUrl: 'https://example.test/schemas/1.0',
} as const;

/** What the resource has beside `service.name`. */
export const RESOURCE: Values = {
  'service.namespace': ['shop', { stringValue: 'shop' }, 'shop'],
  replicas: [3, { intValue: '3' }, '3'],
  zones: [
    ['a', 'b'],
    { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
    '["a","b"]',
  ],
};

const LIMITS = { attributeCountLimit: 40, eventCountLimit: 3, linkCountLimit: 3 };

/** A span of another trace, whose ids its maker did not call random. */
export const ELSEWHERE: SpanContext = {
  traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
  spanId: '5fb397be34d26b51',
  traceFlags: 1,
  isRemote: true,
  traceState: new TraceState('vendor=1'),
};

const FAILURE: Values = {
  'exception.type': ['Error', { stringValue: 'Error' }, 'Error'],
  'exception.message': ['no route', { stringValue: 'no route' }, 'no route'],
};

const RECIPES: readonly Recipe[] = [
  { name: 'GET /orders/{id}', kind: SpanKind.SERVER, from: 0, to: 900.123456 },
  { name: 'every kind', parent: 'GET /orders/{id}', from: 10, to: 200, attributes: EVERY_KIND },
  { name: 'not finite', parent: 'GET /orders/{id}', from: 210, to: 220, attributes: NOT_FINITE },
  {
    name: 'POST /pay',
    kind: SpanKind.CLIENT,
    parent: 'GET /orders/{id}',
    from: 220,
    to: 400,
    attributes: {
      'server.address': ['pay.test', { stringValue: 'pay.test' }, 'pay.test'],
      'server.port': [8443, { intValue: '8443' }, '8443'],
    },
    events: [
      { name: 'bare', at: 221.000001 },
      { name: 'exception', at: 399, attributes: FAILURE },
    ],
    status: { code: SpanStatusCode.ERROR, message: 'no route – 断' },
  },
  {
    name: 'orders publish',
    kind: SpanKind.PRODUCER,
    parent: 'GET /orders/{id}',
    from: 400,
    to: 450,
  },
  {
    name: 'orders process',
    kind: SpanKind.CONSUMER,
    parent: 'orders publish',
    traceState: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    from: 500,
    to: 700,
    links: [
      { to: 'orders publish', attributes: { batch: [true, { boolValue: true }, 'true'] } },
      { to: ELSEWHERE },
    ],
  },
  {
    name: 'done',
    parent: 'orders process',
    from: 600,
    to: 600.001,
    status: { code: SpanStatusCode.OK },
  },
  {
    name: 'over the limits',
    parent: 'GET /orders/{id}',
    from: 700,
    to: 800,
    attributes: Object.fromEntries(
      Array.from({ length: 43 }, (_, i) => [`a${i}`, [i, { intValue: `${i}` }, `${i}`]] as const),
    ),
    events: [1, 2, 3, 4, 5].map((i) => ({ name: `event ${i}`, at: 700 + i })),
    links: Array.from({ length: 4 }, () => ({ to: ELSEWHERE })),
  },
];

/**
 * Sends a trace that has everything a span can have through the exporter and a batch processor, and waits
 * until the exporter says that it was delivered. `notFinite`: with numbers that JSON has no form for.
 *
 * @throws Error when it is not
 */
export async function sendTrace(
  exporter: SpanExporter,
  serviceName: string,
  { notFinite = true } = {},
): Promise<SentTrace> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes(asSet({ 'service.name': [serviceName, {}, ''], ...RESOURCE })),
    spanLimits: LIMITS,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer(SCOPE.name, SCOPE.version, { schemaUrl: SCOPE.schemaUrl });
  const begin = BigInt(Date.now() - 1000) * 1_000_000n + 7n;
  const made = new Map<string, SpanContext>();
  const recipes = RECIPES.filter(({ name }) => notFinite || name !== 'not finite');
  const spans = recipes.map((recipe): ExpectedSpan => {
    const parent = recipe.parent === undefined ? undefined : made.get(recipe.parent);
    const { traceState } = recipe;
    const parentContext =
      parent && traceState !== undefined
        ? { ...parent, isRemote: true, traceState: new TraceState(traceState) }
        : parent;
    const span = tracer.startSpan(
      recipe.name,
      {
        kind: recipe.kind ?? SpanKind.INTERNAL,
        attributes: asSet(recipe.attributes ?? {}),
        links: (recipe.links ?? []).map(({ to, attributes = {} }) => linkTo(to, attributes, made)),
        startTime: timeOf(at(begin, recipe.from)),
      },
      parentContext ? trace.setSpanContext(ROOT_CONTEXT, parentContext) : ROOT_CONTEXT,
    );
    for (const { name, at: when, attributes = {} } of recipe.events ?? []) {
      span.addEvent(name, asSet(attributes), timeOf(at(begin, when)));
    }
    if (recipe.status) span.setStatus(recipe.status);
    span.end(timeOf(at(begin, recipe.to)));
    const { traceId, spanId } = span.spanContext();
    made.set(recipe.name, span.spanContext());
    return { ...withinLimits(recipe), traceId, spanId, parentSpanId: parent?.spanId ?? '' };
  });
  await provider.shutdown();
  return { traceId: spans[0]!.traceId, serviceName, begin, spans };
}

/** Nanoseconds since the epoch of a moment that is given in milliseconds after the begin. */
export function at(begin: bigint, millis: number): bigint {
  return begin + BigInt(Math.round(millis * 1e6));
}

function timeOf(nanos: bigint): HrTime {
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}

function linkTo(
  to: string | SpanContext,
  attributes: Values,
  made: ReadonlyMap<string, SpanContext>,
): Link {
  const context = typeof to === 'string' ? made.get(to) : to;
  if (context === undefined) throw new Error(`a link to ${String(to)}, which is not made yet`);
  return { context, attributes: asSet(attributes) };
}

/** What is left of a recipe when the limits are applied, and how much is not. */
function withinLimits(recipe: Recipe): Recipe & Pick<ExpectedSpan, 'dropped'> {
  const { attributes = {}, events = [], links = [] } = recipe;
  const kept = Object.entries(attributes).slice(0, LIMITS.attributeCountLimit);
  return {
    ...recipe,
    attributes: Object.fromEntries(kept),
    events: events.slice(0, LIMITS.eventCountLimit),
    links: links.slice(0, LIMITS.linkCountLimit),
    dropped: {
      attributes: Object.keys(attributes).length - kept.length,
      events: Math.max(0, events.length - LIMITS.eventCountLimit),
      links: Math.max(0, links.length - LIMITS.linkCountLimit),
    },
  };
}
