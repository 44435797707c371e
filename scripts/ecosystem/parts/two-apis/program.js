// An app with a copy of the API of its own; the SDK and the instrumentation share another.
import { close, fetchText, listen } from '../../loopback.js';

export function instrumentations({ load }) {
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  return [new HttpInstrumentation()];
}

export async function run({ load, api, copy }) {
  const own = load(copy);
  if (own.trace === api.trace) throw new Error('there is one copy only');
  const tracer = own.trace.getTracer('app with its own copy');
  const server = load('node:http').createServer((req, res) => {
    own.trace.getActiveSpan()?.setAttribute('seen by the app', req.url);
    tracer.startActiveSpan('in the server', (span) => {
      res.end(String(own.propagation.getBaggage(own.context.active())?.getEntry('user')?.value));
      span.end();
    });
  });
  const port = await listen(server);
  const bag = own.propagation.createBaggage({ user: { value: 'you' } });
  const context = own.propagation.setBaggage(own.ROOT_CONTEXT, bag);
  const answer = await tracer.startActiveSpan('in the app', {}, context, async (span) => {
    const { text } = await fetchText(port, '/path');
    span.end();
    return {
      text,
      recorded: span.isRecording() || own.trace.isSpanContextValid(span.spanContext()),
    };
  });
  await close(server);
  return answer;
}
