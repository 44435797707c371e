// Node's own fetch and the undici package: answers, a refused connection, an abort and a stream that breaks.
import { createServer } from 'node:http';
import { close, listen } from '../../loopback.js';

export function instrumentations({ load }) {
  const { UndiciInstrumentation } = load('@opentelemetry/instrumentation-undici');
  return [
    new UndiciInstrumentation({
      headersToSpanAttributes: { responseHeaders: ['x-answer'] },
      requestHook: (span, { method }) => span.setAttribute('hook.method', method),
    }),
  ];
}

export async function run({ tracer, load }) {
  const undici = load('undici');
  const headers = [];
  const server = createServer((req, res) => {
    headers.push([req.url, req.headers.traceparent ?? 'none']);
    if (req.url === '/never') return undefined;
    if (req.url === '/redirect') return res.writeHead(302, { location: '/fine' }).end();
    return res.writeHead(req.url === '/fails' ? 500 : 200, { 'x-answer': 'yes' }).end('fine');
  });
  const base = `http://127.0.0.1:${await listen(server)}`;

  await tracer.startActiveSpan('visitor', async (span) => {
    await (await fetch(`${base}/fine?q=1`)).text();
    await (await fetch(`${base}/redirect`)).text();
    await (await fetch(`${base}/fails`, { method: 'POST', body: 'text' })).text();
    const { body } = await undici.request(`${base}/undici`);
    await body.text();
    await fetch(`${base}/never`, { signal: AbortSignal.timeout(100) }).catch((error) =>
      span.recordException(error),
    );
    span.end();
  });
  await Promise.all([1, 2, 3].map(async (n) => (await fetch(`${base}/parallel/${n}`)).text()));
  await close(server);
  const refused = await fetch(`${base}/refused`).catch(({ cause }) => cause.code);
  return { headers: headers.map(String).toSorted(), refused };
}
