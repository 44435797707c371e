import {
  context as contextApi,
  INVALID_SPAN_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span as ApiSpan,
  type SpanContext,
  type SpanOptions,
  type Tracer as ApiTracer,
} from '@opentelemetry/api';
import { mergedAttributes } from './attributes.js';
import {
  anchorForRoot,
  currentAnchor,
  isBefore,
  momentOf,
  monotonicNow,
  toHrTime,
} from './clock.js';
import type { Anchor, Moment } from './clock.js';
import {
  isTracingSuppressed,
  REMOTE_PARENT_ATTRIBUTES_KEY,
  setSpan,
  SPAN_KEY,
  valueIn,
} from './context.js';
import { report } from './diagnostics.js';
import { DroppedSpan } from './dropped-span.js';
import type { IdSource, SpanIdentity } from './identity.js';
import { hasValidIds, RANDOM_FLAG } from './ids.js';
import type { InstrumentationScope } from './instrumentation-scope.js';
import type { Pipeline } from './pipeline.js';
import {
  answerByParent,
  askSampler,
  SamplingDecision,
  type SampledParent,
  type SamplingResult,
} from './sampler.js';
import { identityOf, Span, textOf } from './span.js';

/** What may be configured for the tracers of one scope (specification: TracerConfig). */
export interface TracerConfig {
  /** Whether the tracer makes spans. Default true. */
  enabled?: boolean;
}

/** Configures tracers by their scope; null and undefined mean the default. */
export type TracerConfigurator = (scope: InstrumentationScope) => TracerConfig | null | undefined;

/**
 * Where a tracer finds what it works with. It looks at each span anew, so that tracers obtained long
 * ago follow a provider that is started, reconfigured or shut down.
 */
export interface TracerSource {
  /** `undefined` when there is nothing to record with: before a start, after a shutdown. */
  readonly pipeline: Pipeline | undefined;
  readonly configurator: TracerConfigurator | undefined;
}

const NO_OPTIONS: SpanOptions = Object.freeze({});
const NO_ATTRIBUTES: Attributes = Object.freeze({});
const NO_LINKS: Link[] = Object.freeze([]) as unknown as Link[];
const SAMPLED_FLAG = 0x01;

/**
 * Starts spans for one instrumentation scope (specification: Tracer). Its fields are plain, not
 * `#private`, so that users may put a proxy or an inheriting object in front of it.
 */
export class Tracer implements ApiTracer {
  private readonly owner: { readonly source: TracerSource };
  private readonly scope: InstrumentationScope;
  private configuredBy: TracerConfigurator | undefined = undefined;
  private configuredOn = true;

  /** Tracers come from a provider. */
  constructor(owner: { readonly source: TracerSource }, scope: InstrumentationScope) {
    this.owner = owner;
    this.scope = scope;
    this.isConfiguredOn(owner.source);
  }

  /** The library that this tracer's spans are made by. */
  get instrumentationScope(): InstrumentationScope {
    return this.scope;
  }

  /**
   * Whether a span started now could be recorded by anybody: false without a processor, after
   * shutdown, and when the tracer is configured off. Worth asking before costly work for attributes.
   */
  enabled(): boolean {
    const { source } = this.owner;
    return (source.pipeline?.processor.size ?? 0) > 0 && this.isConfiguredOn(source);
  }

  /**
   * Starts a span, without making it the active one (specification: span creation). Give it the attributes
   * that are known by now: samplers see no others.
   *
   * @param context holds the parent; the active context by default
   */
  startSpan(name: string, options?: SpanOptions, context?: Context): ApiSpan {
    try {
      return this.start(name, options ?? NO_OPTIONS, contextOrActive(context));
    } catch (error) {
      report('tracer.threw', 'a span could not be started: it is not recorded', error);
      return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    }
  }

