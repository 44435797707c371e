import type { Attributes } from '@opentelemetry/api';
import { MeterProvider, MetricReader, type MetricData } from '@opentelemetry/sdk-metrics';

/** Reads when it is asked to. */
class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** One value of a metric. */
export interface Point {
  readonly attributes: Attributes;
  readonly value: unknown;
}

/** A meter provider of the official SDK, and what has been measured with it. */
export interface Metrics {
  readonly meterProvider: MeterProvider;
  /** The names of all metrics that have values. */
  readonly names: () => Promise<string[]>;
  /** A metric; fails when there is none of that name. */
  readonly metric: (name: string) => Promise<MetricData>;
  /** Its values; none when there is none of that name. */
  readonly points: (name: string) => Promise<Point[]>;
}

/** Metrics to be read at any time. */
export function metrics(): Metrics {
  const reader = new PullReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const all = async (): Promise<MetricData[]> => {
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'collecting failed');
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  };
  const find = async (name: string): Promise<MetricData | undefined> =>
    (await all()).find(({ descriptor }) => descriptor.name === name);
  return {
    meterProvider,
    names: async () => {
      const found = (await all()).filter(({ dataPoints }) => dataPoints.length > 0);
      return found.map(({ descriptor }) => descriptor.name);
    },
    metric: async (name) => {
      const found = await find(name);
      if (found === undefined) throw new Error(`there is no metric ${name}`);
      return found;
    },
    points: async (name) =>
      ((await find(name))?.dataPoints ?? []).map(({ attributes, value }) => ({
        attributes,
        value,
      })),
  };
}
