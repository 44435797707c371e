import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { samplerRegistry } from '../../lib/components.js';
import { readEnvironment, type Settings } from '../../lib/config.js';
import { environmentSampler } from '../../lib/from-environment.js';
import { AlwaysOnSampler, type Sampler } from '../../lib/sampler.js';
import { start } from '../../lib/start.js';
import { JaegerRemoteSampler } from '../../samplers/jaeger-remote.js';
import { startCollector, type Collector } from '../support/collector.js';
import { ask, below, keeps } from '../support/sampling.js';

describe('samplers by name', () => {
  let diagnostics: Diagnostic[];
  const remotes: JaegerRemoteSampler[] = [];

  beforeEach(() => {
    resetDiagnostics();
    diagnostics = [];
    setErrorHandler((diagnostic) => diagnostics.push(diagnostic));
  });
  afterEach(async () => {
    for (const remote of remotes.splice(0)) await remote.shutdown();
    setErrorHandler(() => {});
  });

  /** The sampler of an environment. */
  function named(name: string, argument = '', more: Record<string, string> = {}): Sampler {
    const environment = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument, ...more };
    const sampler = environmentSampler(readEnvironment(environment))!;
    if (sampler instanceof JaegerRemoteSampler) remotes.push(sampler);
    return sampler;
  }

  for (const [name, argument, description] of [
    ['probability', '0.25', 'ProbabilitySampler{0.25}'],
    ['Probability', '', 'ProbabilitySampler{1}'],
    ['adaptive', '20', 'AdaptiveSampler{20}'],
    ['rate_limiting', '0.5', 'RateLimitingSampler{0.5}'],
    ['jaeger_remote', 'initialSamplingRate=0.5', 'JaegerRemoteSampler{ProbabilitySampler{0.5}}'],
    ['jaeger_remote', '', 'JaegerRemoteSampler{ProbabilitySampler{0.001}}'],
  ] as const) {
    it(`makes ${description} of ${name} and "${argument}" (V-06, V-07)`, () => {
      expect(String(named(name, argument))).to.equal(description);
      expect(diagnostics).to.deep.equal([]);
    });
  }

  it('follows parents as parentbased_probability (V-06)', () => {
    const sampler = named('parentbased_probability', '0');
    expect(keeps(sampler, { random: 'f' })).to.equal(false);
    expect(keeps(sampler, { random: 'f', context: below() })).to.equal(true);
    expect(diagnostics).to.deep.equal([]);
  });

  for (const [name, argument, why] of [
    ['probability', '2', 'OTEL_TRACES_SAMPLER_ARG: "2" is no ratio from 0 to 1: it is ignored'],
    ['jaeger_remote', '0.5', 'OTEL_TRACES_SAMPLER_ARG: "0.5" is none of endpoint=…'],
    ['jaeger_remote', 'endpoint=j:1', 'OTEL_TRACES_SAMPLER_ARG: endpoint cannot be "j:1"'],
    [
      'adaptive',
      'many',
      '"adaptive" is ignored: tracesPerSecond must be a number above 0, not NaN',
    ],
    ['rate_limiting', '', '"rate_limiting" is ignored: tracesPerSecond must be a number above 0'],
  ] as const) {
    it(`reports the argument "${argument}" of ${name}, and does not throw (V-07)`, () => {
      named(name, argument);
      expect(diagnostics).to.have.length(1);
      expect(diagnostics[0]!.message).to.include(why);
    });
  }

  it('know the name that the code gives the service', async () => {
    let name: string | undefined;
    samplerRegistry.add('spec-asks-for-name', (_options, { serviceName }) => {
      name = serviceName;
      return new AlwaysOnSampler();
    });
    await start({ serviceName: 'shop', sampler: 'spec-asks-for-name', exporters: [] }).shutdown();
    expect(name).to.equal('shop');
  });

  it('has no sampler of X-Ray, and says what there is (V-06)', () => {
    expect(named('xray', 'endpoint=http://localhost:2000')).to.equal(undefined);
    expect(diagnostics).to.have.length(1);
    expect(diagnostics[0]!.message).to.match(
      /^OTEL_TRACES_SAMPLER: "xray" is ignored: there is no sampler named "xray"; there are: always_on, .*jaeger_remote/,
    );
  });

  it('takes options from code, and no argument that is meant for another', () => {
    const { batch, spanLimits, generalLimits, otlp, zipkin } = readEnvironment({});
    const settings: Settings = { batch, spanLimits, generalLimits, otlp, zipkin };
    settings.samplerArgument = '0.5';
    const make = (name: string, options?: unknown) =>
      String(samplerRegistry.create(name, options, settings));
    expect(make('probability')).to.equal('ProbabilitySampler{1}');
    expect(make('probability', { ratio: 0.25 })).to.equal('ProbabilitySampler{0.25}');
    expect(make('adaptive', { tracesPerSecond: 5 })).to.equal('AdaptiveSampler{5}');
    expect(() => make('adaptive')).to.throw(RangeError, 'not undefined');
    const precise = samplerRegistry.create('probability', { ratio: 1 / 3, precision: 2 });
    expect(ask(precise, { random: 'f' }).traceState?.get('ot')).to.equal('th:ab');
  });

  describe('jaeger_remote', () => {
    let backend: Collector;
    beforeEach(async () => {
      backend = await startCollector();
    });
    afterEach(() => backend.close());

    it('follows parents as parentbased_jaeger_remote (V-06)', async () => {
      const body = JSON.stringify({ probabilisticSampling: { samplingRate: 1 } });
      backend.always({ status: 200, body });
      const argument = `endpoint=${new URL(backend.url).origin},initialSamplingRate=0`;
      const sampler = named('parentbased_jaeger_remote', argument);
      expect(keeps(sampler, { random: 'f' })).to.equal(false);
      expect(keeps(sampler, { random: '0', context: below() })).to.equal(true);
      while (!keeps(sampler, { random: '0' })) await new Promise((done) => setTimeout(done, 1));
      expect(keeps(sampler, { random: 'f', context: below({ traceFlags: 2 }) })).to.equal(false);
    });

    for (const [variables, service] of [
      [{ OTEL_SERVICE_NAME: 'shop' }, 'shop'],
      [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=till' }, 'till'],
      [{}, 'unknown_service'],
    ] as [Record<string, string>, string][]) {
      it(`asks the endpoint of its argument for ${service} (V-07)`, async () => {
        const body = JSON.stringify({ probabilisticSampling: { samplingRate: 1 } });
        backend.always({ status: 200, body });
        const endpoint = new URL(backend.url).origin;
        const sampler = named(
          'jaeger_remote',
          `endpoint=${endpoint},pollingIntervalMs=5`,
          variables,
        );
        await backend.received(1);
        expect(backend.requests[0]!.path).to.match(new RegExp(`^/sampling\\?service=${service}`));
        while (!keeps(sampler, { random: '0' })) await new Promise((done) => setTimeout(done, 1));
      });
    }
  });
});
