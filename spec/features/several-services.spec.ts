import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider } from '../../lib/provider.js';
import { resourceFromAttributes } from '../../lib/resource.js';

/*
 * How to run several services in one process, as tests and demos do: a provider each, none registered
 * globally, and one trace through all of them.
 */
function service(name: string, exporter: InMemorySpanExporter) {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  }).getTracer(name);
}

describe('several providers in one process', () => {
  it('take part in one trace, each with its own resource (T-PROV-06)', () => {
    const exporter = new InMemorySpanExporter();
    const [shop, stock] = [service('shop', exporter), service('stock', exporter)];
    const order = shop.startSpan('order', {}, ROOT_CONTEXT);
    stock.startSpan('reserve', {}, trace.setSpan(ROOT_CONTEXT, order)).end();
    order.end();
    const [reserve, ordered] = exporter.getFinishedSpans();
    expect(reserve?.resource.attributes['service.name']).to.equal('stock');
    expect(ordered?.resource.attributes['service.name']).to.equal('shop');
    expect(reserve?.parentSpanId).to.equal(ordered?.spanContext().spanId);
  });
});
