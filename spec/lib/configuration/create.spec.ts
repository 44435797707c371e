import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INVALID_SPANID, type TextMapPropagator } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import {
  detectorRegistry,
  exporterRegistry,
  idGeneratorRegistry,
  processorRegistry,
  propagatorRegistry,
  samplerRegistry,
} from '../../../lib/components.js';
import { ConfigurationError } from '../../../lib/configuration/configuration-error.js';
import { createComponents, type ConfiguredComponents } from '../../../lib/configuration/create.js';
import { parseConfiguration } from '../../../lib/configuration/parse.js';
import type { IdGenerator } from '../../../lib/ids.js';
import { NoopSpanProcessor } from '../../../lib/processors/noop.js';
import { AlwaysOffSampler } from '../../../lib/sampler.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { withEnvironment } from '../../support/environment.js';
import { harness } from '../../support/harness.js';

const made: ConfiguredComponents[] = [];
const collectors: Collector[] = [];
let memory: InMemorySpanExporter;
const asked: unknown[] = [];

/** Components of our own, each once for the process. */
before(() => {
  exporterRegistry.add('spec_memory', (options) => {
    asked.push(options);
    return memory;
  });
  exporterRegistry.add('spec_broken', () => {
    throw new TypeError('endpoint is missing');
  });
  processorRegistry.add('spec_processor', () => new NoopSpanProcessor());
  samplerRegistry.add('spec_sampler', () => new AlwaysOffSampler());
  propagatorRegistry.add('spec_propagator', () => propagator);
  detectorRegistry.add('spec_detector', () => ({
    detect: () => ({ attributes: { 'spec.a': 1, 'spec.b': 2, 'other.c': 3 } }),
  }));
  idGeneratorRegistry.add('spec_ids', () => ids);
});

const propagator: TextMapPropagator = {
  inject: () => {},
  extract: (context) => context,
  fields: () => ['x-spec'],
};
const ids: IdGenerator = {
  generateTraceId: () => '1'.repeat(32),
  generateSpanId: () => '2'.repeat(16),
};

/** Closed after the test, however it ends. */
async function collecting(): Promise<Collector> {
  const collector = await startCollector();
  collectors.push(collector);
  return collector;
}

function create(text: string, environment: Record<string, string> = {}): ConfiguredComponents {
  const model = parseConfiguration(`file_format: "1.1"\n${text}`, { file: 'a.yaml', environment });
  const components = createComponents(model);
  made.push(components);
  return components;
}

/** A tracer provider with one simple processor to memory, and these lines beside it. */
function tracing(lines = ''): ConfiguredComponents {
  return create(
    `tracer_provider:\n  processors: [{simple: {exporter: {spec_memory: }}}]\n${lines.replace(/^/gm, '  ')}`,
  );
}

const sampler = (yaml: string): string =>
  String(tracing(`sampler: ${yaml}`).tracerProvider.source.pipeline?.sampler);

