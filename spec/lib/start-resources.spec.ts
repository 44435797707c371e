import { trace } from '@opentelemetry/api';
import { detectResources as officially, osDetector as officialOs } from '@opentelemetry/resources';
import { expect } from 'chai';
import { OTLPTraceExporter } from '../../exporters/index.js';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { detectorRegistry } from '../../lib/components.js';
import type { ResourceDetector } from '../../lib/detect-resources.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import type { Sdk, StartOptions } from '../../lib/start.js';
import { startCollector, type Collector } from '../support/collector.js';
import { withEnvironment } from '../support/environment.js';
import { starting } from '../support/starting.js';

const BY_DEFAULT = ['host.name', 'host.arch', 'process.pid', 'service.instance.id'];
const ALWAYS = ['service.name', 'telemetry.sdk.language', 'telemetry.sdk.name'];

/** A detector that takes its time. */
const slow: ResourceDetector = {
  detect: () => ({
    attributes: { late: new Promise((resolve) => setTimeout(resolve, 20, 'found after all')) },
  }),
};

describe('the resource that start() detects', () => {
  const s = starting();

  function begin(options: StartOptions = {}, env: Record<string, string> = {}): Sdk {
    return withEnvironment(env, () => s.start({ exporters: [], ...options }));
  }
  const resource = () => s.sdk.provider.resource;

  describe('by default', () => {
    it('tells host, process and instance, under their schema URL (T-RES-07, C-RES-04)', () => {
      begin();
      expect(resource().attributes).to.include.all.keys(...BY_DEFAULT, ...ALWAYS);
      expect(resource().schemaUrl).to.match(/^https:\/\/opentelemetry\.io\/schemas\/\d/);
    });

    it('tells nothing that is sensitive (C-RES-06)', () => {
      begin();
      expect(resource().attributes).to.not.have.any.keys('process.command_args', 'process.owner');
    });

    it('is there at once: no span waits for it', () => {
      const exporter = new InMemorySpanExporter();
      begin({ exporters: [new SimpleSpanProcessor(exporter)] });
      expect(resource().asyncAttributesPending).to.equal(false);
      trace.getTracer('spec').startSpan('s').end();
      expect(exporter.getFinishedSpans()).to.have.length(1);
    });

    it('leaves the schema URL to the resource that is given', () => {
      begin({ resource: resourceFromAttributes({ a: 1 }, { schemaUrl: 'http://own/1' }) });
      expect(resource().schemaUrl).to.equal('http://own/1');
      expect(resource().attributes).to.include.all.keys('a', ...BY_DEFAULT);
      expect(s.codes()).to.deep.equal([]);
    });

    it('is not looked for when nothing is traced', () => {
      begin({ disabled: true });
      expect(resource().attributes).to.not.have.any.keys(...BY_DEFAULT);
    });
  });

  describe('loses to what somebody has written down (T-RES-05)', () => {
    it('in the environment', () => {
      begin({}, { OTEL_RESOURCE_ATTRIBUTES: 'host.name=written' });
      expect(resource().attributes['host.name']).to.equal('written');
    });

    it('in code', () => {
      begin(
        { resource: { 'host.name': 'coded' }, resourceDetectors: ['host'] },
        { OTEL_RESOURCE_ATTRIBUTES: 'host.name=written' },
      );
      expect(resource().attributes['host.name']).to.equal('coded');
    });
  });

  describe('by the detectors that code names', () => {
    it('is what these find, and nothing else', () => {
      begin({ resourceDetectors: ['OS', { detect: () => ({ attributes: { own: 1 } }) }] });
      expect(resource().attributes).to.include.keys('os.type', 'own');
      expect(resource().attributes).to.not.have.any.keys(...BY_DEFAULT);
    });

    it('is nothing for an empty list, and for none', () => {
      for (const resourceDetectors of [[], ['none']]) {
        begin({ resourceDetectors });
        expect(resource().attributes).to.not.have.any.keys(...BY_DEFAULT);
        void s.sdk.shutdown();
      }
    });

    it('is everything for all', async () => {
      begin({ resourceDetectors: ['all'] });
      await resource().waitForAsyncAttributes?.();
      expect(resource().attributes).to.include.all.keys('os.type', ...BY_DEFAULT);
    });

    it('can have options beside a name', () => {
      begin({ resourceDetectors: [{ name: 'process', options: { commandArgs: true } }] });
      expect(resource().attributes['process.command_args']).to.include(process.argv[1]!);
    });

    it('can be that of an official detector', () => {
      begin({ resourceDetectors: [officialOs] });
      expect(resource().attributes).to.include.keys('os.type', 'os.version');
    });

    it('can be a resource, of either SDK', () => {
      begin({ resourceDetectors: [], resource: officially({ detectors: [officialOs] }) });
      expect(resource().attributes).to.include.keys('os.type');
    });

    it('wins over the environment', () => {
      begin({ resourceDetectors: ['os'] }, { OTEL_NODE_RESOURCE_DETECTORS: 'host' });
      expect(resource().attributes).to.include.keys('os.type').and.not.have.keys('host.name');
    });

    it('must be detectors, or known names', () => {
      expect(() => begin({ resourceDetectors: ['cloud'] })).to.throw(
        RangeError,
        'resourceDetectors: there is no resource detector named "cloud"; there are: env, host',
      );
      expect(() => begin({ resourceDetectors: [{} as ResourceDetector] })).to.throw(
        TypeError,
        'resourceDetectors: a Object has no method detect()',
      );
    });

    it('is all but what a broken one should have found', () => {
      const broken: ResourceDetector = {
        detect: () => {
          throw new Error('broken');
        },
      };
      begin({ resourceDetectors: [broken, 'os'] });
      expect(resource().attributes).to.include.keys('os.type');
      expect(s.codes()).to.deep.equal(['detector.threw']);
    });
  });

  describe('by the detectors of OTEL_NODE_RESOURCE_DETECTORS', () => {
    const detect = (names: string) => begin({}, { OTEL_NODE_RESOURCE_DETECTORS: names });

    it('is what these find, and nothing else', () => {
      detect('os,env');
      expect(resource().attributes).to.include.keys('os.type');
      expect(resource().attributes).to.not.have.any.keys(...BY_DEFAULT);
    });

    it('is nothing for none', () => {
      detect('none');
      expect(resource().attributes).to.have.all.keys(...ALWAYS, 'telemetry.sdk.version');
    });

    it('is what the known ones find, beside unknown ones', () => {
      detect('gcp,os');
      expect(resource().attributes).to.include.keys('os.type').and.not.have.any.keys(BY_DEFAULT);
      expect(s.codes()).to.deep.equal(['env.OTEL_NODE_RESOURCE_DETECTORS']);
    });

    it('is that by default where no name is known', () => {
      detect('gcp');
      expect(resource().attributes).to.include.all.keys(...BY_DEFAULT);
      expect(s.codes()).to.deep.equal(['env.OTEL_NODE_RESOURCE_DETECTORS']);
    });
  });

  describe('late', () => {
    let collector: Collector;
    beforeEach(async () => {
      collector = await startCollector();
    });
    afterEach(() => collector.close());

    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      it(`does not delay start(), and is in the request (${protocol})`, async () => {
        const exporter = new OTLPTraceExporter({ url: collector.url, protocol });
        begin({ exporters: [exporter], resourceDetectors: [slow] });
        expect(resource().asyncAttributesPending).to.equal(true);
        trace.getTracer('spec').startSpan('early').end();
        await s.sdk.forceFlush();
        const body = collector.requests[0]!.body.toString('latin1');
        expect(body).to.include('early').and.include('found after all');
      });
    }
  });
});

describe('the names of detectors', () => {
  const names = detectorRegistry.names();

  it('are in snake case; among them are those that the specification reserves (T-RES-08)', () => {
    for (const name of names) expect(name).to.match(/^[a-z]+(_[a-z]+)*$/);
    expect(names).to.include.members(['container', 'host', 'process', 'service']);
  });

  it('are each given once (T-RES-08)', () => {
    expect(() => detectorRegistry.add('Host', () => ({ detect: () => ({}) }))).to.throw(
      'a resource detector named "Host" is registered already',
    );
  });
});