  /**
   * Starts a span and runs a function in a context where it is the active one. It does not end the
   * span; `withSpan` does.
   */
  startActiveSpan<F extends (span: ApiSpan) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: ApiSpan) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: ApiSpan) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: ApiSpan) => unknown>(
    name: string,
    optionsOrFn: SpanOptions | F,
    contextOrFn?: Context | F,
    fn?: F,
  ): ReturnType<F> | undefined {
    const run = fn ?? (typeof contextOrFn === 'function' ? contextOrFn : optionsOrFn);
    if (typeof run !== 'function') return undefined;
    const options = typeof optionsOrFn === 'function' ? undefined : optionsOrFn;
    const parent = contextOrActive(typeof contextOrFn === 'function' ? undefined : contextOrFn);
    const span = this.startSpan(name, options, parent);
    const active = setSpan(parent, span);
    return contextApi.with(active, run as (span: ApiSpan) => ReturnType<F>, undefined, span);
  }

  /** Steps 1 to 6 of a span's path. Throws only what somebody's context, parent or options throw. */
  private start(name: string, options: SpanOptions, context: Context): ApiSpan {
    if (isTracingSuppressed(context)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

    const contextSpan = valueIn(context, SPAN_KEY) as ApiSpan | undefined;
    const parentSpan = options.root ? undefined : contextSpan;
    const { source } = this.owner;
    const { pipeline } = source;
    if (pipeline === undefined || !this.isConfiguredOn(source)) return nonRecording(parentSpan);

    // 1. The parent: an invalid one counts as none.
    const parent = validParent(parentSpan);
    if (parent === undefined && contextSpan !== undefined) context = context.deleteValue(SPAN_KEY);

    // 2. The ids: the parent's trace or a new one; a new span id follows, whatever the sampler says.
    const { ids } = pipeline;
    const traceId = parent === undefined ? ids.newTraceId() : parent.traceId;

    // 3. The sampler.
    if (typeof name !== 'string') name = textOf(name);
    const kind = kindOf(options.kind);
    const links = Array.isArray(options.links) ? options.links : NO_LINKS;
    const attributes = options.attributes ?? NO_ATTRIBUTES;
    const sampling =
      answerByParent(pipeline.sampler, parent) ??
      askSampler(pipeline.sampler, context, String(traceId), name, kind, attributes, links);
    const identity = ids.newIdentity(
      traceId,
      flagsFor(sampling, parent, ids),
      sampling.traceState ?? parent?.traceState,
    );
    if (sampling.decision === SamplingDecision.NOT_RECORD) {
      pipeline.counts.start(parent, SamplingDecision.NOT_RECORD);
      return new DroppedSpan(identity);
    }

    // 4. The span.
    const localParent = parentSpan instanceof Span && parent !== undefined ? parentSpan : undefined;
    const now = monotonicNow();
    const given = givenStart(options);
    const anchor = anchorFor(localParent, now);
    const start = given ?? startingNow(localParent, now, anchor);
    const span = new Span(pipeline, this.scope, identity, parent, name, kind, anchor, start);

    // 5. Attributes: the caller's, then the sampler's, which win.
    if (sampling.attributes !== undefined) setBoth(span, attributes, sampling.attributes);
    else if (attributes !== NO_ATTRIBUTES) span.setAttributes(attributes);
    if (parent?.isRemote === true) {
      const extra = context.getValue(REMOTE_PARENT_ATTRIBUTES_KEY);
      if (extra !== undefined) span.setAttributes(extra as Attributes);
    }
    if (links !== NO_LINKS) span.addLinks(links);

    // 6. The processors.
    pipeline.counts.start(parent, sampling.decision);
    pipeline.processor.onStart(span, context);
    return span;
  }

  private isConfiguredOn(source: TracerSource): boolean {
    const { configurator } = source;
    if (configurator !== this.configuredBy) {
      this.configuredBy = configurator;
      this.configuredOn = configuredOn(configurator, this.scope);
    }
    return this.configuredOn;
  }
}

/** As one set, so that the limits count each key once; in turn where a getter throws. */
function setBoth(span: Span, attributes: Attributes, winning: Attributes): void {
  const both = mergedAttributes(attributes, winning);
  if (both !== undefined) span.setAttributes(both);
  else span.setAttributes(attributes).setAttributes(winning);
}

/** The context given, or the active one where none, or something else, was given. */
function contextOrActive(context: Context | undefined): Context {
  return typeof context?.getValue === 'function' ? context : contextApi.active();
}

function kindOf(kind: SpanKind | undefined): SpanKind {
  if (kind === undefined || kind === null) return SpanKind.INTERNAL;
  if (typeof kind === 'number' && SpanKind[kind] !== undefined) return kind;
  const given = typeof kind === 'object' ? 'an object' : String(kind);
  report('span.kind', `${given} is no span kind: INTERNAL is used`);
  return SpanKind.INTERNAL;
}

function configuredOn(
  configurator: TracerConfigurator | undefined,
  scope: InstrumentationScope,
): boolean {
  try {
    return configurator?.(scope)?.enabled ?? true;
  } catch (error) {
    report(
      'tracer-configurator.threw',
      'a tracer configurator threw: its tracer stays on; mend that configurator',
      error,
    );
    return true;
  }
}

/** Specification: behaviour of the API without an SDK. */
function nonRecording(parent: ApiSpan | undefined): ApiSpan {
  if (parent === undefined) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  return parent.isRecording() ? trace.wrapSpanContext(parent.spanContext()) : parent;
}

/** Our own spans have valid ids by construction; others are looked at. */
function validParent(parent: ApiSpan | undefined): SpanIdentity | SpanContext | undefined {
  if (parent === undefined) return undefined;
  const identity = identityOf(parent);
  if (identity !== undefined) return identity;
  const context = parent.spanContext();
  return hasValidIds(context) ? context : undefined;
}

/** Sampled by decision; the random bit is the parent's, or, for a root, the generator's promise. */
function flagsFor(
  sampling: SamplingResult,
  parent: SampledParent | undefined,
  ids: IdSource,
): number {
  const sampled = sampling.decision === SamplingDecision.RECORD_AND_SAMPLED ? SAMPLED_FLAG : 0;
  if (parent !== undefined) return sampled | (parent.traceFlags & RANDOM_FLAG);
  return sampled | (ids.generatesRandomTraceIds ? RANDOM_FLAG : 0);
}

/** The clock of a span. A child keeps to that of its open parent; the child of an ended one takes the process's. */
function anchorFor(parent: Span | undefined, now: number): Anchor {
  if (parent === undefined) return anchorForRoot(now);
  return parent.isRecording() ? parent.anchor : currentAnchor();
}

/** When a span starts for which no time was given: now, but never before its parent did. */
function startingNow(parent: Span | undefined, now: number, anchor: Anchor): Moment {
  if (parent === undefined || anchor === parent.anchor) return now;
  const parentStart = parent.startTime;
  return isBefore(toHrTime(now, anchor), parentStart) ? parentStart : now;
}

function givenStart({ startTime }: SpanOptions): Moment | undefined {
  if (startTime === undefined || startTime === null) return undefined;
  const start = momentOf(startTime);
  if (start === undefined) {
    report(
      'span.time',
      'a start time is neither a number, a Date nor [seconds, nanoseconds]: now is used',
    );
  }
  return start;
}
