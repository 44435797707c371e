import { join } from 'node:path';
import { ROOT_CONTEXT, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter, type OTLPTraceExporterOptions } from '../../exporters/index.js';
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

/** One span by the first service, two by the second, each service with an agent of its own. */
const SPANS = 3;
/** As short as the agents' `max_interval` allows, so that the checks are done soon. */
const DECISION_WAIT = '8s';

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
      DECISION_WAIT,
      KEEP_PERCENT: 0,
    });
  const agent = (
    name: string,
    [grpc, http, metrics]: readonly [number, number, number],
    more: Readonly<Record<string, number>> = {},
  ): Promise<Peer> =>
    startCollector(where.collector, 'agent', log(name), {
      OTLP_GRPC: `127.0.0.1:${grpc}`,
      OTLP_HTTP: `127.0.0.1:${http}`,
      METRICS_PORT: metrics,
      GATEWAY_1: `127.0.0.1:${ports.g1}`,
      GATEWAY_2: `127.0.0.1:${ports.g2}`,
      ...more,
    });
  const send = (counts: Readonly<Partial<Record<Fate, number>>>): Promise<SentTrace[]> =>
    sendTraces(
      service('shop', { url: `http://127.0.0.1:${ports.a1h}/v1/traces` }),
      service('stock', { url: `http://127.0.0.1:${ports.a2}`, protocol: 'grpc' }),
      counts,
    );

  await gateway('gateway-1', ports.g1, ports.g1m);
  const second = await gateway('gateway-2', ports.g2, ports.g2m);
  await agent('agent-1', [ports.a1, ports.a1h, ports.a1m]);
  const agent2 = await agent('agent-2', [ports.a2, ports.a2h, ports.a2m]);

  const sent = await send({ fails: 10, 'is slow': 10, 'is plain': 80 });
  for (const fate of ['fails', 'is slow'] as const) {
    await check(`fleet: a trace that ${fate} is kept whole, from both services`, () =>
      keptWhole(jaeger, sent, fate),
    );
  }
  await check('fleet: a trace that is plain is not kept at 0 percent', () =>
    notKept(jaeger, sent, 'is plain'),
  );
  await check('fleet: both gateways take a share of the traces, each span goes to one', () =>
    isSpread([ports.g1m, ports.g2m], sent.length * SPANS),
  );
  await check('fleet: a gateway dies and comes back: the agents have kept its traces', async () => {
    await second.stop('SIGKILL');
    const meanwhile = await send({ fails: 20 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await gateway('gateway-2-again', ports.g2, ports.g2m);
    await keptWhole(jaeger, meanwhile, 'fails');
  });
  await check(
    'fleet: an agent without memory answers 503, which spantree sends again',
    async () => {
      await agent2.stop();
      // The collector alone takes more than the rest that is left to it.
      await agent('agent-full', [ports.a2, ports.a2h, ports.a2m], { MEMORY_MIB: 101 });
      await until('the answer 503', 10_000, async () => (await post(ports.a2h)) === 503);
    },
  );
}

function service(name: string, options: OTLPTraceExporterOptions): TracerProvider {
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(options))],
  });
}

async function sendTraces(
  shop: TracerProvider,
  stock: TracerProvider,
  counts: Readonly<Partial<Record<Fate, number>>>,
): Promise<SentTrace[]> {
  const sent = (Object.entries(counts) as [Fate, number][]).flatMap(([fate, count]) =>
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

/** Every trace of this fate is in Jaeger, with all its spans. */
async function keptWhole(jaeger: Jaeger, sent: readonly SentTrace[], fate: Fate): Promise<void> {
  const these = sent.filter((one) => one.fate === fate);
  let counts: number[] = [];
  await until(`${SPANS} spans of each trace`, 45_000, async () => {
    counts = await Promise.all(these.map((one) => spansKept(jaeger, one)));
    return counts.every((count) => count >= SPANS);
  }).catch((error: unknown) => {
    throw new Error(`${counts.join(' ')}: ${String(error)}`);
  });
  if (counts.some((count) => count !== SPANS))
    throw new Error(`spans came twice: ${counts.join(' ')}`);
}

async function notKept(jaeger: Jaeger, sent: readonly SentTrace[], fate: Fate): Promise<void> {
  const these = sent.filter((one) => one.fate === fate);
  const counts = await Promise.all(these.map((one) => spansKept(jaeger, one)));
  if (counts.some((count) => count > 0)) throw new Error(`spans of each: ${counts.join(' ')}`);
}

async function spansKept(jaeger: Jaeger, { traceId }: SentTrace): Promise<number> {
  return spansOf(await jaeger.trace(traceId)).length;
}

/** Both gateways have had traces, and together every span once. */
async function isSpread(metricsPorts: readonly number[], spans: number): Promise<void> {
  const counts = await Promise.all(metricsPorts.map(acceptedSpans));
  const sum = counts.reduce((a, b) => a + b, 0);
  const isWhole = counts.every((count) => count > 0 && count % SPANS === 0);
  if (sum !== spans || !isWhole) throw new Error(`${counts.join(' + ')} of ${spans} spans`);
}

/** The answer to a request that has one span. */
async function post(port: number): Promise<number> {
  const now = `${Date.now()}000000`;
  const span = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    name: 'one',
    kind: 1,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
  const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    signal: AbortSignal.timeout(5000),
  });
  await response.arrayBuffer();
  return response.status;
}

async function acceptedSpans(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    signal: AbortSignal.timeout(5000),
  });
  const lines = (await response.text()).split('\n');
  const counts = lines.filter((line) => line.startsWith('otelcol_receiver_accepted_spans'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
