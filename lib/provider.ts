import type {
  ContextManager,
  MeterProvider,
  TextMapPropagator,
  TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import { allEnded } from './all-ended.js';
import { withDeadline } from './deadline.js';
import { diagnosticCounts, report } from './diagnostics.js';
import {
  EXCEPTION_SIGNALS,
  ExceptionLog,
  type ExceptionLoggerProvider,
  type ExceptionSignal,
} from './exception-log.js';
import type { FlushOptions } from './exporter.js';
import { setGlobals } from './globals.js';
import { idsFrom, randomIds } from './identity.js';
import { CheckedIdGenerator, type IdGenerator } from './ids.js';
import { resolveLimits, type GeneralLimits, type SpanLimits } from './limits.js';
import { attributeLimits, type Pipeline } from './pipeline.js';
import { platform } from './platform.js';
import { FanOut, type SpanProcessor } from './processor.js';
import { requireMethods } from './require-methods.js';
import { defaultResource, type Resource } from './resource.js';
import { AlwaysOnSampler, ParentBasedSampler, shutdownSamplers, type Sampler } from './sampler.js';
import { SelfObservation } from './self-observation.js';
import { SpanCounts, type SpanStats } from './span-counts.js';
import type { Tracer, TracerConfigurator, TracerSource } from './tracer.js';
import { Tracers, type TracerOptions } from './tracers.js';

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
  /** Default `RandomIdGenerator`. */
  idGenerator?: IdGenerator;
  /** Switches tracers on and off by scope (specification: TracerConfigurator). */
  tracerConfigurator?: TracerConfigurator;
  /** Bound of `forceFlush` and `shutdown` in milliseconds; 0 is no limit. Default 30000. */
  forceFlushTimeoutMillis?: number;
  /**
   * Where `span.recordException` goes: to span events, to log records by `loggerProvider`, or to both
   * (`logs/dup`). Default `events`.
   */
  exceptionSignal?: ExceptionSignal;
  /** Takes exceptions as log records: a logger provider such as that of `@opentelemetry/sdk-logs`. */
  loggerProvider?: ExceptionLoggerProvider;
  /**
   * Where the metrics of the SDK itself go (`otel.sdk.*`): spans started and open, what processors and exporters
   * did with them. Default: nowhere.
   */
  meterProvider?: MeterProvider;
}

/** What {@link TracerProvider.stats} tells: a plain object that JSON can hold. */
export interface TracerProviderStats {
  readonly spans: SpanStats;
  /** What the processors tell that tell anything, in their order; ours tell {@link ProcessorStats}. */
  readonly processors: readonly object[];
  /** How often each code was reported in this process, whichever provider it was. */
  readonly diagnostics: Readonly<Record<string, number>>;
}

/** What {@link TracerProvider.register} sets beside the provider; null leaves it as it is. */
export interface RegisterOptions {
  propagator?: TextMapPropagator | null;
  contextManager?: ContextManager | null;
}

/**
 * Makes tracers whose spans go through one pipeline (specification: TracerProvider). Any number of them
 * live side by side.
 *
 * @throws TypeError when a sampler, processor or id generator is not one
 */
export class TracerProvider implements ApiTracerProvider {
  readonly #pipeline: Pipeline;
  readonly #timeoutMillis: number;
  readonly #tracers = new Tracers(this);
  #source: TracerSource;
  #shutdown: Promise<void> | undefined;

  constructor(options: TracerProviderOptions = {}) {
    this.#pipeline = pipelineFrom(options);
    this.#timeoutMillis = options.forceFlushTimeoutMillis ?? 30_000;
    this.#source = { pipeline: this.#pipeline, configurator: options.tracerConfigurator };
    if (options.meterProvider) observe(this.#pipeline, options.meterProvider);
  }

  /** @internal What this provider's tracers work with now. */
  get source(): TracerSource {
    return this.#source;
  }

  get resource(): Resource {
    return this.#pipeline.resource;
  }

  /** How many recording spans have ended so far. */
  get endedSpans(): number {
    return this.#pipeline.counts.ended;
  }

  /** What has become of the spans so far, for people and health checks. Costs nothing until it is asked for. */
  stats(): TracerProviderStats {
    const { counts, processor } = this.#pipeline;
    return {
      spans: counts.snapshot(),
      processors: processor.stats(),
      diagnostics: Object.fromEntries(diagnosticCounts()),
    };
  }

  /**
   * A tracer for a scope; the same one for the same name, version, schema URL and attributes. A missing
   * name is reported and counts as empty.
   */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return this.#tracers.get(name, version, options);
  }

