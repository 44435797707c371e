export { ConsoleSpanExporter } from './console-exporter.js';
export type { ConsoleOptions } from './console-options.js';
export { consoleTree, type ConsoleTreeProcessor } from './console-tree.js';
export type { ConsoleStream } from './console-writer.js';
export { InMemorySpanExporter } from './memory.js';
export {
  OTLPFileExporter,
  type FileDropReason,
  type FileExportStats,
  type OTLPFileExporterOptions,
} from './otlp-file.js';
export { CompressionAlgorithm } from './otlp/compression-algorithm.js';
export type { DropReason, ExportStats } from './otlp/export-stats.js';
export type { HttpAgentFactory, HttpAgentOptions } from './otlp/http-agent.js';
export { encodeTracesJson, encodeTracesJsonBytes } from './otlp/json.js';
export {
  tracesUrl,
  type OTLPTraceExporterOptions,
  type OtlpHeaders,
  type SpoolOptions,
} from './otlp/options.js';
export { encodeTraces } from './otlp/protobuf.js';
export { OTLPTraceExporter } from './otlp/trace-exporter.js';
export { ZipkinExporter, type ZipkinExporterOptions } from './zipkin.js';
