import {
  context as contextApi,
  ROOT_CONTEXT,
  type Attributes,
  type Context,
  type Link,
  type SpanKind,
} from '@opentelemetry/api';
import { suppressTracing } from '../lib/context.js';
import { unrefTimer } from '../lib/deadline.js';
import { report } from '../lib/diagnostics.js';
import { requireMethods } from '../lib/require-methods.js';
import type { Sampler, SamplingResult } from '../lib/sampler.js';
import { fetchJaegerStrategy, strategyUrl } from './jaeger-fetch.js';
import { samplerFor } from './jaeger-sampler.js';
import { parseJaegerStrategy } from './jaeger-strategy.js';
import { ProbabilitySampler } from './probability.js';
import { requirePositive } from './ratio.js';

/** Options of {@link JaegerRemoteSampler}. */
export interface JaegerRemoteSamplerOptions {
  /** The service that strategies are asked for: `service.name` of the resource. */
  serviceName: string;
  /** Where `/sampling` is served, over HTTP: Jaeger, or a collector. Default `http://localhost:5778`. */
  endpoint?: string;
  /** How often it is asked, in milliseconds. Default 60000. */
  pollingIntervalMillis?: number;
  /** Decides until the first strategy is there. Default `ProbabilitySampler(0.001)`, as in Jaeger's clients. */
  initialSampler?: Sampler;
  /** Sent with each request. Default none. */
  headers?: Readonly<Record<string, string>>;
  /** How long an answer is waited for, in milliseconds. Default 5000. */
  timeoutMillis?: number;
}

/**
 * Samples as a Jaeger backend says (specification: JaegerRemoteSampler): a share, so many a second, or a share
 * for each span name with a lower bound. The last good strategy stays when the backend fails; that is reported
 * once.
 *
 * It asks as long as there are spans to decide: it stops by itself when a whole interval brought none, after the
 * provider's shutdown say, and goes on with the next span. Its timers do not hold the process; a request that is under
 * way does, for `timeoutMillis` at most.
 *
 * It decides each span by itself: put it into a `ParentBasedSampler`.
 *
 * @throws TypeError or RangeError for a wrong option, with its value
 */
export class JaegerRemoteSampler implements Sampler {
  readonly #url: string;
  readonly #intervalMillis: number;
  readonly #timeoutMillis: number;
  readonly #headers: Readonly<Record<string, string>>;
  #current: Sampler;
  /** The answer that `current` was made from: the same one again changes nothing. */
  #answer = '';
  /** Whether somebody has asked since the last poll. */
  #used = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #polling: AbortController | undefined;
  #ended = false;

  constructor(options: JaegerRemoteSamplerOptions) {
    const { pollingIntervalMillis = 60_000, timeoutMillis = 5000, initialSampler } = options;
    requirePositive('pollingIntervalMillis', pollingIntervalMillis);
    requirePositive('timeoutMillis', timeoutMillis);
    if (initialSampler) requireMethods('initialSampler', initialSampler, ['shouldSample']);
    this.#url = strategyUrl(options.endpoint ?? 'http://localhost:5778', options.serviceName);
    this.#intervalMillis = Math.min(pollingIntervalMillis, LONGEST_TIMER);
    this.#timeoutMillis = Math.min(timeoutMillis, LONGEST_TIMER);
    this.#headers = { ...options.headers };
    this.#current = initialSampler ?? new ProbabilitySampler(0.001);
    // Not at once: who makes the sampler is still setting up, and may end it before that is done.
    this.#timer = unrefTimer(() => this.#onTimer(), 0);
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    this.#used = true;
    if (this.#timer === undefined && this.#polling === undefined && !this.#ended) this.#poll();
    return this.#current.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  /** Stops asking for good; the last strategy stays. */
  async shutdown(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#polling?.abort();
  }

  toString(): string {
    return `JaegerRemoteSampler{${this.#current}}`;
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (this.#used) this.#poll();
  }

  #poll(): void {
    const polling = new AbortController();
    this.#polling = polling;
    this.#used = false;
    const silent = suppressTracing(ROOT_CONTEXT);
    void contextApi
      .with(silent, () => this.#ask(polling.signal))
      .then(() => {
        this.#polling = undefined;
        if (!this.#ended) this.#timer = unrefTimer(() => this.#onTimer(), this.#intervalMillis);
      });
  }

  /** Never rejects. */
  async #ask(signal: AbortSignal): Promise<void> {
    try {
      const answer = await fetchJaegerStrategy(this.#url, {
        headers: this.#headers,
        timeoutMillis: this.#timeoutMillis,
        signal,
      });
      if (answer === this.#answer) return;
      this.#current = samplerFor(parseJaegerStrategy(answer));
      this.#answer = answer;
    } catch (error) {
      if (this.#ended) return;
      report(
        'sampler.jaeger-remote',
        `no sampling strategy from ${this.#url}: ${String(this.#current)} stays in force; check that the endpoint ` +
          'serves /sampling over HTTP (Jaeger: port 5778)',
        error,
      );
    }
  }
}

/** Longer timers fire at once. */
const LONGEST_TIMER = 0x7fffffff;
