import type {
  Attributes,
  ContextManager,
  TextMapPropagator,
  TracerOptions as ApiTracerOptions,
  TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import { withDeadline } from './deadline.js';
import { report } from './diagnostics.js';
import { setGlobals } from './globals.js';
import { RandomIdGenerator, type IdGenerator } from './ids.js';
import type { InstrumentationScope } from './instrumentation-scope.js';
import { resolveLimits, type GeneralLimits, type SpanLimits } from './limits.js';
import { attributeLimits, type Pipeline } from './pipeline.js';
import { platform } from './platform.js';
import { FanOut, type SpanProcessor } from './processor.js';
import { defaultResource, type Resource } from './resource.js';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from './sampler.js';
import { Tracer, type TracerConfigurator, type TracerSource } from './tracer.js';

/** Options of a {@link TracerProvider}; the names are those of the official SDK. */
export interface TracerProviderOptions {
  /** Default {@link defaultResource}. */
  resource?: Resource;
  /** Default: keep what the parent kept, and all roots. */
  sampler?: Sampler;
  /** In the order in which they see spans. Default none. */
  spanProcessors?: readonly SpanProcessor[];
  spanLimits?: SpanLimits;
  /** Limits for all attributes, where `spanLimits` says nothing. */
  generalLimits?: GeneralLimits;
  /** Default {@link RandomIdGenerator}. */
  idGenerator?: IdGenerator;
  /** Switches tracers on and off by scope (specification: TracerConfigurator). */
  tracerConfigurator?: TracerConfigurator;
  /** Bound of `forceFlush` and `shutdown` in milliseconds; 0 is no limit. Default 30000. */
  forceFlushTimeoutMillis?: number;
}

/** Options of {@link TracerProvider.getTracer}. */
export interface TracerOptions extends ApiTracerOptions {
  /** Attributes of the scope. */
  attributes?: Attributes;
}

/** What {@link TracerProvider.register} sets beside the provider; null leaves it as it is. */
export interface RegisterOptions {
  propagator?: TextMapPropagator | null;
  contextManager?: ContextManager | null;
}

/** How many tracers are kept to be handed out again; further ones are made anew each time. */
const KEPT_TRACERS = 1000;

/**
 * Makes tracers whose spans go through one pipeline (specification: TracerProvider). Any number of them
 * live side by side.
 *
 * @throws TypeError when a sampler, processor or id generator is not one
 */
export class TracerProvider implements ApiTracerProvider {
  readonly #pipeline: Pipeline;
  readonly #timeoutMillis: number;
  readonly #tracers = new Map<string, Tracer>();
  #source: TracerSource;
  #shutdown: Promise<void> | undefined;

  constructor(options: TracerProviderOptions = {}) {
    this.#pipeline = pipelineFrom(options);
    this.#timeoutMillis = options.forceFlushTimeoutMillis ?? 30_000;
    this.#source = { pipeline: this.#pipeline, configurator: options.tracerConfigurator };
  }

  /** @internal What this provider's tracers work with now. */
  get source(): TracerSource {
    return this.#source;
  }

  get resource(): Resource {
    return this.#pipeline.resource;
  }

  /**
   * A tracer for a scope; the same one for the same name, version, schema URL and attributes. A missing
   * name is reported and counts as empty.
   */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const scope = scopeFrom(name, version, options);
    const key = keyOf(scope);
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      tracer = new Tracer(this, scope);
      if (this.#tracers.size < KEPT_TRACERS) this.#tracers.set(key, tracer);
    }
    return tracer;
  }

  /** Replaces the tracer configurator, for tracers handed out already too. */
  setTracerConfigurator(configurator: TracerConfigurator | undefined): void {
    this.#source = { ...this.#source, configurator };
  }

  /**
   * Makes this the API's global provider, with a context manager and a propagator: those given, else
   * the platform's (`AsyncLocalStorageContextManager`, W3C trace context and baggage).
   *
   * @returns false, after a report, when another SDK holds one of the globals
   */
  register({ propagator, contextManager }: RegisterOptions = {}): boolean {
    return setGlobals({
      tracerProvider: this,
      propagator: propagator === undefined ? platform.propagator?.() : propagator,
      contextManager: contextManager === undefined ? platform.contextManager?.() : contextManager,
    });
  }

  /**
   * Exports what has ended so far.
   *
   * @throws what processors and exporters failed with, or a `TimeoutError`
   */
  forceFlush(options: { timeoutMillis?: number } = {}): Promise<void> {
    const timeout = options.timeoutMillis ?? this.#timeoutMillis;
    return withDeadline(this.#pipeline.processor.forceFlush(), timeout, 'forceFlush');
  }

  /** Exports what has ended so far before it returns, for a process that is ending now. */
  flushSync(timeoutMillis: number): void {
    this.#pipeline.processor.flushSync(timeoutMillis);
  }

  /**
   * Flushes and ends all processors. Spans started from now on are not recorded. Later calls return
   * the first one's promise.
   *
   * @throws like {@link forceFlush}
   */
  shutdown(): Promise<void> {
    this.#source = { ...this.#source, pipeline: undefined };
    return (this.#shutdown ??= withDeadline(
      this.#pipeline.processor.shutdown(),
      this.#timeoutMillis,
      'shutdown',
    ));
  }
}

function pipelineFrom(options: TracerProviderOptions): Pipeline {
  const sampler = options.sampler ?? new ParentBasedSampler({ root: new AlwaysOnSampler() });
  requireMethods('sampler', sampler, ['shouldSample']);
  const processors = options.spanProcessors ?? [];
  for (const processor of processors) {
    requireMethods('spanProcessors', processor, ['onStart', 'onEnd', 'forceFlush', 'shutdown']);
  }
  const ids = options.idGenerator ?? new RandomIdGenerator();
  requireMethods('idGenerator', ids, ['generateTraceId', 'generateSpanId']);
  const limits = resolveLimits(options.spanLimits, options.generalLimits);
  return Object.freeze({
    sampler,
    processor: new FanOut(processors),
    ids,
    resource: options.resource ?? defaultResource(),
    limits,
    ...attributeLimits(limits),
  });
}

function requireMethods(option: string, value: unknown, methods: readonly string[]): void {
  for (const method of methods) {
    if (typeof (value as Record<string, unknown> | null)?.[method] === 'function') continue;
    throw new TypeError(`${option}: ${describe(value)} has no method ${method}()`);
  }
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `a ${value.constructor?.name ?? 'nameless object'}`;
}

function scopeFrom(name: unknown, version?: string, options?: TracerOptions): InstrumentationScope {
  if (typeof name !== 'string' || name === '') {
    report('tracer.name', 'a tracer was asked for without a name; give the name of the library');
  }
  return Object.freeze({
    name: typeof name === 'string' ? name : '',
    ...(version ? { version } : undefined),
    ...(options?.schemaUrl ? { schemaUrl: options.schemaUrl } : undefined),
    ...(options?.attributes ? { attributes: Object.freeze({ ...options.attributes }) } : undefined),
  });
}

/** Equal for equal scopes: attributes are compared whatever their order. */
function keyOf({ name, version, schemaUrl, attributes }: InstrumentationScope): string {
  const sorted = attributes && Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  try {
    return JSON.stringify([name, version, schemaUrl, sorted]);
  } catch {
    return JSON.stringify([name, version, schemaUrl, Object.keys(attributes ?? {})]);
  }
}
