import {
  ROOT_CONTEXT,
  type Attributes,
  type Context,
  type ContextManager,
  type MeterProvider,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { CompositePropagator } from '../propagators/composite.js';
import { environmentGetter } from '../propagators/environment.js';
import {
  detectorRegistry,
  exporterRegistry,
  propagatorRegistry,
  samplerRegistry,
} from './components.js';
import {
  readEnvironment,
  readSetting,
  replaceEnvironment,
  type LogLevel,
  type Settings,
} from './config.js';
import { ConfigurationError } from './configuration/configuration-error.js';
import { parseConfigurationFile } from './configuration/parse.js';
import { configurationSource, silentSource } from './configuration/source.js';
import { detectResources, type ResourceDetector } from './detect-resources.js';
import { report } from './diagnostics.js';
import type { Doctor, DoctorAtWork, DoctorOptions } from './doctor/doctor.js';
import type { ExceptionLoggerProvider, ExceptionSignal } from './exception-log.js';
import type { SpanExporter } from './exporter.js';
import { environmentSource, namedDetectors, settingsOf } from './from-environment.js';
import type { IdGenerator } from './ids.js';
import type { GeneralLimits, SpanLimits } from './limits.js';
import { setLogLevel } from './log-level.js';
import { AsyncLocalStorageContextManager } from './node/context.js';
import { promptHostDetector } from './node/detectors/host.js';
import { processDetector } from './node/detectors/process.js';
import { serviceInstanceIdDetector } from './node/detectors/service-instance.js';
import { attended, beginUntilExit, createDoctor } from './node/doctor.js';
import { watchProcessEnd } from './node/exit.js';
import { claimGlobals } from './node/register.js';
import { PermanentPropagator, PermanentProvider } from './permanent.js';
import type { SpanProcessor } from './processor.js';
import { BatchSpanProcessor, type BufferConfig } from './processors/batch.js';
import { TracerProvider, type TracerProviderStats } from './provider.js';
import type { Registry } from './registry.js';
import { requireMethods } from './require-methods.js';
import { resourceFromAttributes, type Resource } from './resource.js';
import type { Sampler } from './sampler.js';
import type { Source } from './source.js';
import type { TracerConfigurator } from './tracer.js';

/** A component: its registered name, the name with options, or an instance. */
export type Component<T> = string | { readonly name: string; readonly options?: unknown } | T;

/**
 * Options of {@link start}. What is not given comes from the configuration file, where there is one, or else from
 * the environment, then from the defaults.
 */
export interface StartOptions {
  /**
   * The path of an OpenTelemetry configuration file (YAML), relative to the current directory. It takes the place
   * of the environment, of which only those variables count that the file refers to; the other options win over
   * it, part by part. Default: what `OTEL_CONFIG_FILE` says; none.
   */
  configFile?: string;
  /** The service's name: `service.name` of the resource. Default `unknown_service:<executable>`. */
  serviceName?: string;
  /** More about the service; wins over the environment, loses to `serviceName`. */
  resource?: Resource | Attributes;
  /**
   * What finds out more about service, process and machine; what the environment or `resource` says wins. An
   * empty list means none, `all` all of ours. Default `host`, `process` and `serviceinstance`, as far as they
   * need not wait: then spans need not wait for them either.
   */
  resourceDetectors?: readonly Component<ResourceDetector>[];
  /** In the order in which they run. An empty list means none. Default `tracecontext`, `baggage`. */
  propagators?: readonly Component<TextMapPropagator>[];
  /** Default `parentbased_always_on`. */
  sampler?: Component<Sampler>;
  /**
   * Where spans go. An empty list means nowhere. Default `console`, the tree in the terminal; `otlp`
   * where `NODE_ENV` is `production` or an OTLP endpoint is set in the environment.
   */
  exporters?: readonly Component<SpanExporter | SpanProcessor>[];
  /** Run before the exporters' own processors. Default none. */
  spanProcessors?: readonly SpanProcessor[];
  /** Options of the batch processors that exporters get. */
  batch?: BufferConfig;
  spanLimits?: SpanLimits;
  generalLimits?: GeneralLimits;
  idGenerator?: IdGenerator;
  tracerConfigurator?: TracerConfigurator;
  /**
   * Where `span.recordException` goes: to span events, to log records by `loggerProvider`, or to both
   * (`logs/dup`). Default `events`.
   */
  exceptionSignal?: ExceptionSignal;
  /** Takes exceptions as log records: a logger provider such as that of `@opentelemetry/sdk-logs`. */
  loggerProvider?: ExceptionLoggerProvider;
  /** Where the metrics of the SDK itself go (`otel.sdk.*`). Default: nowhere. */
  meterProvider?: MeterProvider;
  /** Default `AsyncLocalStorageContextManager`. */
  contextManager?: ContextManager;
  /**
   * Whether this process continues the trace, and has the baggage, that its parent left in the environment
   * (`TRACEPARENT` and so on, in the names of the propagators). Then they are active wherever nothing else
   * is; what a server receives without a trace still begins one. Only with the default context manager.
   * Default true.
   */
  contextFromEnvironment?: boolean;
  /** Whether nothing is traced; contexts are still propagated. Default false. */
  disabled?: boolean;
  /**
   * How much of what the SDK and instrumentations say through the API's `diag` is shown on the console,
   * unless the app has set a logger there. By default warnings of the SDK alone are shown.
   */
  logLevel?: LogLevel;
  /**
   * Looks for what goes wrong without a word, and says so on standard error: spans that are never ended, context that
   * is lost, exports that fail, and so on. Default false.
   */
  doctor?: boolean | DoctorOptions;
  /** Whether to flush when the process ends or is told to. Default true. */
  flushAtExit?: boolean;
}

/** What {@link start} returns. */
export interface Sdk {
  readonly provider: TracerProvider;
  /** What goes wrong without a word; only with the option `doctor`. */
  readonly doctor?: Doctor;
  /** What has become of the spans so far, for people and health checks: a plain object. */
  stats(): TracerProviderStats;
  /** Exports what has ended so far. Rejects with what failed. */
  forceFlush(): Promise<void>;
  /** Flushes and ends everything; `start()` may be called again afterwards. */
  shutdown(): Promise<void>;
}

const permanentProvider = new PermanentProvider();
const permanentPropagator = new PermanentPropagator();
const permanentContextManager = new AsyncLocalStorageContextManager();
let running: Sdk | undefined;

/**
 * Sets up tracing for this process and registers it with the API, synchronously. Options win over the
 * configuration file or the environment, these over the defaults.
 *
 * A second call without a `shutdown()` in between is reported and changes nothing.
 *
 * @throws RangeError or TypeError for a wrong name or value among the options, before anything is
 *   registered (what is wrong in the environment is reported, and the rest used)
 * @throws ConfigurationError for a `configFile` that cannot be used (where `OTEL_CONFIG_FILE` names it, that is
 *   reported, and nothing is traced)
 * @throws Error when another SDK holds the API's globals, naming it
 */
export function start(options: StartOptions = {}): Sdk {
  if (running !== undefined) {
    report('start.twice', 'start() was called again: call shutdown() first; nothing is changed');
    return running;
  }
  try {
    return begin(options);
  } catch (error) {
    replaceEnvironment(undefined);
    throw error;
  }
}

function begin(options: StartOptions): Sdk {
  const doctor = doctorFrom(options, () => provider.stats().processors);
  const { isOff, propagator, provider } = assemble(
    doctor ? { ...options, attendant: doctor.spans } : options,
  );
  const { contextManager = permanentContextManager } = options;
  claimGlobals({
    tracerProvider: permanentProvider,
    propagator: permanentPropagator,
    contextManager,
  });
  if (contextManager === permanentContextManager) {
    permanentContextManager.base = contextFrom(options, propagator);
  }
  permanentPropagator.current = propagator;
  permanentProvider.current = isOff ? undefined : provider;
  const unwatch =
    options.flushAtExit === false
      ? () => {}
      : watchProcessEnd(doctor ? attended(provider, doctor) : provider);
  if (doctor) beginUntilExit(doctor);

  const sdk: Sdk = {
    provider,
    ...(doctor && { doctor }),
    stats: () => provider.stats(),
    forceFlush: () => provider.forceFlush(),
    shutdown: () => {
      if (running === sdk) {
        running = undefined;
        permanentProvider.current = undefined;
        permanentContextManager.base = ROOT_CONTEXT;
        replaceEnvironment(undefined);
        unwatch();
        doctor?.close();
      }
      const closed = provider.shutdown();
      if (doctor) endAfter(closed, doctor);
      return closed;
    },
  };
  running = sdk;
  return sdk;
}

function endAfter(closed: Promise<void>, doctor: DoctorAtWork): void {
  const end = (): void => doctor.end();
  closed.then(end, end);
}

function doctorFrom(
  { doctor = readSetting('doctor', process.env) ?? false }: StartOptions,
  processorStats: () => readonly object[],
): DoctorAtWork | undefined {
  if (doctor === false) return undefined;
  const options = doctor === true ? {} : doctor;
  return createDoctor({ registered: permanentProvider, processorStats }, options);
}

/** The parts that code, file and environment say. */
interface Assembled {
  readonly isOff: boolean;
  readonly propagator: TextMapPropagator;
  readonly provider: TracerProvider;
}

/** Options with what sees spans before all others. */
interface Attended extends StartOptions {
  readonly attendant?: SpanProcessor;
}

function assemble(options: Attended): Assembled {
  const named = readSetting('configFile') ?? readSetting('experimentalConfigFile');
  const file = options.configFile ?? named;
  if (file === undefined) return assembleFrom(options, theEnvironment(options));
  try {
    return assembleFrom(options, theFile(options, file));
  } catch (error) {
    if (options.configFile !== undefined || !(error instanceof ConfigurationError)) throw error;
    const message = `OTEL_CONFIG_FILE cannot be used, and nothing is traced: ${error.message}`;
    report('configuration.file', message);
    return assembleFrom(options, silentSource());
  }
}

function theEnvironment({ logLevel }: StartOptions): Source {
  const shown = logLevel ?? readSetting('logLevel');
  // First of all, as it also holds for what is wrong with the other variables.
  if (shown !== undefined) setLogLevel(shown);
  return environmentSource(readEnvironment(process.env));
}

function theFile({ logLevel }: StartOptions, file: string): Source {
  const source = configurationSource(parseConfigurationFile(file));
  const shown = logLevel ?? source.settings.logLevel;
  if (shown !== undefined) setLogLevel(shown);
  replaceEnvironment(source.settings);
  return source;
}

function assembleFrom(options: StartOptions, said: Source): Assembled {
  const hasProvider = said.hasProvider || options.exporters || options.spanProcessors;
  const isOff = options.disabled ?? (said.settings.disabled === true || !hasProvider);
  const source = { ...said, settings: { ...said.settings, disabled: isOff } };
  return {
    isOff,
    propagator: propagatorFrom(options, source),
    provider: providerFrom(options, source),
  };
}

/** Always a composite: it is the shield around a user's own propagator. */
function propagatorFrom(options: StartOptions, source: Source): TextMapPropagator {
  const propagators =
    options.propagators === undefined
      ? source.propagators()
      : fromCode('propagators', options.propagators, propagatorRegistry, source.settings);
  return new CompositePropagator({ propagators });
}

/** What the parent process has left in the environment (specification: environment variable carriers). */
function contextFrom(options: StartOptions, propagator: TextMapPropagator): Context {
  if (options.contextFromEnvironment === false) return ROOT_CONTEXT;
  return propagator.extract(ROOT_CONTEXT, process.env, environmentGetter);
}

function providerFrom(options: Attended, source: Source): TracerProvider {
  const { settings } = source;
  const resource = resourceFrom(options, source);
  const sampler = samplerFrom(options, source, resource);
  const idGenerator = options.idGenerator ?? source.idGenerator();
  const tracerConfigurator = options.tracerConfigurator ?? source.tracerConfigurator();
  return new TracerProvider({
    resource,
    ...(sampler && { sampler }),
    spanProcessors: [
      ...(options.attendant ? [options.attendant] : []),
      ...(options.spanProcessors ?? []),
      ...exportersFrom(options, source).map((exporter) =>
        processorFor(exporter, { ...settings.batch, ...options.batch }),
      ),
    ],
    spanLimits: { ...settings.spanLimits, ...options.spanLimits },
    generalLimits: { ...settings.generalLimits, ...options.generalLimits },
    ...(idGenerator && { idGenerator }),
    ...(tracerConfigurator && { tracerConfigurator }),
    exceptionSignal: options.exceptionSignal ?? settings.exceptionSignal ?? 'events',
    ...(options.loggerProvider && { loggerProvider: options.loggerProvider }),
    ...(options.meterProvider && { meterProvider: options.meterProvider }),
  });
}

/** Default, then detectors, then environment, then code (specification: resource SDK). */
function resourceFrom(options: StartOptions, source: Source): Resource {
  const { resource, serviceName } = options;
  const given = resource === undefined || isResource(resource) ? resource : undefined;
  const attributes = resource === undefined || isResource(resource) ? {} : resource;
  return source
    .resource(detectedFrom(options, source, given))
    .merge(given ?? null)
    .merge(resourceFromAttributes({ ...attributes, ...named(serviceName) }));
}

/** What detectors find: those that code names, else the environment, else those by default. */
function detectedFrom(
  options: StartOptions,
  source: Source,
  given: Resource | undefined,
): Resource | undefined {
  const chosen = detectorsFrom(options, source);
  if (source.settings.disabled) return undefined;
  if (chosen !== undefined) return detectResources({ detectors: chosen });
  const detected = detectResources({
    detectors: [promptHostDetector, processDetector, serviceInstanceIdDetector],
  });
  // Nobody asked for these: the schema URL of the given resource stands.
  return given?.schemaUrl ? resourceFromAttributes(detected.attributes) : detected;
}

function detectorsFrom(
  { resourceDetectors }: StartOptions,
  source: Source,
): ResourceDetector[] | undefined {
  if (resourceDetectors === undefined) return source.detectors();
  const named = resourceDetectors.flatMap<Component<ResourceDetector>>((detector) =>
    typeof detector === 'string' ? namedDetectors(detector) : [detector],
  );
  const detectors = fromCode('resourceDetectors', named, detectorRegistry, source.settings);
  for (const detector of detectors) requireMethods('resourceDetectors', detector, ['detect']);
  return detectors;
}

function named(serviceName: string | undefined): Attributes {
  return serviceName === undefined ? {} : { 'service.name': serviceName };
}

function isResource(value: Resource | Attributes): value is Resource {
  return typeof (value as Resource).merge === 'function';
}

function samplerFrom(
  options: StartOptions,
  source: Source,
  resource: Resource,
): Sampler | undefined {
  if (options.sampler !== undefined) {
    const settings = settingsOf(resource, source.settings);
    return fromCode('sampler', [options.sampler], samplerRegistry, settings)[0];
  }
  return source.sampler(resource);
}

function exportersFrom(
  options: StartOptions,
  source: Source,
): readonly (SpanExporter | SpanProcessor)[] {
  if (source.settings.disabled) return [];
  if (options.exporters !== undefined) {
    return fromCode('exporters', options.exporters, exporterRegistry, source.settings);
  }
  return source.exporters();
}

function processorFor(exporter: SpanExporter | SpanProcessor, batch: BufferConfig): SpanProcessor {
  return 'onEnd' in exporter ? exporter : new BatchSpanProcessor(exporter, batch);
}

/** What the code names or gives: the first mistake throws. */
function fromCode<T>(
  option: string,
  given: readonly Component<T>[],
  registry: Registry<T>,
  settings: Settings,
): T[] {
  return given.flatMap((component) => {
    if (typeof component === 'string') {
      if (component.toLowerCase() === 'none') return [];
      return [create(option, component, undefined, registry, settings)];
    }
    if (isNamed(component)) {
      return [create(option, component.name, component.options, registry, settings)];
    }
    if (typeof component === 'object' && component !== null) return [component as T];
    throw new TypeError(`${option}: ${String(component)} is neither a name nor a component`);
  });
}

function create<T>(
  option: string,
  name: string,
  options: unknown,
  registry: Registry<T>,
  settings: Settings,
): T {
  if (!registry.has(name)) throw new RangeError(`${option}: ${registry.unknown(name)}`);
  return registry.create(name, options, settings);
}

/** A plain object with a name; components may have a name too, but they are of a class. */
function isNamed(component: unknown): component is { name: string; options?: unknown } {
  if (typeof component !== 'object' || component === null) return false;
  const plain = Object.getPrototypeOf(component) === Object.prototype;
  if (!plain || typeof (component as { name?: unknown }).name !== 'string') return false;
  return Object.keys(component).every((key) => key === 'name' || key === 'options');
}
