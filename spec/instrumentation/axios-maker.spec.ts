import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import axios, { create } from 'axios';
import { expect } from 'chai';
import type { Axios } from '../../instrumentation/axios-adapter.js';
import { makerOf } from '../../instrumentation/axios-maker.js';
import { traceAxios } from '../../instrumentation/axios.js';
import { hiddenAxios, requiredAxios } from '../support/axios-copies.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

const seen = (instance: unknown) => makerOf(instance as Axios);

describe('the axios that made an instance', () => {
  const h = harness();
  const origin = useOrigin();

  it('is the instance itself where that resolves names', () => {
    expect(seen(axios).found).to.equal(axios);
  });

  it('is found among what was required, at once', () => {
    const required = requiredAxios();
    expect(seen(required.create()).found).to.equal(required);
  });

  it('is found behind what is loaded from a folder of that name and is no axios', () => {
    const { cache } = createRequire(import.meta.url);
    const file = '/somewhere/axios/odd.js';
    const required = requiredAxios();
    const real = Object.entries(cache).filter(([path]) => path.includes('axios'));
    for (const [path] of real) delete cache[path];
    cache[file] = { exports: { getAdapter() {}, interceptors: {} } } as NodeJS.Module;
    for (const [path, module] of real) cache[path] = module;
    try {
      expect(seen(required.create()).found).to.equal(required);
    } finally {
      delete cache[file];
    }
  });

  it('is found by import a little later', async () => {
    const maker = seen(create());
    for (let turns = 0; maker.found === undefined && turns < 100; turns++) await turn();
    expect(maker.found).to.equal(axios);
  });

  it('is not another copy', async () => {
    const maker = seen(hiddenAxios().create());
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(maker.found).to.equal(undefined);
  });

  for (const [what, made] of [
    ['an instance whose maker is known', () => requiredAxios().create()],
    ['an instance of an unknown axios', () => hiddenAxios().create()],
  ] as const) {
    it(`${what} sends a request once, with one span and the caller's own config`, async () => {
      const instance = made();
      traceAxios(instance, { tracerProvider: h.provider });
      const { config, data } = await instance.get<{ method: string }>(origin.url, {
        params: { page: 3 },
      });
      expect(config.params).to.deep.equal({ page: 3 });
      expect(data.method).to.equal('GET');
      expect(h.spans().map(({ name }) => name)).to.deep.equal(['GET']);
    });
  }
});
