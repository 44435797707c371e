import * as official from '@opentelemetry/resources';
import * as semconv from '@opentelemetry/semantic-conventions/incubating';
import { expect } from 'chai';
import * as ours from '../../lib/index.js';

/** The detectors that both have: ours, theirs. */
const PAIRS = {
  envDetector: [ours.envDetector, official.envDetector],
  hostDetector: [ours.hostDetector, official.hostDetector],
  osDetector: [ours.osDetector, official.osDetector],
  processDetector: [ours.processDetector, official.processDetector],
  serviceInstanceIdDetector: [ours.serviceInstanceIdDetector, official.serviceInstanceIdDetector],
} as const;

/** Where ours says something else on purpose. */
const DIFFERENT: Record<string, string> = {
  'process.command_args': 'not told unless it is asked for',
  'process.owner': 'not told unless it is asked for',
  'process.command': 'what the process was started as, not its first argument',
  'process.executable.name': 'the file, not the title of the process',
  'os.version': 'that of the distribution, not of the kernel',
  'service.instance.id': 'random',
};

async function attributesOf(resource: {
  attributes: object;
  waitForAsyncAttributes?(): Promise<void>;
}): Promise<Record<string, unknown>> {
  await resource.waitForAsyncAttributes?.();
  return { ...resource.attributes };
}

describe('detectors of ours and of the official SDK (T-RES-07)', () => {
  const environment = process.env['OTEL_RESOURCE_ATTRIBUTES'];
  before(() => (process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'team=blue'));
  after(() => {
    if (environment === undefined) delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    else process.env['OTEL_RESOURCE_ATTRIBUTES'] = environment;
  });

  for (const [name, [own, their]] of Object.entries(PAIRS)) {
    it(`work in each other's detectResources: ${name}`, async () => {
      const oursInTheirs = official.detectResources({ detectors: [own] });
      const oursInOurs = ours.detectResources({ detectors: [own] });
      const theirsInOurs = ours.detectResources({ detectors: [their] });
      const theirsInTheirs = official.detectResources({ detectors: [their] });
      const found = await attributesOf(oursInOurs);
      expect(Object.keys(found)).to.have.length.greaterThan(0);
      expect(await attributesOf(oursInTheirs)).to.deep.equal(found);
      expect(await attributesOf(theirsInOurs)).to.deep.equal(await attributesOf(theirsInTheirs));
    });

    it(`find the same, or mean to differ: ${name}`, async () => {
      const found = await attributesOf(ours.detectResources({ detectors: [own] }));
      const theirs = official.detectResources({ detectors: [their] });
      const expected = Object.entries(await attributesOf(theirs));
      for (const [key, value] of expected) {
        if (!(key in DIFFERENT)) expect(found[key], key).to.equal(value);
      }
    });
  }
});

describe('the attributes that our detectors tell', () => {
  const known = new Set<string>(
    Object.values(semconv).filter((value) => typeof value === 'string'),
  );

  it('have names of the semantic conventions (C-RES-04, C-RES-06, C-RES-08, C-RES-09)', () => {
    process.env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
    const detectors = ours.detectorRegistry
      .names()
      .filter((name) => name !== 'env' && !name.startsWith('spec'))
      .map((name) => ours.detectorRegistry.create(name, { commandArgs: true, owner: true }));
    const found = detectors.flatMap((one) => Object.keys(one.detect().attributes ?? {}));
    delete process.env['KUBERNETES_SERVICE_HOST'];
    expect(found.length).to.be.greaterThan(25);
    expect(found.filter((name) => !known.has(name))).to.deep.equal([]);
  });
});
