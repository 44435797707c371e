import type { TextMapPropagator } from '@opentelemetry/api';
import type { ConsoleOptions } from '../exporters/console-options.js';
import { consoleTree } from '../exporters/console-tree.js';
import { InMemorySpanExporter } from '../exporters/memory.js';
import { OTLPFileExporter, type OTLPFileExporterOptions } from '../exporters/otlp-file.js';
import { OTLPTraceExporter } from '../exporters/otlp/trace-exporter.js';
import { ZipkinExporter } from '../exporters/zipkin.js';
import { AWSXRayLambdaPropagator } from '../propagators/aws-xray-lambda.js';
import { AWSXRayPropagator } from '../propagators/aws-xray.js';
import { B3InjectEncoding, B3Propagator } from '../propagators/b3.js';
import { W3CBaggagePropagator } from '../propagators/baggage.js';
import { JaegerPropagator } from '../propagators/jaeger.js';
import { OTTracePropagator } from '../propagators/ot-trace.js';
import { W3CTraceContextPropagator } from '../propagators/tracecontext.js';
import { XTracePropagator, type XTracePropagatorOptions } from '../propagators/x-trace.js';
import { AdaptiveSampler, type AdaptiveSamplerOptions } from '../samplers/adaptive.js';
import { composableFrom } from '../samplers/composite-options.js';
import { createCompositeSampler } from '../samplers/composite.js';
import { parseJaegerArgument, type JaegerArgument } from '../samplers/jaeger-argument.js';
import { JaegerRemoteSampler, type JaegerRemoteSamplerOptions } from '../samplers/jaeger-remote.js';
import { ProbabilitySampler, type ProbabilitySamplerOptions } from '../samplers/probability.js';
import { RateLimitingSampler, type RateLimitingOptions } from '../samplers/rate-limiting.js';
import { TraceIdRatioBasedSampler } from '../samplers/trace-id-ratio-based.js';
import type { Settings } from './config.js';
import type { ResourceDetector } from './detect-resources.js';
import { report } from './diagnostics.js';
import type { SpanExporter } from './exporter.js';
import { containerDetector } from './node/detectors/container.js';
import { envDetector } from './node/detectors/env.js';
import { hostDetector } from './node/detectors/host.js';
import {
  createKubernetesDetector,
  type KubernetesDetectorOptions,
} from './node/detectors/kubernetes.js';
import { osDetector } from './node/detectors/os.js';
import { createProcessDetector, type ProcessDetectorOptions } from './node/detectors/process.js';
import { serviceDetector, serviceInstanceIdDetector } from './node/detectors/service-instance.js';
import { RandomIdGenerator, type IdGenerator } from './ids.js';
import { otlpEnvironment } from './node/otlp-environment.js';
import type { SpanProcessor } from './processor.js';
import { Registry } from './registry.js';
import { defaultResource } from './resource.js';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, type Sampler } from './sampler.js';

/** Propagators by name: for `start({ propagators })` and `OTEL_PROPAGATORS`. */
export const propagatorRegistry: Registry<TextMapPropagator> = new Registry<TextMapPropagator>(
  'propagator',
)
  .add('tracecontext', () => new W3CTraceContextPropagator())
  .add('baggage', () => new W3CBaggagePropagator())
  .add('b3', () => new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }))
  .add('b3multi', () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }))
  .add('jaeger', () => new JaegerPropagator())
  .add('ottrace', () => new OTTracePropagator())
  .add('xray', () => new AWSXRayPropagator())
  .add('xray-lambda', () => new AWSXRayLambdaPropagator())
  .add('x-trace', (options) => new XTracePropagator(options as XTracePropagatorOptions));

/** Samplers by name: for `start({ sampler })` and `OTEL_TRACES_SAMPLER`. */
export const samplerRegistry: Registry<Sampler> = new Registry<Sampler>('sampler')
  .add('always_on', () => new AlwaysOnSampler())
  .add('always_off', () => new AlwaysOffSampler())
  .add('traceidratio', ratioBased)
  .add('parentbased_always_on', () => new ParentBasedSampler({ root: new AlwaysOnSampler() }))
  .add('parentbased_always_off', () => new ParentBasedSampler({ root: new AlwaysOffSampler() }))
  .add(
    'parentbased_traceidratio',
    (options, environment) => new ParentBasedSampler({ root: ratioBased(options, environment) }),
  )
  .add('probability', probability)
  .add(
    'parentbased_probability',
    (options, environment) => new ParentBasedSampler({ root: probability(options, environment) }),
  )
  .add(
    'rate_limiting',
    (options, environment) =>
      new RateLimitingSampler({
        ...perSecondFrom(environment),
        ...(options as RateLimitingOptions),
      }),
  )
  .add(
    'adaptive',
    (options, environment) =>
      new AdaptiveSampler({
        ...perSecondFrom(environment),
        ...(options as AdaptiveSamplerOptions),
      }),
  )
  .add('composite', (options) => createCompositeSampler(composableFrom(options)))
  .add('jaeger_remote', jaegerRemote)
  .add(
    'parentbased_jaeger_remote',
    (options, environment) => new ParentBasedSampler({ root: jaegerRemote(options, environment) }),
  );

