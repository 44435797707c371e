export { ConsoleSpanExporter } from './console-exporter.js';
export type { ConsoleOptions } from './console-options.js';
export { consoleTree, type ConsoleTreeProcessor } from './console-tree.js';
export { InMemorySpanExporter } from './memory.js';
export { OTLPTraceExporter, tracesUrl } from './otlp/trace-exporter.js';
