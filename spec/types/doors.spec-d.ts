/*
 * Compiled, not run: the public names of every door have the types that their users rely on. The kernel's
 * classes are in kernel.spec-d.ts.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type * as api from '@opentelemetry/api';
import type * as api19 from 'api-1.9';
import { spawn } from 'node:child_process';
import axios from 'axios';
import Koa from 'koa';
import {
  ConsoleSpanExporter,
  consoleTree,
  encodeTraces,
  encodeTracesJson,
  encodeTracesJsonBytes,
  OTLPFileExporter,
  OTLPTraceExporter,
  tracesUrl,
  ZipkinExporter,
  type ConsoleOptions,
  type ConsoleStream,
  type ConsoleTreeProcessor,
  type DropReason,
  type ExportStats,
  type FileDropReason,
  type FileExportStats,
  type HttpAgentFactory,
  type HttpAgentOptions,
  type OTLPFileExporterOptions,
  type OtlpHeaders,
  type SpoolOptions,
  type OTLPTraceExporterOptions,
  type ZipkinExporterOptions,
} from '../../exporters/index.js';
import { traceAxios, type TraceAxiosOptions } from '../../instrumentation/axios.js';
import {
  koaTracing,
  type KoaContext,
  type KoaMiddleware,
  type KoaTracingOptions,
} from '../../instrumentation/koa.js';
import {
  defaultResource,
  deleteRPCMetadata,
  emptyResource,
  exporterRegistry,
  ExportResultCode,
  getRPCMetadata,
  isTracingSuppressed,
  propagatorRegistry,
  RandomIdGenerator,
  samplerRegistry,
  SDK_INFO,
  setErrorHandler,
  setRPCMetadata,
  start,
  suppressTracing,
  TraceState,
  unsuppressTracing,
  type Component,
  type LogLevel,
  type Diagnostic,
  type ErrorHandler,
  type ExportResult,
  type Factory,
  type FlushOptions,
  type Registry,
  type Resource,
  type RPCMetadata,
  type Sampler,
  type Sdk,
  type SpanExporter,
  type SpanProcessor,
  type StartOptions,
  type ReadableSpan,
  type TimedEvent,
} from '../../lib/index.js';
import * as main from '../../lib/index.js';
import {
  B3InjectEncoding,
  B3Propagator,
  childEnvironment,
  CompositePropagator,
  environmentGetter,
  environmentName,
  environmentSetter,
  headerGetter,
  headerSetter,
  JaegerPropagator,
  OTTracePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
  XTracePropagator,
} from '../../propagators/index.js';
import {
  AWSXRayIdGenerator,
  AWSXRayLambdaPropagator,
  AWSXRayPropagator,
  type AWSXRayLambdaPropagatorOptions,
} from '../../propagators/xray.js';
import {
  AdaptiveSampler,
  adjustedCount,
  AlwaysOffSampler,
  createComposableAdaptiveSampler,
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
  createComposableRateLimitingSampler,
  createComposableRuleBasedSampler,
  createCompositeSampler,
  JaegerRemoteSampler,
  ProbabilitySampler,
  RateLimitingSampler,
  RuleBasedSampler,
  TraceIdRatioBasedSampler,
  type ComposableRule,
  type SamplingIntent,
  type SamplingRule,
  type SpanConditions,
} from '../../samplers/index.js';
import {
  buildTrace,
  renderAddendum,
  renderFlood,
  renderLogfmt,
  renderTree,
  terminalOptions,
  type Flood,
  type MissingParent,
  type SpanNode,
  type TerminalOptions,
  type TraceModel,
  type TreeOptions,
} from '../../tree/index.js';

declare function compiles(...values: unknown[]): void;
declare const context: api.Context;
declare const propagation: api.PropagationAPI;
declare const spans: ReadableSpan[];
declare const stream: ConsoleStream;

// ── Propagators are the API's, of any version ──────────────────────────────────────────────────────

export const propagators: api.TextMapPropagator[] = [
  new W3CTraceContextPropagator(),
  new W3CBaggagePropagator(),
  new CompositePropagator({ propagators: [new JaegerPropagator()] }),
  new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  new XTracePropagator({ traceIdHeader: 'X-Request-ID', baggageHeader: false }),
];
const lambda: AWSXRayLambdaPropagatorOptions = { environment: process.env };
export const less: api.TextMapPropagator[] = [
  new OTTracePropagator(),
  new AWSXRayPropagator(),
  new AWSXRayLambdaPropagator(lambda),
];
compiles(start({ idGenerator: new AWSXRayIdGenerator(), propagators: ['xray'] }));
compiles(spawn('ls', { env: childEnvironment() }), childEnvironment({ a: 'b' }, context));
compiles(propagation.extract(context, process.env, environmentGetter));
new OTTracePropagator().inject(context, { [environmentName('a')]: '' }, environmentSetter);
const level: LogLevel = 'debug';
compiles(start({ logLevel: level, disabled: false, contextFromEnvironment: false }));
// @ts-expect-error no such level
compiles(start({ logLevel: 'loud' }));
export const propagatorOf19: api19.TextMapPropagator = new W3CTraceContextPropagator();
export const getter: api.TextMapGetter = headerGetter;
export const setter: api.TextMapSetter = headerSetter;
export const state: api.TraceState = new TraceState('a=1').set('b', '2').unset('a');
// @ts-expect-error no such encoding
compiles(new B3Propagator({ injectEncoding: 2 }));
// @ts-expect-error a header has a name or is left out
compiles(new XTracePropagator({ traceIdHeader: false }));

// ── Samplers ───────────────────────────────────────────────────────────────────────────────────────

export const samplers: Sampler[] = [new AlwaysOffSampler(), new TraceIdRatioBasedSampler(0.1)];
// @ts-expect-error a ratio is a number
compiles(new TraceIdRatioBasedSampler('0.1'));
const health: SpanConditions = { path: ['/healthz', '/livez/*'], spanKinds: ['server'] };
const rules: SamplingRule[] = [
  [health, new AlwaysOffSampler()],
  [{ attributeValues: { key: 'tenant', values: ['a'] } }, new ProbabilitySampler(0.5)],
  [(_context, _traceId, name) => name === 'login', new RateLimitingSampler({ tracesPerSecond: 1 })],
  [{}, new AdaptiveSampler({ tracesPerSecond: 10, minRatio: 0.01 })],
];
const composableRules: ComposableRule[] = [
  [health, createComposableAlwaysOffSampler()],
  [{ parent: ['none'] }, createComposableRateLimitingSampler({ tracesPerSecond: 1 })],
  [{}, createComposableProbabilitySampler(0.5, { precision: 14 })],
];
const compositeSampler: Sampler = createCompositeSampler(
  createComposableParentThresholdSampler(
    createComposableAnnotatingSampler(createComposableRuleBasedSampler(composableRules), { a: 1 }),
  ),
  { explicitRandomness: true },
);
const ownIntent: SamplingIntent = { threshold: 0n, thresholdReliable: true };
compiles(new RuleBasedSampler(rules), compositeSampler, createComposableAlwaysOnSampler());
compiles(createCompositeSampler({ getSamplingIntent: () => ownIntent }));
compiles(createComposableAdaptiveSampler({ tracesPerSecond: 1 }), adjustedCount(state));
const remote: Sampler = new JaegerRemoteSampler({ serviceName: 'shop', pollingIntervalMillis: 1 });
compiles(remote);
// @ts-expect-error a service has a name
compiles(new JaegerRemoteSampler({ endpoint: 'http://jaeger:5778' }));
// @ts-expect-error there is no such condition
compiles(createComposableRuleBasedSampler([[{ name: 'GET' }, createComposableAlwaysOnSampler()]]));
// @ts-expect-error rules of a composite sampler lead to composable samplers
compiles(createComposableRuleBasedSampler([[health, new AlwaysOffSampler()]]));

// ── Exporters ──────────────────────────────────────────────────────────────────────────────────────

const headers: OtlpHeaders = async () => ({ authorization: 'Bearer …' });
const spool: SpoolOptions = { directory: 'spool' };
const otlp: OTLPTraceExporterOptions = { url: tracesUrl('http://c:4318'), headers, spool };
const agentFactory: HttpAgentFactory = async (protocol) =>
  protocol === 'http:' ? new HttpAgent() : new HttpsAgent({ keepAlive: true });
const agents: HttpAgentOptions[] = [agentFactory, () => new HttpAgent(), { maxSockets: 2 }];
for (const httpAgentOptions of agents) {
  compiles(new OTLPTraceExporter({ httpAgentOptions }), new ZipkinExporter({ httpAgentOptions }));
}
// @ts-expect-error an agent is made by a function
compiles(new OTLPTraceExporter({ httpAgentOptions: 'agent' }));
const flush: FlushOptions = { timeoutMillis: 100 };
compiles(new OTLPTraceExporter().forceFlush(flush));
export const exporters: SpanExporter[] = [new OTLPTraceExporter(otlp), new ConsoleSpanExporter()];
export const stats: ExportStats = new OTLPTraceExporter().stats();
export const lost: number = stats.dropped['timeout' satisfies DropReason];
const fileOptions: OTLPFileExporterOptions = { path: 'spans.jsonl', maxFiles: 2 };
const zipkinOptions: ZipkinExporterOptions = { serviceName: 'shop', compression: 'gzip' };
exporters.push(new OTLPFileExporter(fileOptions), new ZipkinExporter(zipkinOptions));
declare const fileStats: FileExportStats;
declare const fileDropReason: FileDropReason;
compiles(fileStats, fileDropReason);
const consoleOptions: ConsoleOptions = { format: 'line', print: 'errors', stream, hops: 'merged' };
export const tree: ConsoleTreeProcessor = consoleTree(consoleOptions);
export const processor: SpanProcessor = tree;
export const bytes: Uint8Array = encodeTraces(spans);
export const json: string = encodeTracesJson(spans);
export const jsonBytes: Uint8Array = encodeTracesJsonBytes(spans);
export const failed: ExportResult = { code: ExportResultCode.FAILED, error: new Error('no') };
// @ts-expect-error no such format
consoleTree({ format: 'xml' });
// @ts-expect-error no such compression
compiles(new OTLPTraceExporter({ compression: 'zstd' }));

// ── start() ────────────────────────────────────────────────────────────────────────────────────────

const component: Component<SpanExporter | SpanProcessor> = { name: 'console', options: {} };
const options: StartOptions = {
  serviceName: 'shop',
  resource: { team: 'blue' },
  propagators: ['b3', { name: 'x-trace' }, new W3CBaggagePropagator()],
  sampler: new AlwaysOffSampler(),
  exporters: ['otlp', component, tree],
};
export const sdk: Sdk = start(options);
export const flushed: Promise<void> = sdk.forceFlush();
const factory: Factory<api.TextMapPropagator> = () => new JaegerPropagator();
export const registry: Registry<api.TextMapPropagator> = propagatorRegistry.add('own', factory);
samplerRegistry.add('own', () => new AlwaysOffSampler());
exporterRegistry.add('own', () => tree);
// @ts-expect-error a sampler is no exporter
exporterRegistry.add('wrong', () => new AlwaysOffSampler());
// @ts-expect-error a service name is a string
start({ serviceName: 5 });

// ── Context, resource, diagnostics ─────────────────────────────────────────────────────────────────

const metadata: RPCMetadata = { type: 'http', span: {} as api.Span };
export const contexts: api.Context[] = [
  suppressTracing(context),
  unsuppressTracing(context),
  setRPCMetadata(context, metadata),
  deleteRPCMetadata(context),
];
export const suppressed: boolean = isTracingSuppressed(context);
export const route: string | undefined = getRPCMetadata(context)?.route;
export const resource: Resource = defaultResource().merge(emptyResource()).merge(null);
const detector: main.ResourceDetector = {
  detect: (): main.DetectedResource => ({ attributes: { a: 1, b: Promise.resolve('2') } }),
};
const detection: main.ResourceDetectionConfig = {
  detectors: [detector, main.hostDetector, main.createProcessDetector({ owner: true })],
  timeoutMillis: 100,
};
const kubernetes: main.KubernetesDetectorOptions = { podInfo: '/pod' };
const detectorOptions: main.ProcessDetectorOptions = { commandArgs: true };
export const detected: Resource = main.detectResources(detection);
export const found: main.DetectedResourceAttributes = { a: undefined };
main.detectorRegistry.add('mine', () => main.createKubernetesDetector(kubernetes));
export const entity: main.EntityRef | undefined = resource.entityRefs?.[0];
start({ resourceDetectors: ['all', detector, { name: 'process', options: detectorOptions }] });
// @ts-expect-error a detector detects
start({ resourceDetectors: [{ look: () => ({}) }] });
export const version: string | undefined = SDK_INFO['telemetry.sdk.version'];
export const traceId: string = new RandomIdGenerator().generateTraceId();
const handler: ErrorHandler = ({ code, message }: Diagnostic) => compiles(code, message);
setErrorHandler(handler);
export const time: api.HrTime | undefined = ([] as TimedEvent[])[0]?.time;

// ── The names of the official SDK, all at the main door ────────────────────────────────────────────

compiles(
  new main.NodeTracerProvider({ sampler: new main.AlwaysOnSampler() }).register(),
  new main.BasicTracerProvider(),
  new main.NoopSpanProcessor(),
  new main.BatchSpanProcessor({ exporter: new main.InMemorySpanExporter(), maxQueueSize: 1 }),
  new main.SimpleSpanProcessor({ exporter: new main.ConsoleSpanExporter() }),
  new main.OTLPTraceExporter({ compression: main.CompressionAlgorithm.GZIP }),
  new main.ZipkinExporter(),
  new main.B3Propagator({ injectEncoding: main.B3InjectEncoding.MULTI_HEADER }),
  main.setRPCMetadata(context, { type: main.RPCType.HTTP, span: {} as api.Span }),
  main.hrTimeToTimeStamp(main.hrTimeDuration(main.hrTime(), main.timeInputToHrTime(new Date()))),
  main.addHrTimes(main.millisToHrTime(5), [1, 0]),
  main.parseTraceParent('00')?.traceFlags,
);
main.setGlobalErrorHandler((error: api.Exception) => compiles(error));
export const parent: string = main.TRACE_PARENT_HEADER satisfies 'traceparent';
export const decision: 2 = main.SamplingDecision.RECORD_AND_SAMPLED;
const config: main.TracerConfig = { spanLimits: { linkCountLimit: 1 } };
const nodeConfig: main.NodeTracerConfig = config;
const buffer: main.BufferConfig = { maxQueueSize: 1 };
const batch: main.BatchSpanProcessorOptions = { exporter: new ConsoleSpanExporter(), ...buffer };
const simple: main.SimpleSpanProcessorOptions = { exporter: new ConsoleSpanExporter() };
const registration: main.SDKRegistrationConfig = { propagator: null };
const scoped: main.TracerScopeConfig = { enabled: false };
const bound: main.ForceFlushOptions = { timeoutMillis: 1 };
const raw: main.RawResourceAttribute = ['a', Promise.resolve('b')];
const b3: main.B3PropagatorConfig = { injectEncoding: 1 };
const composite: main.CompositePropagatorConfig = { propagators: [new main.JaegerPropagator()] };
compiles(nodeConfig, batch, simple, registration, scoped, bound, raw, b3, composite);
// @ts-expect-error the exporter is needed
compiles(new main.BatchSpanProcessor({ maxQueueSize: 1 }));
// @ts-expect-error options stand in one place
compiles(new main.BatchSpanProcessor(batch, buffer));
// @ts-expect-error no such decision
export const wrong: main.SamplingDecision = 3;

// ── The configuration file ─────────────────────────────────────────────────────────────────────────

main.start({ configFile: 'tracing.yaml' });
const parseOptions: main.ParseOptions = { file: 'tracing.yaml', environment: process.env };
const configuration: main.Configuration = main.parseConfiguration('', parseOptions);
export const madeOfIt: main.ConfiguredComponents = main.createComponents(configuration);
main.createComponents({
  ...main.parseConfigurationFile('tracing.yaml'),
  tracer_provider: {
    processors: [{ batch: { exporter: { otlp_http: { endpoint: 'http://a' } } } }, { mine: null }],
    sampler: { parent_based: { root: { always_on: null } } },
  },
});
export const provided: main.TracerProvider = madeOfIt.tracerProvider;
main.processorRegistry.add('mine', () => new main.NoopSpanProcessor());
main.idGeneratorRegistry.add('mine', () => new main.RandomIdGenerator());
try {
  main.start();
} catch (error) {
  if (error instanceof main.ConfigurationError) {
    const problems: readonly main.ConfigurationProblem[] = error.problems;
    compiles(problems[0]?.line?.toFixed(), problems[0]?.path);
  }
}
// @ts-expect-error the format is needed
main.createComponents({});
// @ts-expect-error a batch processor needs an exporter
main.createComponents({ file_format: '1.1', tracer_provider: { processors: [{ batch: {} }] } });

// ── The tree ───────────────────────────────────────────────────────────────────────────────────────

const terminal: TerminalOptions = terminalOptions(process.stdout, process.env);
const treeOptions: TreeOptions = { ...terminal, ids: true, attributes: 'all' };
export const lines: string[] = renderTree(spans, treeOptions);
export const more: string[] = renderAddendum(spans, spans, 100, treeOptions);
export const line: string = renderLogfmt(spans[0]!);
const flood: Flood = { traces: 2, ok: 1, failed: 1 };
export const flooded: string = renderFlood(flood);
export const model: TraceModel | undefined = buildTrace(spans);
declare const node: SpanNode;
declare const missing: MissingParent;
compiles(node, missing);

// ── Koa and axios ──────────────────────────────────────────────────────────────────────────────────

new Koa().use(koaTracing());
const koaOptions: KoaTracingOptions<Koa.ParameterizedContext> = {
  ignore: (ctx) => ctx.path === '/health',
  publicEndpoint: true,
  propagator: new W3CTraceContextPropagator(),
};
new Koa().use(koaTracing(koaOptions));
declare const koaContext: Koa.ParameterizedContext;
export const ofKoa: KoaContext = koaContext;
export const middleware: KoaMiddleware = koaTracing();
const axiosOptions: TraceAxiosOptions = { ignore: ({ url }) => url === '/health' };
export const untrace: () => void = traceAxios(axios, axiosOptions);
traceAxios(axios.create());
// @ts-expect-error an instance is needed
traceAxios();
