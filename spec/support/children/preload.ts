/*
 * Starts tracing in a module of its own that waits for something first, as set-ups that are preloaded by
 * `--import` do: what it does to its asynchronous context, the program does not see.
 */
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import { SimpleSpanProcessor, start } from '../../../lib/index.js';

await new Promise((resolve) => setTimeout(resolve, 1));
const exporter = new InMemorySpanExporter();
start({ exporters: [new SimpleSpanProcessor(exporter)] });
process.once('exit', () => {
  for (const span of exporter.getFinishedSpans()) console.log(span.name, span.parentSpanId);
});
