import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { propagation, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { httpClient } from '../../../instrumentation/http-client.js';
import { ConfigurationError } from '../../../lib/configuration/configuration-error.js';
import { createComponents } from '../../../lib/configuration/create.js';
import { parseConfigurationFile } from '../../../lib/configuration/parse.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import type { Sdk, StartOptions } from '../../../lib/start.js';
import { runChild } from '../../support/child.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { starting } from '../../support/starting.js';

const FILES = 'spec/lib/configuration/files';

describe('start() with a configuration file', () => {
  const s = starting();
  let folder: string;
  let file: string;
  let collector: Collector;

  /** Starts with a file of these lines, named in code; or else by what the environment is made to say. */
  function begin(text: string | undefined, options: StartOptions = {}): Sdk {
    if (text !== undefined) writeFileSync(file, `file_format: "1.1"\n${text}`);
    const configFile = text === undefined ? {} : { configFile: file };
    return s.start({ ...configFile, ...options });
  }

  const exporting = (more = ''): string =>
    `tracer_provider:\n  processors: [{batch: {exporter: {otlp_http: {endpoint: "${collector.url}"}}}}]\n${more}`;

  async function sentAfter(work: () => void): Promise<string[]> {
    work();
    await s.sdk.shutdown();
    return collector.spans().map(({ name }) => name);
  }

  const makeSpan = (): void => trace.getTracer('spec').startSpan('a').end();

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'spec-'));
    file = join(folder, 'tracing.yaml');
  });

  after(() => rmSync(folder, { recursive: true }));

  beforeEach(async () => {
    collector = await startCollector();
  });

  afterEach(async () => {
    await collector.close();
  });

  it('does what the file says (D-06)', async () => {
    begin(exporting('propagator:\n  composite: [{b3: }]'));
    expect(propagation.fields()).to.deep.equal(['b3']);
    expect(await sentAfter(makeSpan)).to.deep.equal(['a']);
    expect(s.diagnostics).to.deep.equal([]);
  });

  it('does what the file says that OTEL_CONFIG_FILE names (V-09)', async () => {
    writeFileSync(file, `file_format: "1.1"\n${exporting()}`);
    process.env['OTEL_CONFIG_FILE'] = file;
    begin(undefined);
    expect(await sentAfter(makeSpan)).to.deep.equal(['a']);
  });

  it('takes the older name of that variable where the newer is not set (V-09)', () => {
    process.env['OTEL_EXPERIMENTAL_CONFIG_FILE'] = `${FILES}/nothing.yaml`;
    begin(undefined);
    expect(propagation.fields()).to.deep.equal([]);
    expect(s.diagnostics).to.deep.equal([]);
  });

  it('ignores all other variables, but for those that the file refers to (V-09)', async () => {
    Object.assign(process.env, {
      OTEL_SDK_DISABLED: 'true',
      OTEL_SERVICE_NAME: 'no',
      OTEL_RESOURCE_ATTRIBUTES: 'no=1',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_TRACES_EXPORTER: 'junk',
      OTEL_PROPAGATORS: 'jaeger',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'junk',
      OTEL_EXPORTER_OTLP_HEADERS: 'no=1',
      OTEL_BSP_MAX_QUEUE_SIZE: '0',
      NAME: 'yes',
    });
    begin(exporting('resource: {attributes: [{name: service.name, value: "${NAME}"}]}'));
    expect(s.sdk.provider.resource.attributes).to.include({ 'service.name': 'yes' });
    expect(s.sdk.provider.resource.attributes).to.not.have.property('no');
    expect(propagation.fields()).to.deep.equal([]);
    expect(await sentAfter(makeSpan)).to.deep.equal(['a']);
    expect(collector.requests[0]?.headers).to.not.have.property('no');
    expect(s.diagnostics).to.deep.equal([]);
  });

  it('ignores them for exporters that are made in code too, until it is shut down', async () => {
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'tenant=1';
    begin('', {
      exporters: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: collector.url }))],
    });
    await s.sdk.shutdown();
    const sendOne = async (): Promise<unknown> => {
      const exporter = new OTLPTraceExporter({ url: collector.url });
      s.start({ exporters: [new SimpleSpanProcessor(exporter)] });
      makeSpan();
      await s.sdk.shutdown();
      return collector.requests.at(-1)?.headers['tenant'];
    };
    expect(await sendOne()).to.equal('1');
    process.env['OTEL_CONFIG_FILE'] = `${FILES}/nothing.yaml`;
    expect(await sendOne()).to.equal(undefined);
  });

  it('traces and propagates nothing where the file says nothing (D-01, D-13)', async () => {
    begin('');
    expect(trace.getTracer('spec').startSpan('a').isRecording()).to.equal(false);
    expect(propagation.fields()).to.deep.equal([]);
    expect(await sentAfter(makeSpan)).to.deep.equal([]);
  });

  it('still propagates where the file says that it is disabled (D-01)', async () => {
    begin(exporting('disabled: true\npropagator: {composite: [{b3: }]}'));
    expect(propagation.fields()).to.deep.equal(['b3']);
    expect(await sentAfter(makeSpan)).to.deep.equal([]);
  });

  it('lets options in code win, part by part', async () => {
    const memory = new InMemorySpanExporter();
    const text = exporting(
      'resource: {attributes: [{name: service.name, value: file}, {name: a, value: file}]}\n' +
        'propagator: {composite: [{b3: }]}',
    );
    begin(text, {
      serviceName: 'code',
      propagators: ['tracecontext'],
      exporters: [new SimpleSpanProcessor(memory)],
    });
    makeSpan();
    expect(memory.getFinishedSpans()[0]?.resource.attributes).to.include({
      'service.name': 'code',
      a: 'file',
    });
    expect(propagation.fields()).to.deep.equal(['traceparent', 'tracestate']);
    expect(await sentAfter(() => {})).to.deep.equal([]);
  });

  it('exports where code alone says where to', () => {
    const memory = new InMemorySpanExporter();
    begin('', { exporters: [new SimpleSpanProcessor(memory)] });
    makeSpan();
    expect(memory.getFinishedSpans()).to.have.length(1);
  });

  it('throws for a file in code that cannot be used, and leaves nothing behind (D-03)', () => {
    expect(() => begin('disabled: maybe')).to.throw(
      ConfigurationError,
      /tracing\.yaml:2: disabled: /,
    );
    process.env['OTEL_SERVICE_NAME'] = 'after';
    s.start({ exporters: [] });
    expect(s.sdk.provider.resource.attributes).to.include({ 'service.name': 'after' });
  });

  for (const [what, text] of [
    ['is wrong', 'disabled: maybe'],
    ['names what nobody knows', 'tracer_provider: {processors: [{nope: }]}'],
  ] as const) {
    it(`reports a file in the environment that ${what}, and traces nothing (D-03)`, () => {
      writeFileSync(file, `file_format: "1.1"\n${text}`);
      process.env['OTEL_CONFIG_FILE'] = file;
      begin(undefined);
      expect(s.codes()).to.deep.equal(['configuration.file']);
      expect(s.diagnostics[0]?.message).to.contain('tracing.yaml:2: ');
      expect(trace.getTracer('spec').startSpan('a').isRecording()).to.equal(false);
      expect(propagation.fields()).to.deep.equal([]);
    });
  }

  it('tells instrumentations what the file has for them, where code says nothing else (D-15)', () => {
    const memory = new InMemorySpanExporter();
    const general =
      'http: {client: {request_captured_headers: [x-a], known_methods: [GET]}}, ' +
      'sanitization: {url: {sensitive_query_parameters: [token]}}';
    begin(`instrumentation/development: {general: {${general}}}`, {
      exporters: [new SimpleSpanProcessor(memory)],
    });
    for (const options of [{}, { knownMethods: ['POST'], sensitiveQueryParameters: [] }]) {
      const call = httpClient('spec', options, () => {})({
        method: 'POST',
        url: 'http://127.0.0.1/?token=1',
      });
      call?.end(() => ({ requestHeader: (name) => (name === 'x-a' ? 'seen' : undefined) }));
    }
    expect(memory.getFinishedSpans().map(({ attributes }) => attributes)).to.containSubset([
      {
        'http.request.method': '_OTHER',
        'http.request.header.x-a': ['seen'],
        'url.full': 'http://127.0.0.1/?token=REDACTED',
      },
      { 'http.request.method': 'POST', 'url.full': 'http://127.0.0.1/?token=1' },
    ]);
  });

  it('takes everything that the model has for traces (D-08 to D-15)', () => {
    const { tracer_provider: provider } = parseConfigurationFile(`${FILES}/everything.yaml`);
    expect(provider?.processors).to.have.length(4);
    expect(provider?.processors[0]?.batch?.exporter).to.have.nested.property(
      'otlp_http.endpoint',
      'http://127.0.0.1:4318/v1/traces',
    );
    begin(undefined, { configFile: `${FILES}/everything.yaml`, exporters: [] });
    void createComponents(
      parseConfigurationFile(`${FILES}/everything.yaml`),
    ).tracerProvider.shutdown();
    // What is said by hand stands, whatever conventions the detectors follow.
    expect(s.sdk.provider.resource.schemaUrl).to.equal('https://opentelemetry.io/schemas/1.40.0');
    expect(s.diagnostics).to.deep.equal([]);
  });

  describe('in a process of its own', function () {
    this.timeout(30_000);

    it('exports to the collector that the environment names through the file (V-09, D-04)', async () => {
      const { code, stderr, stdout } = await runChild('configured.ts', {
        env: {
          OTEL_CONFIG_FILE: `${FILES}/migration.yaml`,
          OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url,
          OTEL_SERVICE_NAME: '0042',
          OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.0',
          OTEL_TRACES_SAMPLER: 'always_off',
        },
      }).ended;
      expect({ code, stderr, stdout }).to.deep.equal({ code: 0, stderr: '', stdout: '' });
      expect(collector.spans().map(({ name }) => name)).to.deep.equal(['work']);
      expect(collector.requests[0]?.headers['content-encoding']).to.equal('gzip');
      const attributes = collector.traces()[0]?.resourceSpans[0]?.resource?.attributes;
      expect(attributes).to.deep.include.members([
        { key: 'service.name', value: { stringValue: '0042' } },
        { key: 'service.version', value: { stringValue: '1.0' } },
      ]);
    });

    it('goes on without tracing where the file is not there, and says so once (D-03)', async () => {
      const { code, stderr } = await runChild('configured.ts', {
        env: { OTEL_CONFIG_FILE: '/not/there.yaml' },
      }).ended;
      expect(code).to.equal(0);
      expect(stderr).to.match(/^spantree: OTEL_CONFIG_FILE .*: \/not\/there\.yaml: .*ENOENT.*\n$/);
    });
  });
});
