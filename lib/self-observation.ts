import type {
  Attributes,
  Histogram,
  Meter,
  MeterProvider,
  ObservableResult,
} from '@opentelemetry/api';
import type { ExporterCounts, Failures, ProcessorCounts } from './component-counts.js';
import { report } from './diagnostics.js';
import { SamplingDecision } from './sampler.js';
import { PARENT_ORIGINS, type SpanCounts } from './span-counts.js';
import { VERSION } from './version.js';

/** How one export operation ended. */
export interface Operation {
  /** From the first attempt to the end of the last, with the waits between them. */
  readonly millis: number;
  /** Why it failed, in few words that are always the same. */
  readonly errorType?: string | undefined;
  /** What the backend answered last: an HTTP status as a number, a gRPC status as a name. */
  readonly status?: number | string | undefined;
}

/** Takes the durations of an exporter's operations. Never throws. */
export type RecordOperation = (operation: Operation) => void;

/** What the metrics of an exporter say about it. */
export interface ExporterAttributes {
  /** As `otel.component.type` names it. */
  readonly type: string;
  /** The backend, where there is one. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

interface Component<T> {
  readonly attributes: Attributes;
  readonly counts: T;
}

const RESULTS = [
  [SamplingDecision.NOT_RECORD, 'DROP'],
  [SamplingDecision.RECORD, 'RECORD_ONLY'],
  [SamplingDecision.RECORD_AND_SAMPLED, 'RECORD_AND_SAMPLE'],
] as const;

const hubs = new WeakMap<MeterProvider, SelfObservation | undefined>();
/** The next number of a component's name, by type, in this process. */
const instances = new Map<string, number>();

/**
 * The metrics of the SDK itself (semantic conventions: OpenTelemetry SDK metrics, `otel.sdk.*`) for one meter
 * provider, whoever reports to it.
 *
 * All but durations are counted anyway, and read when the metrics are collected: a span costs the same with
 * and without metrics. What is observed is summed here, as two providers of spans have the same attributes.
 */
export class SelfObservation {
  readonly #spans = new Set<SpanCounts>();
  readonly #processors = new Map<ProcessorCounts, Component<ProcessorCounts>>();
  readonly #exporters = new Map<object, Component<() => ExporterCounts>>();
  readonly #durations: Histogram;

