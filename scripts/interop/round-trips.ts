import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SpanStatusCode } from '@opentelemetry/api';
import { OTLPFileExporter } from '../../exporters/otlp-file.js';
import { ZipkinExporter } from '../../exporters/zipkin.js';
import { check, checkAspects, fail, type Aspects } from './checks.js';
import type { ReadbackCollector } from './collector.js';
import { makeExporter, OTLP_VARIANTS, type OtlpPorts } from './exporters.js';
import type { Jaeger } from './jaeger.js';
import { expectedOtlp, readOtlp, spansOf, type TracesData } from './otlp-json.js';
import { until } from './processes.js';
import { sendTrace, type SentTrace } from './trace.js';
import type { Zipkin } from './zipkin.js';
import { expectedZipkin, readZipkin } from './zipkin-json.js';

const ARRIVAL_MILLIS = 20_000;

/** Somewhere that takes OTLP and can be asked for what came. */
export interface OtlpPeer {
  readonly name: string;
  readonly ports: OtlpPorts;
  /** What it does not keep of a trace. */
  readonly loses: readonly string[];
  documents(traceId: string): Promise<readonly TracesData[]>;
}

export function collectorPeer(collector: ReadbackCollector): OtlpPeer {
  const documents = (): Promise<TracesData[]> => collector.received();
  return { name: 'collector', ports: collector.ports, loses: [], documents };
}

export function jaegerPeer(jaeger: Jaeger): OtlpPeer {
  return {
    name: 'Jaeger',
    ports: jaeger.ports,
    loses: ['schema URL'],
    documents: (traceId) => jaeger.trace(traceId),
  };
}

/** Sends a trace through each exporter of OTLP and reads all of it back. */
export async function otlpRoundTrips(peer: OtlpPeer): Promise<SentTrace[]> {
  const sent: SentTrace[] = [];
  for (const variant of OTLP_VARIANTS) {
    const exporter = makeExporter(variant, peer.ports);
    if (exporter === undefined) continue;
    const name = `${variant.name} → ${peer.name}`;
    await check(`${name}: delivered`, async () => {
      sent.push(await sendTrace(exporter, `interop-${variant.name.replaceAll(/\W+/g, '-')}`));
      const { delivered, accepted } = exporter.stats();
      if (delivered !== accepted) throw new Error(JSON.stringify(exporter.stats()));
    });
    const last = sent.at(-1);
    if (last) await checkAspects(name, kept(peer, last), () => arrived(peer, last));
  }
  return sent;
}

