import type {
  Attributes,
  Context,
  Link,
  Span,
  SpanContext,
  SpanKind,
  TraceState,
} from '@opentelemetry/api';
import { allEnded } from './all-ended.js';
import { SPAN_KEY, valueIn } from './context.js';
import { report } from './diagnostics.js';
import { hasValidIds } from './ids.js';
import { requireMethods } from './require-methods.js';

/** What is to become of a new span. The numbers are those of the official SDK. */
export const SamplingDecision = {
  /** Not recorded, not exported. */
  NOT_RECORD: 0,
  /** Recorded: processors see it, exporters do not. */
  RECORD: 1,
  /** Recorded and exported. */
  RECORD_AND_SAMPLED: 2,
} as const;
export type SamplingDecision = (typeof SamplingDecision)[keyof typeof SamplingDecision];

/** A sampler's answer. It may be shared by many spans: nobody changes it. */
export interface SamplingResult {
  decision: SamplingDecision;
  /** Added to the span's attributes; they win over the caller's. */
  attributes?: Readonly<Attributes>;
  /** The span's trace state. `undefined` keeps the parent's; an empty one clears it. */
  traceState?: TraceState;
}

/** Decides which spans are recorded and exported (specification: sampler). */
export interface Sampler {
  /**
   * @param context holds the parent span, if there is one
   * @param traceId of the span to be
   */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  /** The sampler's description. */
  toString(): string;
  /** Ends what it does on its own, such as asking a server; called when its provider is shut down. */
  shutdown?(): Promise<void>;
}

/** The arguments of {@link Sampler.shouldSample}, to be handed on. */
export type SamplingInput = Parameters<Sampler['shouldSample']>;

const KEEP: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const DROP: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

/** Records and exports every span. */
export class AlwaysOnSampler implements Sampler {
  shouldSample(): SamplingResult {
    return KEEP;
  }
  toString(): string {
    return 'AlwaysOnSampler';
  }
}

/** Drops every span. */
export class AlwaysOffSampler implements Sampler {
  shouldSample(): SamplingResult {
    return DROP;
  }
  toString(): string {
    return 'AlwaysOffSampler';
  }
}

/** Which sampler answers for which kind of parent. */
export interface ParentBasedSamplerOptions {
  /** For spans without a parent. */
  root: Sampler;
  /** Default {@link AlwaysOnSampler}. */
  remoteParentSampled?: Sampler;
  /** Default {@link AlwaysOffSampler}. */
  remoteParentNotSampled?: Sampler;
  /** Default {@link AlwaysOnSampler}. */
  localParentSampled?: Sampler;
  /** Default {@link AlwaysOffSampler}. */
  localParentNotSampled?: Sampler;
}

const PARENT_BASED_OPTIONS = [
  'root',
  'remoteParentSampled',
  'remoteParentNotSampled',
  'localParentSampled',
  'localParentNotSampled',
] as const satisfies readonly (keyof ParentBasedSamplerOptions)[];

/** The span context of the parent in a context, where there is one that is valid. */
export function parentIn(context: Context): SpanContext | undefined {
  const parent = (valueIn(context, SPAN_KEY) as Span | undefined)?.spanContext();
  return hasValidIds(parent) ? parent : undefined;
}

/**
 * Does what the parent did, and asks another sampler for roots (specification: ParentBased).
 *
 * @throws TypeError when `root` is missing, or one of them is no sampler
 */
export class ParentBasedSampler implements Sampler {
  readonly #root: Sampler;
  readonly #remoteSampled: Sampler;
  readonly #remoteNotSampled: Sampler;
  readonly #localSampled: Sampler;
  readonly #localNotSampled: Sampler;

