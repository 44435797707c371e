import type { OTLPTraceExporter } from '../../exporters/index.js';
import { BatchSpanProcessor, resourceFromAttributes, TracerProvider } from '../../lib/index.js';
import { check } from './checks.js';
import { startReadback, type ReadbackCollector } from './collector.js';
import { makeExporter, OTLP_VARIANTS, type OtlpVariant } from './exporters.js';
import { spansOf } from './otlp-json.js';
import { until } from './processes.js';

const BURST = 100_000;
const LATE = 5000;

/** A synchronous burst at the default settings, then shutdown: every span arrives, once. */
export async function burst(executable: string, folder: string): Promise<void> {
  const variants = OTLP_VARIANTS.filter(({ name }) =>
    ['http/protobuf', 'http/json', 'grpc'].includes(name),
  );
  for (const variant of variants) {
    await check(`${variant.name} → collector: ${BURST} spans at once, then shutdown`, async () => {
      const name = `burst-${variant.name.replaceAll(/\W/g, '-')}`;
      const collector = await startReadback(executable, folder, name);
      const exporter = makeExporter(variant, collector.ports)!;
      const provider = providerOf(exporter);
      const ids = makeSpans(provider, BURST);
      await provider.shutdown();
      await sameSpans(collector, ids);
      await collector.stop();
    });
  }
}

/** Spans wait until there is a collector. */
export async function lateCollector(executable: string, folder: string): Promise<void> {
  const variants: readonly OtlpVariant[] = OTLP_VARIANTS.filter(({ name }) =>
    ['http/protobuf', 'grpc'].includes(name),
  );
  for (const variant of variants) {
    const name = `${variant.name} → collector that stops and comes back: all of ${2 * LATE} spans`;
    await check(name, async () => {
      const file = `late-${variant.name.replaceAll(/\W/g, '-')}`;
      const first = await startReadback(executable, folder, `${file}-1`);
      const exporter = makeExporter(variant, first.ports)!;
      const provider = providerOf(exporter);
      const early = makeSpans(provider, LATE);
      await provider.forceFlush();
      await sameSpans(first, early);
      await first.stop();
      const late = makeSpans(provider, LATE);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const second = await startReadback(executable, folder, `${file}-2`, first.ports);
      await provider.shutdown();
      await sameSpans(second, late);
      await second.stop();
    });
  }
}

function providerOf(exporter: OTLPTraceExporter): TracerProvider {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'burst' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
}

function makeSpans(provider: TracerProvider, count: number): Set<string> {
  const tracer = provider.getTracer('burst');
  const ids = new Set<string>();
  for (let i = 0; i < count; i++) {
    const span = tracer.startSpan('work', { attributes: { i, 'http.route': '/orders/{id}' } });
    span.end();
    ids.add(span.spanContext().spanId);
  }
  return ids;
}

/** Each span has come, and has come once. */
async function sameSpans(collector: ReadbackCollector, ids: ReadonlySet<string>): Promise<void> {
  let came: string[] = [];
  const count = async (): Promise<boolean> => {
    came = spansOf(await collector.received()).map(({ span }) => span.spanId);
    return came.length >= ids.size;
  };
  await until(`${ids.size} spans`, 20_000, count).catch((error: unknown) => {
    throw new Error(`${came.length} came: ${String(error)}`);
  });
  const different = new Set(came);
  const missing = [...ids].filter((id) => !different.has(id));
  if (missing.length > 0 || came.length !== ids.size) {
    throw new Error(`of ${ids.size} spans ${missing.length} are missing; ${came.length} came`);
  }
}
