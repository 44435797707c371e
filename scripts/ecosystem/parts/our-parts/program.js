// The official provider with components of either side: exporters, processors, samplers, propagators, ids and
// the context manager. Their names are the same, so the code is.
import { startCollector, startGrpcCollector } from '../../collector.js';
import { namesFrom } from '../../set-up.js';
import { workload } from '../../workload.js';

let collector;
let grpcCollector;
let memory;

export async function options({ load, line, side, vendors }) {
  collector = await startCollector();
  grpcCollector = await startGrpcCollector(load('@grpc/grpc-js'));
  const from = namesFrom(load, side);
  const trace = from(line === 2 ? '@opentelemetry/sdk-trace-node' : '@opentelemetry/sdk-trace');
  memory = new trace.InMemorySpanExporter();
  const batched = (exporter) => new trace.BatchSpanProcessor(line === 2 ? exporter : { exporter });
  const simple = new trace.SimpleSpanProcessor(line === 2 ? memory : { exporter: memory });
  return {
    spanProcessors: [...exporters(load, from, side).map(batched), simple],
    idGenerator: vendors
      ? new (xray(load, side, 'id-generator-aws-xray').AWSXRayIdGenerator)()
      : new trace.RandomIdGenerator(),
    sampler: new trace.ParentBasedSampler({ root: new trace.TraceIdRatioBasedSampler(1) }),
    propagator: vendors ? vendorPropagator(load, from, side) : propagator(from, line),
    contextManager: new (from(
      '@opentelemetry/context-async-hooks',
    ).AsyncLocalStorageContextManager)(),
  };
}

function exporters(load, from, side) {
  const { OTLPTraceExporter: Protobuf } = from('@opentelemetry/exporter-trace-otlp-proto');
  const { ZipkinExporter } = from('@opentelemetry/exporter-zipkin');
  const { OTLPTraceExporter: Json } = from('@opentelemetry/exporter-trace-otlp-http');
  const { OTLPTraceExporter: Grpc } = from('@opentelemetry/exporter-trace-otlp-grpc');
  // The official SDK has a class for each protocol, spantree one with an option.
  const protocol = (name) => (side === 'spantree' ? { protocol: name } : {});
  return [
    new Protobuf({ url: `${collector.url}/protobuf` }),
    new Json({ url: `${collector.url}/json`, ...protocol('http/json') }),
    new Grpc({ url: grpcCollector.url, ...protocol('grpc') }),
    new ZipkinExporter({ url: `${collector.url}/zipkin` }),
  ];
}

function propagator(from, line) {
  const core = from('@opentelemetry/core');
  const { B3Propagator } = from('@opentelemetry/propagator-b3');
  return new core.CompositePropagator({
    propagators: [
      // The 3.x line has none any more.
      ...(line === 2 ? [new (from('@opentelemetry/propagator-jaeger').JaegerPropagator)()] : []),
      new B3Propagator(),
      new core.W3CTraceContextPropagator(),
      new core.W3CBaggagePropagator(),
    ],
  });
}

function vendorPropagator(load, from, side) {
  const { CompositePropagator, W3CBaggagePropagator } = from('@opentelemetry/core');
  const { OTTracePropagator } = from('@opentelemetry/propagator-ot-trace');
  const { AWSXRayPropagator } = xray(load, side, 'propagator-aws-xray');
  return new CompositePropagator({
    propagators: [new AWSXRayPropagator(), new OTTracePropagator(), new W3CBaggagePropagator()],
  });
}

/** X-Ray has a door of its own. */
function xray(load, side, name) {
  return load(side === 'spantree' ? 'spantree/xray' : `@opentelemetry/${name}`);
}

export async function run({ api, tracer, sdk }) {
  const said = workload({ api, tracer });
  await sdk.provider.forceFlush();
  return { ...said, inMemory: memory.getFinishedSpans().map(({ name }) => name) };
}

export async function afterShutdown() {
  await Promise.all([collector.close(), grpcCollector.close()]);
  return {
    protobuf: collector.bodies('/protobuf'),
    json: collector.bodies('/json'),
    grpc: grpcCollector.bodies(),
    zipkin: collector.bodies('/zipkin'),
  };
}
