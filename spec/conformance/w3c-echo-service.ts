import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { createServer, request, Agent, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setSpan } from '../../lib/context.js';
import { TracerProvider } from '../../lib/provider.js';
import { headerGetter, headerSetter } from '../../propagators/carrier.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';

/** Where the service looks for headers: as Node joins them, or as they came over the wire. */
export type HeaderSource = 'headers' | 'rawHeaders';

/** The trace context headers that a service has sent on, each as often as it was sent. */
export interface Echo {
  readonly traceparent: string[];
  readonly tracestate: string[];
}

/** A real HTTP service that answers with the headers it would send on from its own span. */
export class EchoService {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server;

  constructor(source: HeaderSource) {
    const propagator = new W3CTraceContextPropagator();
    const tracer = new TracerProvider({ spanProcessors: [QUIET] }).getTracer('echo');
    this.#server = createServer((incoming, response) => {
      const context = propagator.extract(ROOT_CONTEXT, incoming[source], headerGetter);
      const span = tracer.startSpan('echo', { kind: SpanKind.SERVER }, context);
      propagator.inject(setSpan(context, span), response, headerSetter);
      response.end();
      span.end();
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  /** Sends header lines just as they are, and returns what comes back. */
  async send(headers: readonly (readonly [string, string])[]): Promise<Echo> {
    const { port } = this.#server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((received, failed) => {
      const lines = [['Host', '127.0.0.1'], ...headers].flat();
      request({ host: '127.0.0.1', port, agent: this.#agent, headers: lines }, received)
        .once('error', failed)
        .end();
    });
    answer.resume();
    const { traceparent = [], tracestate = [] } = answer.headersDistinct;
    return { traceparent, tracestate };
  }
}

/** Spans are recorded, so that they are real ones, and forgotten. */
const QUIET = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