  /** @throws what the meter throws */
  private constructor(meter: Meter) {
    this.#observeSpans(meter);
    this.#observeProcessors(meter);
    this.#observeExporters(meter);
    this.#durations = meter.createHistogram('otel.sdk.exporter.operation.duration', {
      description: 'The duration of exporting a batch of spans, with its retries.',
      unit: 's',
      // One bucket: count, sum, least and most are enough here (T-OBS-07).
      advice: { explicitBucketBoundaries: [] },
    });
  }

  /** The one of a meter provider; `undefined`, after a report, when that cannot be used. */
  static of(meterProvider: MeterProvider): SelfObservation | undefined {
    if (hubs.has(meterProvider)) return hubs.get(meterProvider);
    let hub: SelfObservation | undefined;
    try {
      hub = new SelfObservation(meterProvider.getMeter('spantree', VERSION));
    } catch (error) {
      report(
        'metrics.threw',
        'the meter provider threw: there are no metrics of spantree itself; give one that works',
        error,
      );
    }
    hubs.set(meterProvider, hub);
    return hub;
  }

  /** Watches the spans of a provider. */
  spans(counts: SpanCounts): void {
    this.#spans.add(counts);
  }

  /** Watches a processor, once. */
  processor(counts: ProcessorCounts): void {
    if (this.#processors.has(counts)) return;
    this.#processors.set(counts, { attributes: component(counts.type), counts });
  }

  /** Watches an exporter, once; the key stands for it. Keeps both for good: they should be small. */
  exporter(
    key: object,
    { type, address, port }: ExporterAttributes,
    counts: () => ExporterCounts,
  ): RecordOperation {
    const known = this.#exporters.get(key);
    const attributes = known?.attributes ?? {
      ...component(type),
      ...(address !== undefined && { 'server.address': address }),
      ...(port !== undefined && { 'server.port': port }),
    };
    if (known === undefined) this.#exporters.set(key, { attributes, counts });
    return (operation) => this.#record(operation, attributes);
  }

  #observeSpans(meter: Meter): void {
    const started = meter.createObservableCounter('otel.sdk.span.started', {
      description: 'The number of created spans.',
      unit: '{span}',
    });
    started.addCallback((result) => {
      for (const [origin, name] of PARENT_ORIGINS.entries()) {
        for (const [decision, sampled] of RESULTS) {
          observeSome(
            result,
            this.#sum((counts) => counts.started(origin, decision)),
            { 'otel.span.parent.origin': name, 'otel.span.sampling_result': sampled },
          );
        }
      }
    });
    const live = meter.createObservableUpDownCounter('otel.sdk.span.live', {
      description: 'The number of recording spans that have not ended.',
      unit: '{span}',
    });
    live.addCallback((result) => {
      for (const [decision, sampled] of RESULTS.slice(1)) {
        const spans = this.#sum((counts) => counts.live(decision));
        result.observe(spans, { 'otel.span.sampling_result': sampled });
      }
    });
  }

  #sum(of: (counts: SpanCounts) => number): number {
    let sum = 0;
    for (const counts of this.#spans) sum += of(counts);
    return sum;
  }

  #observeProcessors(meter: Meter): void {
    const size = meter.createObservableUpDownCounter('otel.sdk.processor.span.queue.size', {
      description: 'The number of spans in the queue of a processor.',
      unit: '{span}',
    });
    const capacity = meter.createObservableUpDownCounter('otel.sdk.processor.span.queue.capacity', {
      description: 'The number of spans that the queue of a processor can hold.',
      unit: '{span}',
    });
    const processed = meter.createObservableCounter('otel.sdk.processor.span.processed', {
      description: 'The number of spans that a processor has handed to its exporter, or dropped.',
      unit: '{span}',
    });
    const each = (observe: (component: Component<ProcessorCounts>) => void) => (): void =>
      this.#processors.forEach(observe);
    size.addCallback((result) =>
      each(({ counts, attributes }) => result.observe(counts.queueSize, attributes))(),
    );
    capacity.addCallback((result) =>
      each(({ counts, attributes }) => result.observe(counts.queueCapacity, attributes))(),
    );
    processed.addCallback((result) =>
      each(({ counts, attributes }) => {
        observeSome(result, counts.processed, attributes);
        observeFailures(result, counts.dropped, attributes);
      })(),
    );
  }

  #observeExporters(meter: Meter): void {
    const inFlight = meter.createObservableUpDownCounter('otel.sdk.exporter.span.inflight', {
      description: 'The number of spans that an exporter was given and is not done with.',
      unit: '{span}',
    });
    inFlight.addCallback((result) => {
      for (const { counts, attributes } of this.#exporters.values()) {
        result.observe(counts().inFlight, attributes);
      }
    });
    const exported = meter.createObservableCounter('otel.sdk.exporter.span.exported', {
      description: 'The number of spans that an exporter is done with, successfully or not.',
      unit: '{span}',
    });
    exported.addCallback((result) => {
      for (const { counts, attributes } of this.#exporters.values()) {
        const { exported: arrived, failures } = counts();
        observeSome(result, arrived, attributes);
        observeFailures(result, failures, attributes);
      }
    });
  }

  #record({ millis, errorType, status }: Operation, attributes: Attributes): void {
    try {
      this.#durations.record(millis / 1000, {
        ...attributes,
        ...(errorType !== undefined && { 'error.type': errorType }),
        ...(typeof status === 'number' && { 'http.response.status_code': status }),
        ...(typeof status === 'string' && { 'rpc.status_code': status }),
      });
    } catch (error) {
      report(
        'metrics.threw',
        'the meter provider threw: the duration of an export is not measured; give one that works',
        error,
      );
    }
  }
}

/** The name is of low cardinality: type and number (T-OBS-08). */
function component(type: string): Attributes {
  const instance = instances.get(type) ?? 0;
  instances.set(type, instance + 1);
  return { 'otel.component.type': type, 'otel.component.name': `${type}/${instance}` };
}

/** A counter that has not counted says nothing. */
function observeSome(result: ObservableResult, count: number, attributes: Attributes): void {
  if (count > 0) result.observe(count, attributes);
}

function observeFailures(
  result: ObservableResult,
  failures: Failures,
  attributes: Attributes,
): void {
  for (const [type, count] of Object.entries(failures)) {
    observeSome(result, count, { ...attributes, 'error.type': type });
  }
}
