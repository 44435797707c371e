import { SpanKind } from '@opentelemetry/api';
import axios from 'axios';
import { expect } from 'chai';
import Koa from 'koa';
import { traceAxios } from '../../instrumentation/axios.js';
import { koaTracing } from '../../instrumentation/koa.js';
import { ended, useApps } from '../support/app.js';
import { harness } from '../support/harness.js';

/*
 * All that the instrumentations say by themselves. What is opt-in (sizes and bodies, url.scheme and the
 * user agent of clients, network.transport), and names of the past (peer.service, http.url), must not come in.
 */
describe('the attributes of an HTTP call, if nothing is asked for', () => {
  const h = harness();
  const apps = useApps();

  async function call() {
    const app = new Koa();
    app.use(koaTracing({ tracerProvider: h.provider }));
    app.use((ctx) => (ctx.body = { answer: 42 }));
    const url = await apps.serve(app);
    const client = axios.create();
    traceAxios(client, { tracerProvider: h.provider });
    await client.post(`${url}/orders?id=1`, { question: '?' }, { headers: { 'user-agent': 'me' } });
    return ended(h, 2);
  }

  const attributesOf = async (kind: SpanKind) =>
    (await call()).find((span) => span.kind === kind)!.attributes;

  it('are these for a client (C-HTTP-12, C-HTC-10, C-GEN-05)', async () => {
    expect(await attributesOf(SpanKind.CLIENT)).to.have.all.keys(
      'http.request.method',
      'url.full',
      'server.address',
      'server.port',
      'http.response.status_code',
      'network.peer.address',
      'network.peer.port',
      'network.protocol.version',
    );
  });

  it('are these for a server (C-HTTP-12)', async () => {
    expect(await attributesOf(SpanKind.SERVER)).to.have.all.keys(
      'http.request.method',
      'url.path',
      'url.query',
      'url.scheme',
      'server.address',
      'server.port',
      'client.address',
      'user_agent.original',
      'http.response.status_code',
      'network.peer.address',
      'network.peer.port',
      'network.protocol.version',
    );
  });
});
