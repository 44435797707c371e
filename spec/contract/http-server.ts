import { expect } from 'chai';
import { trace, TraceFlags, type Span } from '@opentelemetry/api';
import axios from 'axios';
import type { RequestListener } from 'node:http';
import type { Readable } from 'node:stream';
import type { HttpServerOptions } from '../../instrumentation/http-server.js';
import { AlwaysOffSampler } from '../../lib/sampler.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { quiet, useApps } from '../support/app.js';
import { harness } from '../support/harness.js';
import { servedEndings } from './http-server-endings.js';
import { servedRequests } from './http-server-requests.js';
import { serving, TRACE_ID, TRACEPARENT } from './http-server-serving.js';
import { servedTraces } from './http-server-traces.js';

/** What a handler answers with. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Readable;
}

/** Answers, or throws; an error may have a numeric `status` of its own. */
export type Handler = () => Reply | Promise<Reply>;

export type ContractOptions = HttpServerOptions<never>;

/** One server adapter with the framework that it is for. */
export interface HttpServerUnderTest {
  readonly name: string;
  /** The name of its instrumentation scope. */
  readonly scope: string;
  /**
   * An application with one route, for all methods: `/users/:id` in the framework's own spelling.
   * Everything else is answered with a 404.
   */
  listener(handler: Handler, options: ContractOptions): RequestListener;
  /** How the framework writes the template of the route. Default: `/users/:id`. */
  readonly route?: string;
}

const ok: Handler = () => ({ body: 'ok' });

/** What every HTTP server adapter must do. */
export function httpServerContract(server: HttpServerUnderTest): void {
  describe(`${server.name}, as an HTTP server`, () => {
    const served = serving(server);
    servedRequests(served);
    servedEndings(served);
    servedTraces(served);

    it('refuses options that make no sense', () => {
      for (const [options, message] of [
        [{ requestHeaders: [''] }, 'requestHeaders'],
        [{ responseHeaders: 'x-cache' }, 'responseHeaders'],
        [{ knownMethods: 'GET' }, 'knownMethods'],
        [{ sensitiveQueryParameters: [7] }, '[7]'],
        [{ ignore: '/health' }, 'ignore takes a function, got "/health"'],
        [{ publicEndpoint: 'yes' }, 'publicEndpoint'],
        [{ spanName: 'name' }, 'spanName'],
      ] as [object, string][]) {
        expect(() => server.listener(ok, options)).to.throw(TypeError, message);
      }
    });
  });

  describe(`${server.name}, as an HTTP server that samples nothing`, () => {
    const apps = useApps();
    const h = harness({ sampler: new AlwaysOffSampler() });

    it('passes the trace on, and makes no second decision', async () => {
      let inside: Span | undefined;
      const handler = () => {
        inside = trace.getActiveSpan();
        return {};
      };
      const listener = server.listener(handler, {
        tracerProvider: h.provider,
        propagator: new W3CTraceContextPropagator(),
      });
      await axios.get(`${await apps.serve(listener)}/users/1`, {
        headers: { traceparent: TRACEPARENT },
      });
      await quiet();
      expect(inside?.spanContext()).to.include({ traceId: TRACE_ID, traceFlags: TraceFlags.NONE });
      expect(h.spans()).to.deep.equal([]);
    });
  });
}
