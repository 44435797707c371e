/** Spans of all sorts, in a fixed order of ending; gives what was injected and extracted. */
export function workload({ api, tracer }) {
  const { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const carriers = [];
  const bag = propagation.createBaggage({ tenant: { value: 'a b' }, user: { value: 'ü' } });
  const withBaggage = propagation.setBaggage(ROOT_CONTEXT, bag);

  const attributes = {
    text: 'ä',
    whole: 7,
    part: 1.5,
    yes: true,
    list: ['a', 'b'],
    numbers: [1, 2],
  };
  const order = tracer.startSpan('order', { kind: SpanKind.SERVER, attributes }, withBaggage);
  context.with(trace.setSpan(withBaggage, order), () => {
    tracer.startActiveSpan('charge', { kind: SpanKind.CLIENT }, (span) => {
      span.addEvent('asked', { amount: 12.5, currency: 'EUR' });
      span.recordException(new TypeError('declined'));
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
      carriers.push(injected());
      span.end();
    });
    const links = [{ context: order.spanContext(), attributes: { why: 'asked' } }];
    tracer.startActiveSpan('publish', { kind: SpanKind.PRODUCER, links }, (span) => {
      span.updateName('publish to queue').setStatus({ code: SpanStatusCode.OK });
      span.end();
    });
  });
  order.end();

  const extracted = propagation.extract(ROOT_CONTEXT, carriers[0]);
  tracer.startSpan('consume', { kind: SpanKind.CONSUMER }, extracted).end();
  const notSampled = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    traceFlags: 0,
    isRemote: true,
  };
  const dropped = tracer.startSpan('dropped', {}, trace.setSpanContext(ROOT_CONTEXT, notSampled));
  context.with(trace.setSpan(ROOT_CONTEXT, dropped), () => carriers.push(injected()));
  dropped.end();
  const baggage = propagation.getBaggage(extracted)?.getAllEntries() ?? 'none';
  return { carriers, baggage, fields: propagation.fields() };

  function injected() {
    const carrier = {};
    propagation.inject(context.active(), carrier);
    return carrier;
  }
}