  constructor(options: ParentBasedSamplerOptions) {
    for (const name of PARENT_BASED_OPTIONS) {
      const sampler = options?.[name];
      if (name === 'root' || sampler) requireMethods(name, sampler, ['shouldSample']);
    }
    this.#root = options.root;
    this.#remoteSampled = options.remoteParentSampled ?? new AlwaysOnSampler();
    this.#remoteNotSampled = options.remoteParentNotSampled ?? new AlwaysOffSampler();
    this.#localSampled = options.localParentSampled ?? new AlwaysOnSampler();
    this.#localNotSampled = options.localParentNotSampled ?? new AlwaysOffSampler();
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    return this.#chosenBy(parentIn(context)).shouldSample(
      context,
      traceId,
      spanName,
      spanKind,
      attributes,
      links,
    );
  }

  /** @internal See {@link answerByParent}. Undefined for a proxy. */
  static chosen(sampler: Sampler, parent: SampledParent | undefined): Sampler | undefined {
    return #root in sampler ? sampler.#chosenBy(parent) : undefined;
  }

  #chosenBy(parent: SampledParent | undefined): Sampler {
    if (parent === undefined) return this.#root;
    const sampled = (parent.traceFlags & 1) === 1;
    if (parent.isRemote) return sampled ? this.#remoteSampled : this.#remoteNotSampled;
    return sampled ? this.#localSampled : this.#localNotSampled;
  }

  async shutdown(): Promise<void> {
    await shutdownSamplers([
      this.#root,
      this.#remoteSampled,
      this.#remoteNotSampled,
      this.#localSampled,
      this.#localNotSampled,
    ]);
  }

  toString(): string {
    return (
      `ParentBased{root=${this.#root}, remoteParentSampled=${this.#remoteSampled}, ` +
      `remoteParentNotSampled=${this.#remoteNotSampled}, localParentSampled=${this.#localSampled}, ` +
      `localParentNotSampled=${this.#localNotSampled}}`
    );
  }
}

/** Shuts each of them down once. Rejects with the first failure, when all have ended. */
export async function shutdownSamplers(samplers: Iterable<Sampler>): Promise<void> {
  await allEnded([...new Set(samplers)].map(async (sampler) => sampler.shutdown?.()));
}

/** What samplers look at in a parent. */
export interface SampledParent {
  readonly traceFlags: number;
  readonly isRemote?: boolean | undefined;
}

/**
 * The answer of a sampler that looks at nothing but the parent, for which nobody has to make ids and
 * contexts. Undefined for all others, and for samplers that inherit from such a one and answer otherwise.
 */
export function answerByParent(
  sampler: Sampler,
  parent: SampledParent | undefined,
): SamplingResult | undefined {
  switch (sampler.shouldSample) {
    case ON:
      return KEEP;
    case OFF:
      return DROP;
    case PARENT_BASED: {
      const chosen = ParentBasedSampler.chosen(sampler, parent);
      return chosen && answerByParent(chosen, parent);
    }
    default:
      return undefined;
  }
}

/* Compared, never called. */
/* oxlint-disable typescript/unbound-method */
const ON = AlwaysOnSampler.prototype.shouldSample;
const OFF = AlwaysOffSampler.prototype.shouldSample;
const PARENT_BASED = ParentBasedSampler.prototype.shouldSample;
/* oxlint-enable typescript/unbound-method */

/** Asks a sampler that may be anybody's: one that throws or talks nonsense drops the span. */
export function askSampler(
  sampler: Sampler,
  context: Context,
  traceId: string,
  spanName: string,
  spanKind: SpanKind,
  attributes: Attributes,
  links: Link[],
): SamplingResult {
  try {
    const result = sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    if (isSamplingResult(result)) return result;
    report(
      'sampler.malformed',
      `a sampler answered ${describe(result)}: the span is dropped; it must answer { decision }`,
    );
  } catch (error) {
    report('sampler.threw', 'a sampler threw: the span is dropped; mend that sampler', error);
  }
  return DROP;
}

function isSamplingResult(result: SamplingResult | undefined): result is SamplingResult {
  const decision = result?.decision;
  if (decision !== 0 && decision !== 1 && decision !== 2) return false;
  const { traceState } = result!;
  return traceState === undefined || traceState === null || 'serialize' in traceState;
}

function describe(result: SamplingResult | undefined): string {
  if (typeof result !== 'object' || result === null) return String(result);
  return `a ${(result as object).constructor?.name} with decision ${String(result.decision)}`;
}