/**
 * Exporters by name: for `start({ exporters })` and `OTEL_TRACES_EXPORTER`. A factory makes an exporter,
 * which gets a batch processor, or a processor of its own.
 */
export const exporterRegistry: Registry<SpanExporter | SpanProcessor> = new Registry<
  SpanExporter | SpanProcessor
>('exporter')
  .add('console', (options) => consoleTree(options as ConsoleOptions))
  .add(
    'otlp',
    (options, { otlp }) =>
      new OTLPTraceExporter({ ...otlpEnvironment(otlp), ...(options as object) }),
  )
  .add('otlp/stdout', (options) => new OTLPFileExporter(options as OTLPFileExporterOptions))
  .add('zipkin', (options, { zipkin }) => new ZipkinExporter({ ...zipkin, ...(options as object) }))
  .add('memory', () => new InMemorySpanExporter());

/**
 * Resource detectors by name: for `start({ resourceDetectors })` and `OTEL_NODE_RESOURCE_DETECTORS`. The names
 * are those of the official SDK, and those that the specification reserves.
 */
export const detectorRegistry: Registry<ResourceDetector> = new Registry<ResourceDetector>(
  'resource detector',
)
  .add('env', () => envDetector)
  .add('host', () => hostDetector)
  .add('os', () => osDetector)
  .add('process', (options) => createProcessDetector(options as ProcessDetectorOptions))
  .add('serviceinstance', () => serviceInstanceIdDetector)
  .add('service', () => serviceDetector)
  .add('container', () => containerDetector)
  .add('kubernetes', (options) => createKubernetesDetector(options as KubernetesDetectorOptions));

/** Span processors by name: for configuration files, which know `batch` and `simple` themselves. */
export const processorRegistry: Registry<SpanProcessor> = new Registry<SpanProcessor>(
  'span processor',
);

/** Makers of ids by name: for configuration files. */
export const idGeneratorRegistry: Registry<IdGenerator> = new Registry<IdGenerator>(
  'id generator',
).add('random', () => new RandomIdGenerator());

/** The ratio stands in the options, or in the environment beside the sampler's name. */
function ratioBased(options: unknown, environment: Settings): Sampler {
  const given = (options as { ratio?: number } | undefined)?.ratio;
  return new TraceIdRatioBasedSampler(given ?? ratioFrom(environment));
}

function probability(options: unknown, environment: Settings): Sampler {
  const { ratio, ...others } = (options ?? {}) as { ratio?: number } & ProbabilitySamplerOptions;
  return new ProbabilitySampler(ratio ?? ratioFrom(environment), others);
}

/** Where it asks stands in the options, or in the environment beside the sampler's name. */
function jaegerRemote(options: unknown, environment: Settings): Sampler {
  const { initialSamplingRate, ...others } = jaegerArgument(environment);
  return new JaegerRemoteSampler({
    serviceName: serviceNameFrom(environment),
    ...(initialSamplingRate !== undefined && {
      initialSampler: new ProbabilitySampler(initialSamplingRate),
    }),
    ...others,
    ...(options as Partial<JaegerRemoteSamplerOptions> | undefined),
  });
}

function jaegerArgument({ sampler, samplerArgument }: Settings): JaegerArgument {
  if (sampler === undefined || samplerArgument === undefined) return {};
  return parseJaegerArgument(samplerArgument, (why) =>
    report(`env.${SAMPLER_ARGUMENT}`, `${SAMPLER_ARGUMENT}: ${why}`),
  );
}

function serviceNameFrom({ serviceName, resourceAttributes }: Settings): string {
  const name = serviceName ?? resourceAttributes?.['service.name'];
  return String(name ?? defaultResource().attributes['service.name']);
}

/** How many a second: the argument that stands beside the sampler's name. */
function perSecondFrom({ sampler, samplerArgument }: Settings): { tracesPerSecond?: number } {
  if (sampler === undefined || samplerArgument === undefined) return {};
  return { tracesPerSecond: Number(samplerArgument) };
}

const SAMPLER_ARGUMENT = 'OTEL_TRACES_SAMPLER_ARG';

/** Where the sampler is not named in the environment, its argument there is not meant for it. */
function ratioFrom({ sampler, samplerArgument }: Settings): number {
  if (sampler === undefined || samplerArgument === undefined) return 1;
  const ratio = Number(samplerArgument);
  if (ratio >= 0 && ratio <= 1) return ratio;
  report(
    `env.${SAMPLER_ARGUMENT}`,
    `${SAMPLER_ARGUMENT}: "${samplerArgument}" is no ratio from 0 to 1: it is ignored`,
  );
  return 1;
}
