import { OTLPTraceExporter as OfficialGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OfficialHttp } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OfficialProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter as OfficialZipkin } from '@opentelemetry/exporter-zipkin';
import type { SpanExporter as OfficialExporter } from '@opentelemetry/sdk-trace-base';
import { status } from '@grpc/grpc-js';
import { OTLPTraceExporter, ZipkinExporter } from '../../exporters/index.js';
import { spansOf, startCollector, type Answer } from '../support/collector.js';
import { startGrpcCollector, type GrpcAnswer } from '../support/grpc-collector.js';
import { decodeTraces, decodeTracesJson } from '../support/wire.js';

/** What happens to one request: it may pass later, its connection breaks, or it is refused for good. */
export const FAULTS = ['unavailable', 'reset', 'refused'] as const;
export type Fault = (typeof FAULTS)[number];

/** A real backend on a loopback port, with exporters to it of both makers. */
export interface Place {
  ours(): OTLPTraceExporter | ZipkinExporter;
  theirs(): OfficialExporter;
  /** The next request has this fault. */
  fault(fault: Fault): void;
  /** Names of the spans in all requests that were answered well. */
  arrived(): string[];
  close(): Promise<void>;
}

/** Places by what is spoken there. */
export const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  'OTLP as protobuf': () =>
    overHttp({
      path: '/v1/traces',
      ours: (url) => new OTLPTraceExporter({ url, ...QUICK }),
      theirs: (url) => new OfficialProto({ url, timeoutMillis: 500 }),
      namesIn: (body) => spansOf(decodeTraces(body)).map(({ name }) => name),
    }),
  'OTLP as JSON': () =>
    overHttp({
      path: '/v1/traces',
      ours: (url) => new OTLPTraceExporter({ url, protocol: 'http/json', ...QUICK }),
      theirs: (url) => new OfficialHttp({ url, timeoutMillis: 500 }),
      namesIn: (body) => spansOf(decodeTracesJson(body.toString())).map(({ name }) => name),
    }),
  'OTLP over gRPC': overGrpc,
  Zipkin: () =>
    overHttp({
      path: '/api/v2/spans',
      ours: (url) => new ZipkinExporter({ url, ...QUICK }),
      theirs: (url) => new OfficialZipkin({ url }),
      namesIn: (body) => (JSON.parse(body.toString()) as { name: string }[]).map((s) => s.name),
    }),
};

/** Waits between attempts that a test can wait for. */
const QUICK = { initialBackoffMillis: 10, maxBackoffMillis: 10 };

interface HttpPlace {
  readonly path: string;
  readonly ours: (url: string) => ReturnType<Place['ours']>;
  readonly theirs: (url: string) => OfficialExporter;
  readonly namesIn: (body: Buffer) => string[];
}

const HTTP_FAULTS: Record<Fault, Answer> = {
  // At once: the official exporters wait for a second of their own otherwise.
  unavailable: { status: 503, headers: { 'retry-after': '0' } },
  reset: 'reset',
  refused: { status: 400 },
};

async function overHttp({ path, ours, theirs, namesIn }: HttpPlace): Promise<Place> {
  const collector = await startCollector();
  const url = collector.url.replace('/v1/traces', path);
  const script: Fault[] = [];
  const arrived: string[] = [];
  collector.decide((body) => {
    const fault = script.shift();
    if (fault !== undefined) return HTTP_FAULTS[fault];
    arrived.push(...namesIn(body));
    return { status: 200 };
  });
  return {
    ours: () => ours(url),
    theirs: () => theirs(url),
    fault: (fault) => void script.push(fault),
    arrived: () => arrived,
    close: () => collector.close(),
  };
}

const GRPC_FAULTS: Record<Fault, GrpcAnswer> = {
  unavailable: { code: status.UNAVAILABLE },
  reset: 'reset',
  refused: { code: status.INVALID_ARGUMENT },
};

async function overGrpc(): Promise<Place> {
  const collector = await startGrpcCollector();
  const { url } = collector;
  return {
    ours: () => new OTLPTraceExporter({ url, protocol: 'grpc', ...QUICK }),
    theirs: () => new OfficialGrpc({ url, timeoutMillis: 500 }),
    fault: (fault) => collector.answer(GRPC_FAULTS[fault]),
    arrived: () => collector.spans().map(({ name }) => name),
    close: () => collector.close(),
  };
}
