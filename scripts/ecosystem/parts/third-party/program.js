// Components of others in a provider of either side: AWS X-Ray's ids and header, baggage copied to attributes,
// a composite sampler, and the official exporters behind the provider's own batch processors.
import { startCollector, startGrpcCollector } from '../../collector.js';
import { namesFrom } from '../../set-up.js';
import { workload } from '../../workload.js';

let collector;
let grpcCollector;

export async function options({ load, line, side }) {
  collector = await startCollector();
  grpcCollector = await startGrpcCollector(load('@grpc/grpc-js'));
  const from = namesFrom(load, side);
  const { BatchSpanProcessor } = from(
    line === 2 ? '@opentelemetry/sdk-trace-node' : '@opentelemetry/sdk-trace',
  );
  const exporters = officialExporters(load);
  const batched = (exporter) => new BatchSpanProcessor(line === 2 ? exporter : { exporter });
  const { BaggageSpanProcessor, ALLOW_ALL_BAGGAGE_KEYS } = load(
    '@opentelemetry/baggage-span-processor',
  );
  const { AWSXRayIdGenerator } = load('@opentelemetry/id-generator-aws-xray');
  return {
    spanProcessors: [new BaggageSpanProcessor(ALLOW_ALL_BAGGAGE_KEYS), ...exporters.map(batched)],
    idGenerator: new AWSXRayIdGenerator(),
    sampler: sampler(load, line),
    propagator: propagator(load),
  };
}

function officialExporters(load) {
  const { OTLPTraceExporter: Json } = load('@opentelemetry/exporter-trace-otlp-http');
  const { OTLPTraceExporter: Protobuf } = load('@opentelemetry/exporter-trace-otlp-proto');
  const { OTLPTraceExporter: Grpc } = load('@opentelemetry/exporter-trace-otlp-grpc');
  const { ZipkinExporter } = load('@opentelemetry/exporter-zipkin');
  return [
    new Json({ url: `${collector.url}/json` }),
    new Protobuf({ url: `${collector.url}/protobuf` }),
    new Grpc({ url: grpcCollector.url }),
    new ZipkinExporter({ url: `${collector.url}/zipkin` }),
  ];
}

/** It writes its threshold into the trace state. */
function sampler(load, line) {
  const { ParentBasedSampler } = load(
    line === 2 ? '@opentelemetry/sdk-trace-node' : '@opentelemetry/sdk-trace',
  );
  const { createCompositeSampler, createComposableProbabilitySampler } = load(
    '@opentelemetry/sampler-composite',
  );
  const root = createCompositeSampler(createComposableProbabilitySampler(1));
  return new ParentBasedSampler({ root });
}

function propagator(load) {
  const { CompositePropagator, W3CBaggagePropagator } = load('@opentelemetry/core');
  const { AWSXRayPropagator } = load('@opentelemetry/propagator-aws-xray');
  const { B3Propagator, B3InjectEncoding } = load('@opentelemetry/propagator-b3');
  return new CompositePropagator({
    propagators: [
      new AWSXRayPropagator(),
      new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
      new W3CBaggagePropagator(),
    ],
  });
}

export function run({ api, tracer }) {
  const { traceId } = tracer.startSpan('ids').spanContext();
  const age = Date.now() / 1000 - Number.parseInt(traceId.slice(0, 8), 16);
  return { ...workload({ api, tracer }), idTellsTheTime: Math.abs(age) < 60 };
}

export async function afterShutdown() {
  await Promise.all([collector.close(), grpcCollector.close()]);
  return {
    json: collector.bodies('/json'),
    protobuf: collector.bodies('/protobuf'),
    grpc: grpcCollector.bodies(),
    zipkin: collector.bodies('/zipkin'),
  };
}
