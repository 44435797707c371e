import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { resourceFromAttributes } from '../../lib/resource.js';

const RESOURCE = resourceFromAttributes({ 'service.name': 'shop' });
const SCOPE = { name: 'spec' };
let made = 0;

/** A plain object with the shape of an ended span. Every call gives another span id. */
export function readableSpan(overrides: Partial<ReadableSpan> = {}): ReadableSpan {
  made++;
  const context = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: `b${made.toString(16).padStart(15, '0')}`,
    traceFlags: TraceFlags.SAMPLED,
  };
  const span: ReadableSpan = {
    name: 'work',
    kind: SpanKind.INTERNAL,
    spanContext: () => context,
    startTime: [1_760_000_000, 1],
    endTime: [1_760_000_000, 250_000_001],
    duration: [0, 250_000_000],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    instrumentationLibrary: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  // Not spread: getters stay getters.
  return Object.defineProperties(span, Object.getOwnPropertyDescriptors(overrides));
}

/** So many spans. */
export function readableSpans(count: number): ReadableSpan[] {
  return Array.from({ length: count }, () => readableSpan());
}
