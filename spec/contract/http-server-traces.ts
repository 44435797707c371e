import { expect } from 'chai';
import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Span,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { ended, quiet } from '../support/app.js';
import type { ContractOptions, Handler } from './http-server.js';
import {
  PARENT_ID,
  promise,
  thrower,
  TRACE_ID,
  TRACEPARENT,
  type Serving,
} from './http-server-serving.js';

const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** Whose children spans are, and what handlers run in. */
export function servedTraces(served: Serving): void {
  const { server, route, apps, h, propagator, warnings, listener, start, get, onlySpan, spanOf } =
    served;

  describe('trace', () => {
    it('of the caller goes on (P-GEN-03)', async () => {
      const span = await spanOf(undefined, {}, { traceparent: TRACEPARENT, tracestate: 'a=b' });
      expect(span.spanContext().traceId).to.equal(TRACE_ID);
      expect(span.parentSpanContext).to.include({ spanId: PARENT_ID, isRemote: true });
      expect(span.spanContext().traceState?.serialize()).to.equal('a=b');
      expect(span.links).to.deep.equal([]);
    });

    it('starts anew without a caller, and for a header that makes no sense', async () => {
      const url = await start();
      await get(`${url}/users/1`);
      await get(`${url}/users/1`, { traceparent: `00-${TRACE_ID}-${'0'.repeat(16)}-01` });
      for (const span of await ended(h, 2)) {
        expect(span.parentSpanContext).to.equal(undefined);
        expect(span.spanContext().traceId).to.not.equal(TRACE_ID);
      }
    });

    it('reaches the handler, and what it awaits', async () => {
      const url = await start(async () => {
        h.tracer.startSpan('before').end();
        await quiet();
        h.tracer.startSpan('after').end();
        return {};
      });
      await get(`${url}/users/1`);
      await ended(h, 3);
      const { spanId } = h.span(`GET ${route}`).spanContext();
      expect(h.span('before').parentSpanContext?.spanId).to.equal(spanId);
      expect(h.span('after').parentSpanContext?.spanId).to.equal(spanId);
    });

    it('brings its baggage to the handler', async () => {
      let tenant: string | undefined;
      await spanOf(
        () => {
          tenant = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
          return {};
        },
        {},
        { traceparent: TRACEPARENT, baggage: 'tenant=acme' },
      );
      expect(tenant).to.equal('acme');
    });

    it('of one request never mixes with another’s', async () => {
      const bothHere = promise();
      let count = 0;
      const url = await start(async () => {
        if (++count === 2) bothHere.resolve();
        await bothHere.promise;
        h.tracer.startSpan('inside').end();
        return {};
      });
      await Promise.all([get(`${url}/users/1`), get(`${url}/users/2`)]);
      const spans = await ended(h, 4);
      const parents = spans.filter((span) => span.kind === SpanKind.SERVER);
      const children = spans.filter((span) => span.name === 'inside');
      expect(children.map((span) => span.parentSpanContext?.spanId)).to.have.members(
        parents.map((span) => span.spanContext().spanId),
      );
    });

    it('is not that of a span in which the server was started', async () => {
      const startup = h.tracer.startSpan('startup');
      const url = await context.with(trace.setSpan(context.active(), startup), () => start());
      await get(`${url}/users/1`);
      startup.end();
      await ended(h, 2);
      expect(h.span(`GET ${route}`).parentSpanContext).to.equal(undefined);
    });

    it('is read by the propagator of the option, whose spelling of names does not matter (P-GEN-05)', async () => {
      const own: TextMapPropagator = {
        inject: () => {},
        extract: (parent, carrier, getter) =>
          getter.get(carrier, 'X-Own') === 'yes'
            ? trace.setSpanContext(parent, {
                traceId: TRACE_ID,
                spanId: PARENT_ID,
                traceFlags: TraceFlags.SAMPLED,
              })
            : parent,
        fields: () => [],
      };
      const span = await spanOf(undefined, { propagator: own }, { 'x-own': 'yes' });
      expect(span.spanContext().traceId).to.equal(TRACE_ID);
    });

    it('is made by what is registered globally where no option tells', async () => {
      const unconfigured = server.listener(() => ({}), {});
      trace.setGlobalTracerProvider(h.provider);
      propagation.setGlobalPropagator(propagator);
      await get(`${await apps.serve(unconfigured)}/users/1`, { traceparent: TRACEPARENT });
      expect((await onlySpan()).spanContext().traceId).to.equal(TRACE_ID);
    });

    it('is done without where the SDK throws, and the request is served', async () => {
      const broken: TextMapPropagator = { inject: () => {}, extract: thrower, fields: () => [] };
      const url = await start(undefined, { propagator: broken });
      expect((await get(`${url}/users/1`)).data).to.equal('ok');
      expect(warnings).to.have.length(1);
      expect(h.spans()).to.deep.equal([]);
    });
  });

  describe('public endpoint', () => {
    for (const [what, publicEndpoint] of [
      ['always', true],
      ['by a function', () => true],
      ['by a function that throws', thrower],
    ] as const) {
      it(`${what}: starts a trace linked to the stranger’s, and leaves its baggage aside`, async () => {
        let baggage: unknown = 'not asked';
        const span = await spanOf(
          () => {
            baggage = propagation.getActiveBaggage();
            return {};
          },
          { publicEndpoint },
          { traceparent: TRACEPARENT, baggage: 'tenant=acme' },
        );
        expect(span.spanContext().traceId).to.not.equal(TRACE_ID);
        expect(span.parentSpanContext).to.equal(undefined);
        expect(span.links).to.have.length(1);
        expect(span.links[0]!.context).to.include({ traceId: TRACE_ID, spanId: PARENT_ID });
        expect(baggage).to.equal(undefined);
      });
    }

    it('links to nobody where nobody called', async () => {
      const span = await spanOf(undefined, { publicEndpoint: true }, { baggage: 'tenant=acme' });
      expect(span.links).to.deep.equal([]);
    });

    it('can be private for some', async () => {
      const options = { publicEndpoint: () => false };
      const span = await spanOf(undefined, options, { traceparent: TRACEPARENT });
      expect(span.spanContext().traceId).to.equal(TRACE_ID);
    });
  });

  describe('span of another instrumentation', () => {
    interface Metadata {
      type: string;
      span: Span;
      route?: string;
    }

    /** Serves the application inside a server span as an official HTTP instrumentation makes it. */
    async function startInside(
      metadata: () => Metadata,
      handler?: Handler,
      options?: ContractOptions,
    ): Promise<string> {
      const inner = listener(handler, options);
      return apps.serve((request, response) => {
        const made = metadata();
        const inside = trace.setSpan(ROOT_CONTEXT, made.span).setValue(RPC_METADATA, made);
        response.on('close', () => made.span.end());
        context.with(inside, () => inner(request, response));
      });
    }

    it('gets route and name, and no second one is made (C-HTS-02)', async () => {
      let made: Metadata | undefined;
      const url = await startInside(() => {
        made = { type: 'http', span: h.tracer.startSpan('GET', { kind: SpanKind.SERVER }) };
        return made;
      });
      await get(`${url}/users/1`);
      const span = await onlySpan();
      await quiet();
      expect(h.spans()).to.have.length(1);
      expect(span.name).to.equal(`GET ${route}`);
      expect(span.attributes['http.route']).to.equal(route);
      expect(made?.route).to.equal(route);
    });

    it('gets the chosen headers of the request, and the error', async () => {
      const url = await startInside(
        () => ({ type: 'http', span: h.tracer.startSpan('GET') }),
        () => {
          throw new RangeError('no such shelf');
        },
        { requestHeaders: ['x-tenant'] },
      );
      await get(`${url}/users/1`, { 'x-tenant': 't' });
      const span = await onlySpan();
      expect(span.attributes['http.request.header.x-tenant']).to.deep.equal(['t']);
      expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
    });

    it('gets the chosen headers of the response', async () => {
      const url = await startInside(
        () => ({ type: 'http', span: h.tracer.startSpan('GET') }),
        () => ({ headers: { 'x-cache': 'hit' } }),
        { responseHeaders: ['x-cache'] },
      );
      await get(`${url}/users/1`);
      const { attributes } = await onlySpan();
      expect(attributes['http.response.header.x-cache']).to.deep.equal(['hit']);
    });

    it('that was not sampled is no reason to make one', async () => {
      const span = trace.wrapSpanContext({ traceId: TRACE_ID, spanId: PARENT_ID, traceFlags: 0 });
      await get(`${await startInside(() => ({ type: 'http', span }))}/users/1`);
      await quiet();
      expect(h.spans()).to.deep.equal([]);
    });

    it('that has ended is not of this request', async () => {
      const span = h.tracer.startSpan('an earlier request');
      span.end();
      await get(`${await startInside(() => ({ type: 'http', span }))}/users/1`);
      await ended(h, 2);
      expect(h.span(`GET ${route}`).parentSpanContext).to.equal(undefined);
    });

    it('finds ours', async () => {
      let metadata: Metadata | undefined;
      const span = await spanOf(() => {
        metadata = context.active().getValue(RPC_METADATA) as Metadata;
        return {};
      });
      expect(metadata?.type).to.equal('http');
      expect(metadata?.span.spanContext().spanId).to.equal(span.spanContext().spanId);
    });

    it('may have told the route, where the framework has none', async () => {
      const url = await startInside(() => ({
        type: 'http',
        span: h.tracer.startSpan('GET'),
        route: '/nowhere/*',
      }));
      await get(`${url}/nowhere/1`);
      expect((await onlySpan()).name).to.equal('GET /nowhere/*');
    });
  });
}
