import { expect } from 'chai';

/*
 * The names that each door has at run time. A name is added or taken away here on purpose, together with
 * its docstring, its line in spec/types and the changelog.
 */
const DOORS: Record<string, string[]> = {
  '../../lib/index.js': [
    'AlwaysOffSampler',
    'AlwaysOnSampler',
    'AsyncLocalStorageContextManager',
    'BatchSpanProcessor',
    'ExportResultCode',
    'NoopSpanProcessor',
    'ParentBasedSampler',
    'RandomIdGenerator',
    'SDK_INFO',
    'SamplingDecision',
    'SimpleSpanProcessor',
    'TraceState',
    'TracerProvider',
    'defaultResource',
    'deleteRPCMetadata',
    'emptyResource',
    'exporterRegistry',
    'getRPCMetadata',
    'isTracingSuppressed',
    'propagatorRegistry',
    'resourceFromAttributes',
    'samplerRegistry',
    'setErrorHandler',
    'setRPCMetadata',
    'start',
    'suppressTracing',
    'unsuppressTracing',
    'withSpan',
  ],
  '../../propagators/index.js': [
    'B3InjectEncoding',
    'B3Propagator',
    'CompositePropagator',
    'JaegerPropagator',
    'W3CBaggagePropagator',
    'W3CTraceContextPropagator',
    'XTracePropagator',
    'headerGetter',
    'headerSetter',
  ],
  '../../samplers/index.js': [
    'AlwaysOffSampler',
    'AlwaysOnSampler',
    'ParentBasedSampler',
    'SamplingDecision',
    'TraceIdRatioBasedSampler',
  ],
  '../../exporters/index.js': [
    'ConsoleSpanExporter',
    'InMemorySpanExporter',
    'OTLPFileExporter',
    'OTLPTraceExporter',
    'ZipkinExporter',
    'consoleTree',
    'encodeTraces',
    'encodeTracesJson',
    'tracesUrl',
  ],
  '../../tree/index.js': [
    'buildTrace',
    'renderAddendum',
    'renderFlood',
    'renderLogfmt',
    'renderTree',
    'terminalOptions',
  ],
  '../../instrumentation/koa.js': ['koaTracing'],
  '../../instrumentation/axios.js': ['traceAxios'],
};

describe('the public names', () => {
  for (const [door, names] of Object.entries(DOORS)) {
    it(`of ${door.replace('../../', '')}`, async () => {
      const found = Object.keys((await import(door)) as object);
      expect(found.sort()).to.deep.equal(names);
    });
  }
});