describe('what a configuration is made into (D-06)', () => {
  harness();

  beforeEach(() => {
    memory = new InMemorySpanExporter();
    asked.length = 0;
  });

  afterEach(async () => {
    await Promise.all(made.splice(0).map((one) => one.tracerProvider.shutdown().catch(() => {})));
    await Promise.all(collectors.splice(0).map((collector) => collector.close()));
  });

  describe('the tracer provider', () => {
    it('exports spans through its processors, in their order (D-08)', () => {
      const { tracerProvider } = tracing();
      tracerProvider.getTracer('spec').startSpan('a').end();
      expect(memory.getFinishedSpans().map(({ name }) => name)).to.deep.equal(['a']);
    });

    for (const [what, text] of [
      ['is missing', ''],
      [
        'is disabled',
        'disabled: true\ntracer_provider: {processors: [{simple: {exporter: {spec_memory: }}}]}',
      ],
    ]) {
      it(`does nothing where it ${what} (D-01)`, () => {
        const span = create(text!).tracerProvider.getTracer('spec').startSpan('a');
        expect(span.isRecording()).to.equal(false);
        expect(span.spanContext().spanId).to.equal(INVALID_SPANID);
        expect(asked).to.deep.equal([]);
      });
    }

    it('has the limits, those of spans over those of attributes in general (D-10)', () => {
      const { tracerProvider } = create(
        `attribute_limits: {attribute_value_length_limit: 10, attribute_value_depth_limit: 3, attribute_count_limit: 7}
tracer_provider:
  processors: [{simple: {exporter: {spec_memory: }}}]
  limits: {attribute_count_limit: 5, attribute_value_length_limit: , event_count_limit: 4, link_count_limit: 3,
    event_attribute_count_limit: 2, link_attribute_count_limit: 1}`,
      );
      expect(tracerProvider.source.pipeline?.limits).to.deep.equal({
        attributeValueLengthLimit: 10,
        attributeValueDepthLimit: 3,
        attributeCountLimit: 5,
        eventCountLimit: 4,
        linkCountLimit: 3,
        attributePerEventCountLimit: 2,
        attributePerLinkCountLimit: 1,
      });
    });

    it('has the usual limits where nothing is said (D-10)', () => {
      expect(tracing('limits:').tracerProvider.source.pipeline?.limits).to.include({
        attributeValueLengthLimit: Infinity,
        attributeValueDepthLimit: 64,
        attributeCountLimit: 128,
      });
    });

    it('switches tracers by their names; the first that matches holds (D-08, D-16)', () => {
      const { tracerProvider } = tracing(
        `tracer_configurator/development:
  default_config: {enabled: false}
  tracers:
    - {name: "io.*.b?", config: {enabled: true}}
    - {name: old, config: {disabled: false}}`,
      );
      const isOn = (name: string): boolean => {
        const span = tracerProvider.getTracer(name).startSpan('a');
        const is = span.isRecording();
        span.end();
        return is;
      };
      expect(['io.x.b', 'IO.x.bc', 'other'].map(isOn)).to.deep.equal([false, false, false]);
      expect(['old', 'io.x.bc'].map(isOn)).to.deep.equal([true, true]);
    });

    it('has the ids of a generator by name (D-08)', () => {
      const { tracerProvider } = tracing('id_generator: {spec_ids: }');
      const span = tracerProvider.getTracer('spec').startSpan('a');
      span.end();
      expect(span.spanContext().traceId).to.equal('1'.repeat(32));
      expect(() => tracing('id_generator: {random: }')).to.not.throw();
    });
  });

  describe('samplers (D-11)', () => {
    for (const [yaml, text] of [
      ['{always_on: }', 'AlwaysOnSampler'],
      ['{always_off: {}}', 'AlwaysOffSampler'],
      ['{trace_id_ratio_based: {ratio: 0.25}}', 'TraceIdRatioBased{0.250000}'],
      ['{trace_id_ratio_based: }', 'TraceIdRatioBased{1.000000}'],
      ['{always_record: {root: {always_off: }}}', 'AlwaysRecord{AlwaysOffSampler}'],
      ['{spec_sampler: {any: 1}}', 'AlwaysOffSampler'],
      [
        '{parent_based: {root: {always_off: }, remote_parent_sampled: {always_off: }, ' +
          'remote_parent_not_sampled: {always_on: }, local_parent_sampled: {always_off: }, ' +
          'local_parent_not_sampled: {always_on: }}}',
        'ParentBased{root=AlwaysOffSampler, remoteParentSampled=AlwaysOffSampler, ' +
          'remoteParentNotSampled=AlwaysOnSampler, localParentSampled=AlwaysOffSampler, ' +
          'localParentNotSampled=AlwaysOnSampler}',
      ],
      [
        '{parent_based: }',
        'ParentBased{root=AlwaysOnSampler, remoteParentSampled=AlwaysOnSampler, ' +
          'remoteParentNotSampled=AlwaysOffSampler, localParentSampled=AlwaysOnSampler, ' +
          'localParentNotSampled=AlwaysOffSampler}',
      ],
    ] as const) {
      it(`makes ${yaml}`, () => {
        expect(sampler(yaml)).to.equal(text);
      });
    }

    for (const [yaml, pattern] of [
      ['{probability/development: {ratio: 0.25}}', /Probability.*0\.25/],
      ['{composite/development: {probability: {ratio: 0.5}}}', /ComposableProbability.*0\.5/],
      [
        '{composite/development: {parent_threshold: {root: {always_on: }}}}',
        /ParentThreshold.*root=.*AlwaysOn/,
      ],
      [
        '{composite/development: {rule_based: {rules: [' +
          '{attribute_values: {key: http.route, values: [/health]}, span_kinds: [server], parent: [none, remote], ' +
          'sampler: {always_off: }}, ' +
          '{attribute_patterns: {key: http.path, included: ["/a*"], excluded: [/ab]}, sampler: {always_on: }}]}}}',
        /RuleBased.*AlwaysOff.*AlwaysOn/,
      ],
    ] as const) {
      it(`makes ${yaml.slice(0, 60)}…`, () => {
        expect(sampler(yaml)).to.match(pattern);
      });
    }

    it('decides by the rules of a composite one', () => {
      const { tracerProvider } = tracing(
        'sampler: {composite/development: {rule_based: {rules: [' +
          '{attribute_values: {key: route, values: [/health]}, sampler: {always_off: }}, {sampler: {always_on: }}]}}}',
      );
      const tracer = tracerProvider.getTracer('spec');
      for (const route of ['/health', '/shop']) {
        tracer.startSpan(route, { attributes: { route } }).end();
      }
      expect(memory.getFinishedSpans().map(({ name }) => name)).to.deep.equal(['/shop']);
    });

    it('asks Jaeger for the service of the resource', async () => {
      const jaeger = await collecting();
      const { origin } = new URL(jaeger.url);
      create(
        `resource: {attributes: [{name: service.name, value: shop}]}
tracer_provider:
  processors: [{simple: {exporter: {spec_memory: }}}]
  sampler: {jaeger_remote/development: {endpoint: "${origin}", interval: 50000, initial_sampler: {always_on: }}}`,
      );
      await jaeger.received(1);
      expect(jaeger.requests[0]?.path).to.match(/\/sampling\?service=shop$/);
    });
  });

  describe('exporters (D-12)', () => {
    /** What arrives when one span goes through a processor with this exporter. */
    async function sent(kind: string, options: (url: string) => string) {
      const collector = await collecting();
      const { tracerProvider } = create(
        `tracer_provider:\n  processors:\n    - ${kind}:\n        exporter: {otlp_http: ${options(collector.url)}}`,
      );
      tracerProvider.getTracer('spec').startSpan('a').end();
      await tracerProvider.shutdown();
      expect(collector.spans().map(({ name }) => name)).to.deep.equal(['a']);
      return collector.requests[0]!;
    }

    it('send OTLP over HTTP to the endpoint as it is, as protobuf', async () => {
      const { path, headers } = await sent('batch', (url) => `{endpoint: "${url}/x"}`);
      expect(path).to.equal('/v1/traces/x');
      expect(headers['content-type']).to.equal('application/x-protobuf');
    });

    it('send it as JSON, compressed, with headers, of which those one by one win', async () => {
      const { headers } = await sent(
        'simple',
        (url) =>
          `{endpoint: "${url}", encoding: JSON, compression: gzip, timeout: 2000, headers_list: "a=1,b=%202", ` +
          'headers: [{name: A, value: "3"}, {name: c, value: }]}',
      );
      expect(headers).to.include({
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        a: '3',
        b: '2',
      });
      expect(headers).to.not.have.property('c');
    });

    it('take nothing from the environment', async () => {
      const variables = {
        OTEL_EXPORTER_OTLP_HEADERS: 'secret=1',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      };
      const collector = await collecting();
      const { tracerProvider } = withEnvironment(variables, () =>
        create(
          `tracer_provider: {processors: [{batch: {exporter: {otlp_http: {endpoint: "${collector.url}"}}}}]}`,
        ),
      );
      tracerProvider.getTracer('spec').startSpan('a').end();
      await tracerProvider.shutdown();
      expect(collector.requests[0]?.headers).to.not.have.any.keys('secret', 'content-encoding');
    });

    it('speak gRPC', async () => {
      expect(() =>
        create(
          'tracer_provider: {processors: [{batch: {exporter: {otlp_grpc: {endpoint: "127.0.0.1:9", tls: {insecure: true}}}}}]}',
        ),
      ).to.not.throw();
    });

    it('write files of OTLP JSON', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'spec-'));
      const file = join(folder, 'a.jsonl');
      const { tracerProvider } = create(
        `tracer_provider: {processors: [{batch: {exporter: {otlp_file/development: {output_stream: "${pathToFileURL(file).href}"}}}}]}`,
      );
      tracerProvider.getTracer('spec').startSpan('a').end();
      await tracerProvider.shutdown();
      expect(readFileSync(file, 'utf8')).to.contain('"name":"a"');
      rmSync(folder, { recursive: true });
    });

    for (const [what, options, message] of [
      [
        'a file',
        '{tls: {ca_file: /not/there.pem}}',
        /otlp_http: tls\.ca_file: expected a file that can be read, not "\/not\/there\.pem"$/,
      ],
      ['an endpoint', '{endpoint: "ftp://x"}', /^a\.yaml:2: .*\.exporter\.otlp_http: .*ftp/],
      ['a list of headers', '{headers_list: "a"}', /otlp_http: headers_list: expected key=value/],
    ] as const) {
      it(`say where ${what} stands that cannot be used`, () => {
        expect(() =>
          create(`tracer_provider: {processors: [{batch: {exporter: {otlp_http: ${options}}}}]}`),
        ).to.throw(ConfigurationError, message);
      });
    }

    it('may be processors, such as the tree, which need no other', () => {
      for (const kind of ['batch', 'simple']) {
        const { tracerProvider } = create(
          `tracer_provider: {processors: [{${kind}: {exporter: {console: }}}]}`,
        );
        expect(tracerProvider.source.pipeline?.processor).to.be.an('object');
      }
    });
  });

  describe('components by name (D-07)', () => {
    it('get their options as they stand, or none', () => {
      create(
        'tracer_provider: {processors: [{simple: {exporter: {spec_memory: {url: x, list: [1, {a: null}]}}}}, ' +
          '{simple: {exporter: {spec_memory: }}}, {spec_processor: }]}',
      );
      expect(asked).to.deep.equal([{ url: 'x', list: [1, { a: null }] }, undefined]);
    });

    it('that nobody has registered are refused, with those that there are', () => {
      const text =
        'tracer_provider:\n  processors:\n    - simple:\n        exporter:\n          nope:';
      expect(() => create(text)).to.throw(
        ConfigurationError,
        /^a\.yaml:6: tracer_provider\.processors\[0\]\.simple\.exporter\.nope: expected one of otlp_http, .*spec_memory.*: there is no exporter named "nope"$/,
      );
      for (const [lines, kind] of [
        ['sampler: {nope: }', 'sampler'],
        ['id_generator: {nope: }', 'id generator'],
      ]) {
        expect(() => tracing(lines)).to.throw(`there is no ${kind} named "nope"`);
      }
    });

    it('whose factories throw are told with their place', () => {
      const text =
        'tracer_provider:\n  processors:\n    - batch:\n        exporter: {spec_broken: }';
      expect(() => create(text))
        .to.throw(ConfigurationError)
        .that.satisfies(({ message, cause }: Error) => {
          const path = 'tracer_provider.processors[0].batch.exporter.spec_broken';
          return message === `a.yaml:5: ${path}: endpoint is missing` && cause instanceof TypeError;
        });
    });
  });

  describe('propagators (D-13)', () => {
    const fields = (yaml: string): string[] => create(yaml).propagator.fields();

    it('are none where none are named', () => {
      expect(fields('')).to.deep.equal([]);
      expect(fields('propagator:\n  composite_list: none')).to.deep.equal([]);
    });

    it('are those of both lists, each once', () => {
      const yaml =
        'propagator:\n  composite: [{tracecontext: }, {spec_propagator: {a: 1}}]\n  composite_list: b3, TraceContext,b3';
      expect(fields(yaml)).to.deep.equal(['traceparent', 'tracestate', 'x-spec', 'b3']);
    });

    it('that nobody knows are refused', () => {
      expect(() => fields('propagator:\n  composite:\n    - nope:')).to.throw(
        /^a\.yaml:4: propagator\.composite\[0\]\.nope: .*no propagator named "nope"$/,
      );
      expect(() => fields('propagator:\n  composite_list: b3,nope')).to.throw(
        /^a\.yaml:3: propagator\.composite_list: .*no propagator named "nope"/,
      );
    });
  });

  describe('the resource (D-14)', () => {
    const attributes = (yaml: string, env = {}) =>
      create(`resource:\n${yaml.replace(/^/gm, '  ')}`, env).resource.attributes;

    it('has attributes of all types, over those of the list, over the default', () => {
      const found = attributes(`attributes:
  - {name: service.name, value: shop}
  - {name: written, value: 1.10}
  - {name: flag, type: bool, value: true}
  - {name: count, type: int, value: 3}
  - {name: part, type: double, value: 0.5}
  - {name: texts, type: string_array, value: [a, 0x10]}
  - {name: counts, type: int_array, value: [1, 2]}
  - {name: nothing, value: }
attributes_list: service.name=no,service.version=1%2C0`);
      expect(found).to.include({
        'service.name': 'shop',
        'service.version': '1,0',
        written: '1.10',
        flag: true,
        count: 3,
        part: 0.5,
        'telemetry.sdk.name': 'spantree',
      });
      expect(found).to.deep.include({ texts: ['a', '0x10'], counts: [1, 2] });
      expect(found).to.not.have.property('nothing');
    });

    it('has the schema URL, and nothing of the environment', () => {
      const { resource } = withEnvironment(
        { OTEL_RESOURCE_ATTRIBUTES: 'a=1', OTEL_SERVICE_NAME: 'x' },
        () => create('resource:\n  schema_url: https://opentelemetry.io/schemas/1.40.0'),
      );
      expect(resource.schemaUrl).to.equal('https://opentelemetry.io/schemas/1.40.0');
      expect(resource.attributes).to.not.have.property('a');
      expect(resource.attributes['service.name']).to.match(/^unknown_service/);
    });

    it('refuses a list that is none', () => {
      expect(() => attributes('attributes_list: a')).to.throw(
        /^a\.yaml:3: resource\.attributes_list: expected key=value/,
      );
    });

    it('has what detectors find, as far as it is wanted, below what is said (D-16)', () => {
      const found = attributes(`detection/development:
  attributes: {included: ["spec.*"], excluded: [spec.b]}
  detectors: [{spec_detector: }]`);
      expect(found).to.include({ 'spec.a': 1 });
      expect(found).to.not.have.any.keys('spec.b', 'other.c', 'service.instance.id', 'host.name');
    });

    it('has the name of the service that its detector reads in the environment', () => {
      const found = withEnvironment({ OTEL_SERVICE_NAME: 'from-env' }, () =>
        attributes('detection/development: {detectors: [{service: }, {host: }, {process: }]}'),
      );
      expect(found).to.include({ 'service.name': 'from-env' });
      expect(found).to.have.any.keys('service.instance.id');
      expect(found).to.have.any.keys('os.type');
    });
  });
});
