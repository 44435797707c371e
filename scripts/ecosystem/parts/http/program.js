// Servers and clients of node:http, good and bad ends, and baggage and a trace state that come from outside.
import { once } from 'node:events';
import { connect } from 'node:net';
import { close, fetchText, listen } from '../../loopback.js';

export function instrumentations({ load }) {
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  return [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: ({ url }) => url === '/health',
      headersToSpanAttributes: { server: { requestHeaders: ['x-asked'] } },
      requestHook: (span) => span.setAttribute('hook.asked', true),
      applyCustomAttributesOnSpan: (span) => span.setAttribute('hook.applied', ['a', 'b']),
    }),
  ];
}

export async function run({ api, tracer, load, importPackage, esm }) {
  const { context, propagation, SpanStatusCode } = api;
  const http = esm ? (await importPackage('node:http')).default : load('node:http');
  const seen = {};
  const server = http.createServer((req, res) => {
    seen[req.url] = propagation.getBaggage(context.active())?.getAllEntries() ?? [];
    const span = api.trace.getActiveSpan();
    if (req.url === '/fails') return res.writeHead(503).end();
    if (req.url === '/cut') return res.destroy();
    if (req.url === '/never') return undefined;
    span?.addEvent('asked', { path: req.url });
    return req.resume().on('end', () => res.end('fine'));
  });
  const port = await listen(server);

  await tracer.startActiveSpan('client side', { attributes: { n: 1 } }, async (span) => {
    const bag = propagation.createBaggage({ user: { value: 'ä b' } });
    await context.with(propagation.setBaggage(context.active(), bag), async () => {
      await fetchText(port, '/fine?a=1', { headers: { 'x-asked': 'yes' } });
      await fetchText(port, '/posted', { method: 'POST', body: 'text' });
    });
    await fetchText(port, '/fails');
    await fetchText(port, '/health');
    const lost = await fetchText(port, '/cut').catch((error) => error);
    span.recordException(lost);
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'one was cut' });
    const never = http.get({ host: '127.0.0.1', port, path: '/never', agent: false });
    never.on('error', () => {});
    setTimeout(() => never.destroy(), 50);
    await new Promise((resolve) => never.on('close', resolve));
    span.end();
  });

  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const fromOutside = { traceparent, tracestate: 'vendor=1,other=2', baggage: 'tenant=a%20b' };
  await api.context.with(api.ROOT_CONTEXT, () =>
    // Not sent by an instrumented client, which would put its own headers there.
    rawRequest(port, '/outside', fromOutside),
  );
  await rawRequest(port, '/unsampled', { traceparent: traceparent.replace(/01$/, '00') });

  await close(server);
  const gone = await fetchText(port, '/refused').catch(({ code }) => code);
  return { seen, gone };
}

/** A request over a bare socket. */
async function rawRequest(port, path, headers) {
  const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers });
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`);
  socket.resume();
  await once(socket, 'close');
}