  /** Replaces the tracer configurator, for tracers handed out already too. */
  setTracerConfigurator(configurator: TracerConfigurator | undefined): void {
    this.#source = { ...this.#source, configurator };
  }

  /**
   * Makes this the API's global provider, with a context manager and a propagator: those given, else
   * the platform's: an `AsyncLocalStorageContextManager`, and the propagators of `OTEL_PROPAGATORS`, by
   * default W3C trace context and baggage.
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
   * Exports what has ended so far. A failure is also reported, but not where the process is about to end:
   * who ends it does that.
   *
   * @throws what processors and exporters failed with, or a `TimeoutError`
   */
  forceFlush({ timeoutMillis, isEnding = false }: FlushOptions = {}): Promise<void> {
    const timeout = timeoutMillis ?? this.#timeoutMillis;
    const flushed = withDeadline(
      this.#pipeline.processor.forceFlush({
        timeoutMillis: timeout,
        ...(isEnding && { isEnding }),
      }),
      timeout,
      'forceFlush',
    );
    return isEnding ? flushed : reported('provider.flush-failed', flushed);
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
    return (this.#shutdown ??= this.#close());
  }

  #close(): Promise<void> {
    this.#source = { ...this.#source, pipeline: undefined };
    const { processor, sampler } = this.#pipeline;
    const closed = allEnded([processor.shutdown(), shutdownSamplers([sampler])]);
    return reported(
      'provider.shutdown-failed',
      withDeadline(closed, this.#timeoutMillis, 'shutdown'),
    );
  }
}

function pipelineFrom(options: TracerProviderOptions): Pipeline {
  const sampler = options.sampler ?? new ParentBasedSampler({ root: new AlwaysOnSampler() });
  requireMethods('sampler', sampler, ['shouldSample']);
  const processors = options.spanProcessors ?? [];
  for (const processor of processors) {
    requireMethods('spanProcessors', processor, ['onStart', 'onEnd', 'forceFlush', 'shutdown']);
  }
  const { idGenerator } = options;
  if (idGenerator) {
    requireMethods('idGenerator', idGenerator, ['generateTraceId', 'generateSpanId']);
  }
  const limits = resolveLimits(options.spanLimits, options.generalLimits);
  return Object.freeze({
    sampler,
    processor: new FanOut(processors),
    ids: idGenerator ? idsFrom(new CheckedIdGenerator(idGenerator)) : randomIds,
    resource: options.resource ?? defaultResource(),
    counts: new SpanCounts(),
    exceptionLog: exceptionLogFrom(options),
    limits,
    ...attributeLimits(limits),
  });
}

/** @throws RangeError or TypeError for a signal or a logger provider that is none */
function exceptionLogFrom({
  exceptionSignal: signal = 'events',
  loggerProvider,
}: TracerProviderOptions): ExceptionLog | undefined {
  if (loggerProvider) requireMethods('loggerProvider', loggerProvider, ['getLogger']);
  if (!EXCEPTION_SIGNALS.includes(signal)) {
    const known = EXCEPTION_SIGNALS.join(', ');
    throw new RangeError(`exceptionSignal must be one of ${known}, not "${signal}"`);
  }
  if (signal === 'events') return undefined;
  if (loggerProvider) return new ExceptionLog(loggerProvider, signal === 'logs/dup');
  report(
    'exception-log.no-provider',
    `exceptions are to go to ${signal}, but there is no loggerProvider: they stay on spans; give one`,
  );
  return undefined;
}

function observe({ counts, processor }: Pipeline, meterProvider: MeterProvider): void {
  requireMethods('meterProvider', meterProvider, ['getMeter']);
  SelfObservation.of(meterProvider)?.spans(counts);
  processor.observeWith(meterProvider);
}

/**
 * The promise itself, with its failure reported: who does not wait for it, in a signal handler say, must
 * not lose the process to an unhandled rejection.
 */
function reported(code: string, promise: Promise<void>): Promise<void> {
  promise.catch((error: unknown) => {
    report(
      code,
      'not all spans could be exported: the error says why, and stats() what became of them',
      error,
    );
  });
  return promise;
}
