import { join } from 'node:path';
import { ROOT_CONTEXT, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '../../exporters/index.js';
import { BatchSpanProcessor, resourceFromAttributes, TracerProvider } from '../../lib/index.js';
import { check } from './checks.js';
import { startCollector } from './collector.js';
import { startJaeger, type Jaeger } from './jaeger.js';
import { spansOf } from './otlp-json.js';
import { freePorts, until, type Peer } from './processes.js';

/** What a trace of the fleet is like: an error or slowness lies in its last span only. */
type Fate = 'fails' | 'is slow' | 'is plain';

interface SentTrace {
  readonly traceId: string;
  readonly fate: Fate;
}

const TRACES: Readonly<Record<Fate, number>> = { fails: 10, 'is slow': 10, 'is plain': 80 };
/** One span by the first service, two by the second, each service with an agent of its own. */
const SPANS = 3;

/** The fleet of docs/production.md: two services, an agent for each, two gateways, Jaeger. */
export async function fleet(where: {
  readonly collector: string;
  readonly jaeger: string;
  readonly folder: string;
}): Promise<void> {
  const jaeger = await startJaeger(where.jaeger, where.folder);
  const ports = await freePorts('g1', 'g2', 'g1m', 'g2m', 'a1', 'a2', 'a1h', 'a2h', 'a1m', 'a2m');
  const log = (name: string): string => join(where.folder, `fleet-${name}.log`);
  const gateway = (name: string, port: number, metrics: number): Promise<Peer> =>
    startCollector(where.collector, 'gateway', log(name), {
      OTLP_GRPC: `127.0.0.1:${port}`,
      METRICS_PORT: metrics,
      STORE: `127.0.0.1:${jaeger.ports.grpc}`,
      DECISION_WAIT: '3s',
      KEEP_PERCENT: 0,
    });
  const agent = (name: string, grpc: number, http: number, metrics: number): Promise<Peer> =>
    startCollector(where.collector, 'agent', log(name), {
      OTLP_GRPC: `127.0.0.1:${grpc}`,
      OTLP_HTTP: `127.0.0.1:${http}`,
      METRICS_PORT: metrics,
      GATEWAY_1: `127.0.0.1:${ports.g1}`,
      GATEWAY_2: `127.0.0.1:${ports.g2}`,
    });
  await gateway('gateway-1', ports.g1, ports.g1m);
  await gateway('gateway-2', ports.g2, ports.g2m);
  await agent('agent-1', ports.a1, ports.a1h, ports.a1m);
  await agent('agent-2', ports.a2, ports.a2h, ports.a2m);

  const sent = await sendTraces(
    service('shop', new OTLPTraceExporter({ url: `http://127.0.0.1:${ports.a1h}/v1/traces` })),
    service(
      'stock',
      new OTLPTraceExporter({ url: `http://127.0.0.1:${ports.a2}`, protocol: 'grpc' }),
    ),
  );
  await checkKept(jaeger, sent);
  await checkSpread([ports.g1m, ports.g2m], sent.length * SPANS);
}

function service(name: string, exporter: OTLPTraceExporter): TracerProvider {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
}

async function sendTraces(shop: TracerProvider, stock: TracerProvider): Promise<SentTrace[]> {
  const fates = Object.entries(TRACES) as [Fate, number][];
  const sent = fates.flatMap(([fate, count]) =>
    Array.from({ length: count }, () => sendOne(shop, stock, fate)),
  );
  await Promise.all([shop.shutdown(), stock.shutdown()]);
  return sent;
}

/** A request to the shop, which asks the stock, which asks its database. */
function sendOne(shop: TracerProvider, stock: TracerProvider, fate: Fate): SentTrace {
  const startTime = Date.now() - 3000;
  const endTime = startTime + 20;
  const top = shop.getTracer('fleet').startSpan('GET /', { startTime }, ROOT_CONTEXT);
  top.end(endTime);
  const asked = under({ ...top.spanContext(), isRemote: true });
  const middle = stock.getTracer('fleet').startSpan('GET /stock', { startTime }, asked);
  middle.end(endTime);
  const inside = under(middle.spanContext());
  const query = stock.getTracer('fleet').startSpan('SELECT', { startTime }, inside);
  if (fate === 'fails') query.setStatus({ code: SpanStatusCode.ERROR, message: 'deadlock' });
  query.end(fate === 'is slow' ? startTime + 2500 : endTime);
  return { traceId: top.spanContext().traceId, fate };
}

function under(parent: SpanContext): typeof ROOT_CONTEXT {
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Traces that failed or were slow are in Jaeger as a whole, the others are not. */
async function checkKept(jaeger: Jaeger, sent: readonly SentTrace[]): Promise<void> {
  const spansKept = async ({ traceId }: SentTrace): Promise<number> =>
    spansOf(await jaeger.trace(traceId)).length;
  for (const fate of ['fails', 'is slow'] as const) {
    const these = sent.filter((one) => one.fate === fate);
    await check(`fleet: a trace that ${fate} is kept whole, from both services`, () =>
      until(`${SPANS} spans of each trace`, 30_000, async () => {
        const counts = await Promise.all(these.map(spansKept));
        if (counts.some((count) => count > SPANS)) throw new Error(`counts ${counts.join(' ')}`);
        return counts.every((count) => count === SPANS);
      }),
    );
  }
  await check('fleet: a trace that is plain is not kept at 0 percent', async () => {
    const counts = await Promise.all(sent.filter(({ fate }) => fate === 'is plain').map(spansKept));
    if (counts.some((count) => count > 0)) throw new Error(`counts ${counts.join(' ')}`);
  });
}

/** Both gateways have had traces, and together every span once. */
async function checkSpread(metricsPorts: readonly number[], spans: number): Promise<void> {
  await check(
    'fleet: both gateways take a share of the traces, each span goes to one',
    async () => {
      const counts = await Promise.all(metricsPorts.map(acceptedSpans));
      const sum = counts.reduce((a, b) => a + b, 0);
      const isWhole = counts.every((count) => count > 0 && count % SPANS === 0);
      if (sum !== spans || !isWhole) throw new Error(`${counts.join(' + ')} of ${spans} spans`);
    },
  );
}

async function acceptedSpans(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    signal: AbortSignal.timeout(5000),
  });
  const lines = (await response.text()).split('\n');
  const counts = lines.filter((line) => line.startsWith('otelcol_receiver_accepted_spans'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
