/** A readable span as plain JSON; every field that exporters read. */
export function dump(span) {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  return {
    traceId,
    spanId,
    traceFlags,
    // An empty one is as good as none.
    traceState: traceState?.serialize() || undefined,
    parent: span.parentSpanContext && {
      spanId: span.parentSpanContext.spanId,
      traceId: span.parentSpanContext.traceId,
      isRemote: span.parentSpanContext.isRemote ?? false,
    },
    name: span.name,
    kind: span.kind,
    attributes: { ...span.attributes },
    events: span.events.map(({ name, attributes = {}, time, droppedAttributesCount = 0 }) => ({
      name,
      attributes: { ...attributes },
      time,
      droppedAttributesCount,
    })),
    links: span.links.map(({ context, attributes = {}, droppedAttributesCount = 0 }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: { ...attributes },
      droppedAttributesCount,
    })),
    status: { ...span.status },
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    scope: { ...span.instrumentationScope },
    resource: { ...span.resource.attributes },
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  };
}
