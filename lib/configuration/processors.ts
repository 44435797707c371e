import { processorRegistry } from '../components.js';
import type { SpanProcessor } from '../processor.js';
import { BatchSpanProcessor } from '../processors/batch.js';
import { SimpleSpanProcessor } from '../processors/simple.js';
import { given, makeComponent, type Make } from './entry.js';
import { exporterFrom } from './exporters.js';
import type { BatchConfiguration, ConfiguredComponent, SimpleConfiguration } from './model.js';

/** Makes a span processor with its exporter. */
export function processorFrom(component: ConfiguredComponent, path: string): SpanProcessor {
  return makeComponent(component, path, PROCESSORS, processorRegistry);
}

const PROCESSORS: Readonly<Record<string, Make<SpanProcessor>>> = {
  batch: ({ options, path }) => {
    const said = options as unknown as BatchConfiguration;
    const exporter = exporterFrom(said.exporter, `${path}.exporter`);
    if ('onEnd' in exporter) return exporter;
    return new BatchSpanProcessor(
      exporter,
      given({
        scheduledDelayMillis: said.schedule_delay,
        exportTimeoutMillis: said.export_timeout,
        maxQueueSize: said.max_queue_size,
        maxExportBatchSize: said.max_export_batch_size,
      }),
    );
  },
  simple: ({ options, path }) => {
    const said = options as unknown as SimpleConfiguration;
    const exporter = exporterFrom(said.exporter, `${path}.exporter`);
    return 'onEnd' in exporter ? exporter : new SimpleSpanProcessor(exporter);
  },
};
