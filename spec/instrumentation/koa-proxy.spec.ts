import { expect } from 'chai';
import type { Attributes } from '@opentelemetry/api';
import axios from 'axios';
import Koa from 'koa';
import { koaTracing } from '../../instrumentation/koa.js';
import { ended, useApps } from '../support/app.js';
import { harness } from '../support/harness.js';

describe('koaTracing behind a proxy', () => {
  const apps = useApps();
  const h = harness();

  async function attributesOf(
    headers: Record<string, string>,
    settings: ConstructorParameters<typeof Koa>[0] = { proxy: true },
  ): Promise<Attributes> {
    const app = new Koa(settings);
    app.use(koaTracing({ tracerProvider: h.provider }));
    app.use((ctx) => {
      ctx.body = 'ok';
    });
    await axios.get(await apps.serve(app), { headers });
    const [span] = await ended(h);
    return span!.attributes;
  }

  const xForwarded = {
    'x-forwarded-for': '9.9.9.9, 8.8.8.8',
    'x-forwarded-host': 'shop.example:8443, inner',
    'x-forwarded-proto': 'https, http',
  };

  it('that it trusts, believes X-Forwarded headers (C-HTS-04, C-HTS-05, C-HTS-06)', async () => {
    const attributes = await attributesOf(xForwarded);
    expect(attributes).to.include({
      'client.address': '9.9.9.9',
      'server.address': 'shop.example',
      'server.port': 8443,
      'url.scheme': 'https',
      'network.peer.address': '127.0.0.1',
    });
  });

  it('that it trusts, prefers Forwarded (C-HTS-04, C-HTS-05, C-HTS-06)', async () => {
    const forwarded = 'For="[2001:db8::1]:4711";Host=shop.example;proto=HTTPS, for=8.8.8.8';
    const attributes = await attributesOf({ forwarded, ...xForwarded });
    expect(attributes).to.include({
      'client.address': '2001:db8::1',
      'server.address': 'shop.example',
      'server.port': 443,
      'url.scheme': 'https',
    });
  });

  it('that it does not trust, believes nothing', async () => {
    const attributes = await attributesOf(xForwarded, {});
    expect(attributes).to.include({ 'client.address': '127.0.0.1', 'url.scheme': 'http' });
  });

  it('takes the client’s address from the header that the application names', async () => {
    const headers = { 'x-real-ip': '7.7.7.7', forwarded: 'for=6.6.6.6', ...xForwarded };
    const attributes = await attributesOf(headers, { proxy: true, proxyIpHeader: 'X-Real-IP' });
    expect(attributes['client.address']).to.equal('7.7.7.7');
  });

  it('takes no more entries than the application counts on', async () => {
    const headers = { forwarded: 'for=6.6.6.6', ...xForwarded };
    const attributes = await attributesOf(headers, { proxy: true, maxIpsCount: 1 });
    expect(attributes['client.address']).to.equal('8.8.8.8');
  });
});
