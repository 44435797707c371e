import { create, type AxiosRequestConfig, type CreateAxiosDefaults } from 'axios';
import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traceAxios } from '../../instrumentation/axios.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

describe('the URL of a request of axios (C-HTC-01, C-HTC-05)', () => {
  const h = harness();
  const origin = useOrigin();
  const sent = async (config: AxiosRequestConfig, defaults: CreateAxiosDefaults = {}) => {
    const instance = create(defaults);
    traceAxios(instance, { tracerProvider: h.provider });
    await instance.request(config);
    return h.spans()[0]!.attributes;
  };
  const expectAsSent = (recorded: unknown) =>
    expect(recorded).to.equal(origin.url + origin.requests[0]!.url);

  it('has the base URL of the instance', async () => {
    const attributes = await sent({ url: 'orders' }, { baseURL: `${origin.url}/api/` });
    expect(attributes['url.full']).to.equal(`${origin.url}/api/orders`);
    expectAsSent(attributes['url.full']);
  });

  it('has the params, as axios writes them', async () => {
    const attributes = await sent(
      { url: `${origin.url}/a?x=1`, params: { list: [1, 2], text: 'a b', none: undefined } },
      { params: { all: 'yes' } },
    );
    expect(attributes['url.full']).to.contain('all=yes').and.to.contain('text=a+b');
    expectAsSent(attributes['url.full']);
  });

  it('has the params, as the serializer of the application writes them', async () => {
    const attributes = await sent({
      url: `${origin.url}/a`,
      params: { id: 7 },
      paramsSerializer: { serialize: ({ id }) => `number=${id}` },
    });
    expect(attributes['url.full']).to.equal(`${origin.url}/a?number=7`);
    expectAsSent(attributes['url.full']);
  });

  it('hides signatures in the params (C-HTC-06)', async () => {
    const attributes = await sent({ url: `${origin.url}/a`, params: { sig: 's3cret' } });
    expect(attributes['url.full']).to.equal(`${origin.url}/a?sig=REDACTED`);
    expect(origin.requests[0]!.url).to.equal('/a?sig=s3cret');
  });

  it('is what interceptors have made of it', async () => {
    const instance = create({ baseURL: 'http://nowhere.invalid', params: { from: 'defaults' } });
    instance.interceptors.request.use((config) => {
      delete config.baseURL;
      delete config.params;
      return Object.assign(config, { url: `${origin.url}/moved` });
    });
    traceAxios(instance, { tracerProvider: h.provider });
    await instance.get('/a');
    expect(h.span('GET').attributes['url.full']).to.equal(`${origin.url}/moved`);
    expectAsSent(h.span('GET').attributes['url.full']);
  });

  it('shows nothing of auth', async () => {
    const attributes = await sent({
      url: origin.url,
      auth: { username: 'user', password: 'pass-word' },
    });
    expect(JSON.stringify(attributes)).not.to.match(/user|pass-word|dXNlcj/);
    expect(origin.requests[0]!.headers.authorization).to.match(/^Basic /);
  });

  it('is of no interest when it is a data: URL', async () => {
    const instance = create();
    traceAxios(instance, { tracerProvider: h.provider });
    const { data } = await instance.get<string>('data:text/plain,hello', { responseType: 'text' });
    expect(data).to.equal('hello');
    expect(h.spans()).to.be.empty;
  });

  it('names the host of the URL for a Unix socket too (C-HTC-04)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spantree-'));
    const socketPath = join(folder, 'http.sock');
    const server = createServer((_, response) => response.end());
    await new Promise<void>((listening) => server.listen(socketPath, listening));
    try {
      const attributes = await sent({ socketPath, url: '/containers' });
      expect(attributes).to.include({
        'url.full': 'http://localhost/containers',
        'server.address': 'localhost',
        'server.port': 80,
      });
    } finally {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true });
    }
  });
});
