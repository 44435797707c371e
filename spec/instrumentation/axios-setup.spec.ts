import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import axios, { create } from 'axios';
import { expect } from 'chai';
import { traceAxios } from '../../instrumentation/axios.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

describe('traceAxios', () => {
  const h = harness();
  const origin = useOrigin();
  const options = () => ({ tracerProvider: h.provider });
  const count = () => h.spans().length;

  for (const nothing of [undefined, null, {}, () => {}, 'axios', { interceptors: {} }]) {
    it(`throws when it is given ${String(nothing)}, and says what it takes`, () => {
      expect(() => traceAxios(nothing as never)).to.throw(TypeError, 'as in traceAxios(axios)');
    });
  }

  const bad: [string, object, string][] = [
    ['a hook that is no function', { ignore: '/health' }, 'ignore takes a function, got "/health"'],
    ['a name that is no function', { spanName: 'GET' }, 'spanName takes a function, got "GET"'],
    ['a host list', { propagateTo: ['a.test'] }, 'propagateTo takes a function, got ["a.test"]'],
    ['a header that is no name', { requestHeaders: [7] }, 'requestHeaders takes a list of names'],
    ['methods that are no list', { knownMethods: 'GET' }, 'knownMethods takes a list of names'],
  ];
  for (const [what, given, message] of bad) {
    it(`throws for ${what}, with the value in the message`, () => {
      const instance = create();
      expect(() => traceAxios(instance, given as never)).to.throw(TypeError, message);
    });
  }

  it('adds no interceptor when it throws', () => {
    const instance = create();
    expect(() => traceAxios(instance, { ignore: 1 as never })).to.throw();
    let interceptors = 0;
    const { request } = instance.interceptors as unknown as {
      request: { forEach(each: () => void): void };
    };
    request.forEach(() => interceptors++);
    expect(interceptors).to.equal(0);
  });

  it('traces an instance for itself: axios.create() copies no interceptors', async () => {
    const untrace = traceAxios(axios, options());
    try {
      await create().get(origin.url);
      expect(count()).to.equal(0);
      await axios.get(origin.url);
      expect(count()).to.equal(1);
    } finally {
      untrace();
    }
  });

  it('makes one span where it is called twice', async () => {
    const instance = create();
    traceAxios(instance, options());
    traceAxios(instance, options());
    await instance.get(origin.url);
    expect(count()).to.equal(1);
  });

  for (const first of [true, false]) {
    it(`still makes one after the ${first ? 'first' : 'second'} of two was taken off`, async () => {
      const instance = create();
      const untrace = [traceAxios(instance, options()), traceAxios(instance, options())];
      untrace[first ? 0 : 1]!();
      await instance.get(origin.url);
      expect(count()).to.equal(1);
    });
  }

  it('can be taken off twice, and put on again', async () => {
    const instance = create();
    const untrace = traceAxios(instance, options());
    untrace();
    untrace();
    traceAxios(instance, options());
    await instance.get(origin.url);
    expect(count()).to.equal(1);
  });

  it('ends the span of a request that is on its way when it is taken off', async () => {
    const instance = create();
    const untrace = traceAxios(instance, options());
    origin.next({ delay: 10 });
    const answer = instance.get(origin.url);
    await origin.arrival();
    untrace();
    await answer;
    expect(h.span('GET').attributes['http.response.status_code']).to.equal(200);
  });

  it('uses the global provider that is registered after it', async () => {
    const instance = create();
    traceAxios(instance);
    trace.setGlobalTracerProvider(h.provider);
    await instance.get(origin.url);
    expect(h.span('GET').instrumentationScope.name).to.equal('spantree/axios');
  });

  it('uses the provider it was given for each of several services', async () => {
    const service = (name: string) => {
      const instance = create();
      traceAxios(instance, {
        tracerProvider: { getTracer: () => h.provider.getTracer(name) },
      });
      return instance;
    };
    await Promise.all([service('shop').get(origin.url), service('stock').get(origin.url)]);
    const scopes = h.spans().map(({ instrumentationScope }) => instrumentationScope.name);
    expect(scopes).to.have.members(['shop', 'stock']);
  });

  it('leaves no context active', async () => {
    const instance = create();
    traceAxios(instance, options());
    await instance.get(origin.url);
    expect(context.active()).to.equal(ROOT_CONTEXT);
  });
});