/** Writes a trace to a file of OTLP JSON Lines, sends the lines as they are, and reads all of it back. */
export async function fileRoundTrip(peer: OtlpPeer, folder: string): Promise<void> {
  const name = `file, its lines posted → ${peer.name}`;
  const path = join(folder, `${peer.name}-spans.jsonl`);
  const sent = await sendTrace(new OTLPFileExporter({ path }), 'interop-file');
  await check(`${name}: taken`, async () => {
    for (const line of (await readFile(path, 'utf8')).trimEnd().split('\n')) {
      const response = await fetch(`http://127.0.0.1:${peer.ports.http}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: line,
        signal: AbortSignal.timeout(10_000),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    }
  });
  await checkAspects(name, kept(peer, sent), () => arrived(peer, sent));
}

/** The tree as Jaeger's user interface gets it. */
export async function shownByJaeger(jaeger: Jaeger): Promise<void> {
  const name = 'http/protobuf → Jaeger, as its interface shows it';
  const exporter = makeExporter(OTLP_VARIANTS[0]!, jaeger.ports)!;
  // Jaeger's older query has no form for numbers that are not finite.
  const sent = await sendTrace(exporter, 'interop-shown', { notFinite: false });
  await checkAspects(
    name,
    {
      parents: bySpan(sent, ({ parentSpanId }) => (parentSpanId === '' ? [] : [parentSpanId])),
      names: bySpan(sent, (span) => span.name),
      services: bySpan(sent, () => sent.serviceName),
      warnings: bySpan(sent, () => []),
    },
    async () => {
      await arrived(jaegerPeer(jaeger), sent);
      const { spans, processes } = await jaeger.shown(sent.traceId);
      const of = (describe: (span: (typeof spans)[number]) => unknown): Record<string, unknown> =>
        Object.fromEntries(spans.map((span) => [span.spanID, describe(span)]));
      return {
        // Where a span also links to its parent, Jaeger keeps the link's reference alone.
        parents: of(({ references }) =>
          references.filter(({ traceID }) => traceID === sent.traceId).map(({ spanID }) => spanID),
        ),
        names: of((span) => span.operationName),
        services: of((span) => processes[span.processID]?.serviceName),
        warnings: of((span) => span.warnings ?? []),
      };
    },
  );
}

/** Sends a trace by our Zipkin exporter and reads all of it back. */
export async function zipkinRoundTrips(zipkin: Zipkin): Promise<void> {
  for (const compression of ['none', 'gzip'] as const) {
    const name = `zipkin${compression === 'gzip' ? ', gzip' : ''} → Zipkin`;
    const url = `http://127.0.0.1:${zipkin.port}/api/v2/spans`;
    try {
      const sent = await sendTrace(new ZipkinExporter({ url, compression }), 'interop-Zipkin');
      await checkAspects(name, expectedZipkin(sent), async () => {
        await until(`all spans in Zipkin`, ARRIVAL_MILLIS, async () => {
          return (await zipkin.trace(sent.traceId)).length >= sent.spans.length;
        });
        return readZipkin(await zipkin.trace(sent.traceId));
      });
    } catch (error) {
      fail(`${name}: delivered`, error);
    }
  }
}

/**
 * Sends a trace by our Zipkin exporter to the collector's receiver. It says "error" without the
 * description, and calls no span internal, as Zipkin's form has neither.
 */
export async function zipkinToCollector(collector: ReadbackCollector): Promise<void> {
  const url = `http://127.0.0.1:${collector.ports.zipkin}/api/v2/spans`;
  const sent = await sendTrace(new ZipkinExporter({ url }), 'interop-zipkin-collector');
  const { 'ids and parents': ids = {} } = expectedOtlp(sent);
  await checkAspects(
    'zipkin → collector',
    {
      'ids and parents': ids,
      'names and kinds': bySpan(sent, ({ name, kind = 0 }) => [name, kind === 0 ? 0 : kind + 1]),
      errors: bySpan(sent, ({ status }) => status?.code === SpanStatusCode.ERROR),
    },
    async () => {
      const found = await arrived(collectorPeer(collector), sent);
      const status = Object.entries(found['status'] ?? {}) as [string, [code: number]][];
      const errors = status.map(([spanId, [code]]) => [spanId, code === OTLP_ERROR]);
      return { ...found, errors: Object.fromEntries(errors) };
    },
  );
}

const OTLP_ERROR = 2;

/** What a peer must say of the trace. */
function kept({ loses }: OtlpPeer, sent: SentTrace): Aspects {
  const expected = Object.entries(expectedOtlp(sent));
  return Object.fromEntries(expected.filter(([aspect]) => !loses.includes(aspect)));
}

/** What came of a trace, as soon as all its spans are there. */
async function arrived(peer: OtlpPeer, { traceId, spans }: SentTrace): Promise<Aspects> {
  let documents: readonly TracesData[] = [];
  await until(`${spans.length} spans in ${peer.name}`, ARRIVAL_MILLIS, async () => {
    documents = await peer.documents(traceId);
    const found = spansOf(documents).filter(({ span }) => span.traceId === traceId);
    if (found.length > spans.length) throw new Error(`${found.length} came`);
    return found.length === spans.length;
  });
  return readOtlp(documents, traceId);
}

function bySpan(
  { spans }: SentTrace,
  describe: (span: SentTrace['spans'][number]) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(spans.map((span) => [span.spanId, describe(span)]));
}
