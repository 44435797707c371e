import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { setErrorHandler, resetDiagnostics, type Diagnostic } from '../../lib/diagnostics.js';
import { isTracingSuppressed } from '../../lib/context.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import { AlwaysOffSampler, AlwaysOnSampler } from '../../lib/sampler.js';
import {
  JaegerRemoteSampler,
  type JaegerRemoteSamplerOptions,
} from '../../samplers/jaeger-remote.js';
import { behavesLikeASampler } from '../contract/sampler.js';
import { runChild } from '../support/child.js';
import { refusingUrl, startCollector, type Collector } from '../support/collector.js';
import { ask, keeps } from '../support/sampling.js';

const ALL = JSON.stringify({ probabilisticSampling: { samplingRate: 1 } });
const NONE = JSON.stringify({ probabilisticSampling: { samplingRate: 0 } });
const RATE = JSON.stringify({
  strategyType: 'RATE_LIMITING',
  rateLimitingSampling: { maxTracesPerSecond: 0.001 },
});

describe('JaegerRemoteSampler', () => {
  let backend: Collector;
  let diagnostics: Diagnostic[];
  const samplers: JaegerRemoteSampler[] = [];

  beforeEach(async () => {
    resetDiagnostics();
    diagnostics = [];
    setErrorHandler((diagnostic) => diagnostics.push(diagnostic));
    backend = await startCollector();
  });
  afterEach(async () => {
    for (const sampler of samplers.splice(0)) await sampler.shutdown();
    await backend.close();
    setErrorHandler(() => {});
  });

  function remote(options: Partial<JaegerRemoteSamplerOptions> = {}): JaegerRemoteSampler {
    const sampler = new JaegerRemoteSampler({
      serviceName: 'shop',
      endpoint: new URL(backend.url).origin,
      pollingIntervalMillis: 5,
      initialSampler: new AlwaysOffSampler(),
      ...options,
    });
    samplers.push(sampler);
    return sampler;
  }

  /** Waits until something holds. */
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const answer = (body: string) => backend.always({ status: 200, body });

  behavesLikeASampler('JaegerRemoteSampler{AlwaysOnSampler}', () =>
    remote({ initialSampler: new AlwaysOnSampler() }),
  );

  it('asks for the strategy of its service (T-SAMP-14)', async () => {
    answer(ALL);
    const sampler = remote({ serviceName: 'shop & co', headers: { 'x-key': 'k' } });
    expect(keeps(sampler, { random: '0' }), 'before the first answer').to.equal(false);
    await until(() => keeps(sampler, { random: '0' }));
    const [request] = backend.requests;
    expect(request!.method).to.equal('GET');
    expect(request!.path).to.equal('/sampling?service=shop+%26+co');
    expect(request!.headers).to.include({ accept: 'application/json', 'x-key': 'k' });
    expect(String(sampler)).to.equal('JaegerRemoteSampler{ProbabilitySampler{1}}');
    expect(diagnostics).to.deep.equal([]);
  });

  it('does one trace of a thousand until the first answer (T-SAMP-13)', () => {
    backend.always('hang');
    const sampler = new JaegerRemoteSampler({
      serviceName: 'shop',
      endpoint: new URL(backend.url).origin,
    });
    samplers.push(sampler);
    expect(ask(sampler, { random: 'ffbe77' }).decision).to.equal(2);
    expect(ask(sampler, { random: 'ffbe76' }).decision).to.equal(0);
  });

  for (const path of ['', '/', '/sampling', '/sampling/']) {
    it(`finds it under ${path || 'the bare endpoint'} (T-SAMP-14)`, async () => {
      remote({ endpoint: `${new URL(backend.url).origin}${path}` });
      await backend.received(1);
      expect(backend.requests[0]!.path.replace('/?', '?')).to.equal('/sampling?service=shop');
    });
  }

  it('follows the backend (T-SAMP-13)', async () => {
    answer(ALL);
    const sampler = remote();
    await until(() => keeps(sampler, { random: '0' }));
    answer(NONE);
    await until(() => !keeps(sampler, { random: 'f' }));
    answer(RATE);
    await until(() => String(sampler).includes('RateLimiting'));
  });

  it('does not begin anew with the same strategy (T-SAMP-15)', async () => {
    answer(RATE);
    const sampler = remote();
    await until(() => keeps(sampler)); // its one token
    const { length } = backend.requests;
    await until(() => backend.requests.length > length + 3 || keeps(sampler));
    expect(keeps(sampler)).to.equal(false);
  });

  for (const [name, bad] of Object.entries({
    'an error': { status: 500, body: ALL },
    'no such service': { status: 404 },
    'no JSON': { status: 200, body: '<html>' },
    'no strategy': { status: 200, body: '{}' },
    'a wrong ratio': { status: 200, body: '{"probabilisticSampling":{"samplingRate":7}}' },
    'a reset': 'reset',
    'no HTTP': 'no http',
    'half a body': 'reset in body',
    silence: 'hang',
    'a body without an end': 'hang in body',
  } as const)) {
    it(`keeps the last good strategy after ${name}, and reports once (T-SAMP-15)`, async () => {
      answer(ALL);
      const sampler = remote({ timeoutMillis: 30 });
      await until(() => keeps(sampler, { random: '0' }));
      resetDiagnostics(); // of a slow first answer
      diagnostics.length = 0;
      backend.always(bad);
      const { length } = backend.requests;
      await until(() => {
        expect(keeps(sampler, { random: '0' })).to.equal(true);
        return backend.requests.length > length + 2 && diagnostics.length > 0;
      });
      expect(diagnostics.map(({ code }) => code)).to.deep.equal(['sampler.jaeger-remote']);
      expect(diagnostics[0]!.message).to.include('ProbabilitySampler{1} stays in force');
      answer(NONE);
      await until(() => !keeps(sampler, { random: 'f' }));
    });
  }

  it('works where nobody listens, and says so (T-SAMP-15)', async () => {
    const sampler = remote({ endpoint: new URL(await refusingUrl()).origin });
    await until(() => diagnostics.length > 0);
    expect(keeps(sampler)).to.equal(false);
    expect(diagnostics[0]!.message).to.match(/^no sampling strategy from http:.*service=shop/);
  });

  it('refuses an answer without end', async () => {
    backend.always({ status: 200, body: ' '.repeat(5 * 1024 * 1024) });
    remote();
    await until(() => diagnostics.length > 0);
    expect(String(diagnostics[0]!.error)).to.include('longer than');
  });

  it('asks no more while nobody starts spans, and again when somebody does', async () => {
    answer(NONE);
    const sampler = remote();
    await backend.received(1);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(backend.requests).to.have.length(1);
    answer(ALL);
    await until(() => keeps(sampler, { random: '0' }));
  });

  it('ends at shutdown, and keeps its strategy (T-SAMP-15)', async () => {
    answer(ALL);
    const sampler = remote();
    await until(() => keeps(sampler, { random: '0' }));
    await sampler.shutdown();
    answer(NONE);
    const { length } = backend.requests;
    for (let i = 0; i < 10; i++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(keeps(sampler, { random: '0' })).to.equal(true);
    }
    expect(backend.requests.length).to.be.at.most(length + 1); // one may have been under way
  });

  it('gives up a request at shutdown, without a report (T-SAMP-15)', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sampler = remote({ endpoint: `http://127.0.0.1:${port}` });
    const [request] = (await once(server, 'request')) as [IncomingMessage];
    const closed = once(request.socket, 'close');
    await sampler.shutdown();
    await closed;
    expect(diagnostics).to.deep.equal([]);
    server.close();
    server.closeAllConnections();
  });

  it('never asks when it is ended at once', async () => {
    await remote().shutdown();
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(backend.requests).to.deep.equal([]);
  });

  it('asks where tracing is suppressed, so that it makes no spans', async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const real = globalThis.fetch;
    const suppressed: boolean[] = [];
    globalThis.fetch = async (...input) => {
      suppressed.push(isTracingSuppressed(context.active()));
      return real(...input);
    };
    try {
      const span = trace.wrapSpanContext({ traceId: 'a', spanId: 'b', traceFlags: 1 });
      context.with(trace.setSpan(context.active(), span), () => remote());
      await backend.received(1);
      expect(suppressed).to.deep.equal([true]);
    } finally {
      globalThis.fetch = real;
      context.disable();
    }
  });

  it('does not hold the process (T-SAMP-15)', async () => {
    answer(ALL);
    const endpoint = new URL(backend.url).origin;
    const { code, stdout } = await runChild('jaeger-remote.ts', { args: [endpoint] }).ended;
    expect([code, stdout]).to.deep.equal([0, 'JaegerRemoteSampler{ProbabilitySampler{1}}\n']);
  });

  for (const [options, why] of [
    [{ serviceName: '' }, 'serviceName must be the name of a service, not empty'],
    [{ serviceName: undefined }, 'serviceName must be the name of a service, not undefined'],
    [{ endpoint: 'localhost:5778' }, 'endpoint must be an http or https URL, not "localhost:5778"'],
    [{ endpoint: 'grpc://j:14250' }, 'endpoint must be an http or https URL'],
    [{ pollingIntervalMillis: 0 }, 'pollingIntervalMillis must be a number above 0, not 0'],
    [{ timeoutMillis: NaN }, 'timeoutMillis must be a number above 0, not NaN'],
    [{ initialSampler: {} }, 'initialSampler: a Object has no method shouldSample()'],
  ] as unknown as [JaegerRemoteSamplerOptions, string][]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => remote(options)).to.throw(why);
    });
  }
});
