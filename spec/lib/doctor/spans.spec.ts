import { EventEmitter } from 'node:events';
import { context, ROOT_CONTEXT, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';
import axios from 'axios';
import { expect } from 'chai';
import Koa from 'koa';
import { koaTracing } from '../../../instrumentation/koa.js';
import { withSpan } from '../../../lib/with-span.js';
import { useApps } from '../../support/app.js';
import { doctored } from '../../support/doctored.js';
import { fakeTimers } from '../../support/timers.js';

let tracer: Tracer;

function chargeCard(): Span {
  return tracer.startSpan('charge card');
}

describe('the doctor looks at spans', () => {
  const { begin, said, finding, codes } = doctored();
  beforeEach(() => {
    tracer = trace.getTracer('shop');
  });

  it('and finds nothing where nothing is wrong', async () => {
    const sdk = begin();
    withSpan('work', () => withSpan('query', () => {}));
    expect(sdk.doctor!.findings()).to.deep.equal([]);
    await sdk.shutdown();
    expect(said()).to.equal('spantree doctor: nothing found\n');
  });

  describe('that never end', () => {
    const timers = fakeTimers();

    it('and says where they were started, when they are open for too long', () => {
      begin({}, { openSeconds: 2 });
      const spans = [chargeCard(), chargeCard()];
      for (let second = 0; second < 2; second++) timers.pass(1000);
      const { count, details } = finding('spans.never-ended');
      expect(count).to.equal(2);
      expect(details[0]).to.deep.include({ count: 2 });
      expect(details[0]!.text).to.match(
        /^"charge card" \(shop\), started at chargeCard \(.*spans\.spec\.ts:\d+:\d+\)$/,
      );
      expect(said().match(/never-ended/g)).to.have.length(1);
      for (const span of spans) span.end();
      expect(codes()).to.deep.equal([]);
    });

    it('but not those that are open for less', () => {
      begin({}, { openSeconds: 3 });
      const span = chargeCard();
      for (let second = 0; second < 2; second++) timers.pass(1000);
      expect(codes()).to.deep.equal([]);
      span.end();
    });

    it('each place by itself, once one of that name is known', () => {
      begin({}, { openSeconds: 1 });
      const spans = [chargeCard()];
      timers.pass(1000);
      spans.push((() => tracer.startSpan('charge card'))());
      timers.pass(1000);
      expect(finding('spans.never-ended').details).to.have.length(2);
      for (const span of spans) span.end();
    });

    it('with a timer that does not hold the process, and goes with the SDK', async () => {
      const sdk = begin();
      expect([timers.pending, timers.holding]).to.deep.equal([1, 0]);
      void sdk.shutdown();
      await Promise.resolve();
      await new Promise((turn) => setImmediate(turn));
      expect(timers.pending).to.equal(0);
    });
  });

  it('that are open at shutdown', async () => {
    const sdk = begin();
    const span = chargeCard();
    await sdk.shutdown();
    expect(said()).to.include('spans are started and not ended').and.include('chargeCard');
    expect(said()).to.include('spantree doctor: 1 finding\n');
    span.end();
  });

  it('by whatever way, and from whatever function, they were started', async () => {
    const sdk = begin();
    const own = sdk.provider.getTracer('own');
    const open: Span[] = [];
    const app = {
      start: () => open.push(tracer.startSpan('a')),
      onStart: () => open.push(own.startSpan('b')),
      active: () => tracer.startActiveSpan('c', (span) => open.push(span)),
      startSpan: () => own.startActiveSpan('d', (span) => open.push(span)),
      never: () => void withSpan('e', () => new Promise(() => {})),
    };
    for (const run of Object.values(app)) run();
    await sdk.shutdown();
    const functions = [...said().matchAll(/^ +1× .* started at (\S+) \(/gm)].map(
      ([, name]) => name,
    );
    expect(functions).to.deep.equal(Object.keys(app));
    for (const span of open) span.end();
  });

  describe('that lost their context', () => {
    const apps = useApps();

    it('in an emitter that calls from elsewhere, while a request is at work', async () => {
      begin();
      const pool = new EventEmitter();
      // What a pool does: the answer of one connection is handed out by the turn of another.
      const jobs: (() => void)[] = [];
      pool.on('job', (job: () => void) => jobs.push(job));
      const beat = setInterval(() => jobs.splice(0).forEach((job) => job()), 2);
      const query = () => withSpan('query', () => {});
      const app = new Koa().use(koaTracing()).use(async (ctx) => {
        query();
        if (ctx.path === '/lost') {
          await new Promise<void>((done) => pool.emit('job', () => done(query())));
        }
        ctx.body = 'ok';
      });
      try {
        const url = await apps.serve(app);
        await axios.get(`${url}/fine`);
        expect(codes()).to.deep.equal([]);
        await axios.get(`${url}/lost`);
        const { count, details } = finding('context.lost');
        expect(count).to.equal(1);
        expect(details[0]!.text).to.match(/^"query" \(spantree\), started at query \(.*spec\.ts/);
      } finally {
        clearInterval(beat);
      }
    });

    it('but not what is work in the background, or a trace of its own by a link', () => {
      begin();
      const job = (name: string, options = {}) =>
        tracer.startSpan(name, options, ROOT_CONTEXT).end();
      job('refresh');
      const request = tracer.startSpan('GET /', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      const inRequest = trace.setSpan(ROOT_CONTEXT, request);
      for (const name of ['refresh', 'linked']) tracer.startSpan(name, {}, inRequest).end();
      job('refresh');
      job('linked', { links: [{ context: request.spanContext() }] });
      job('other');
      request.end();
      job('linked');
      expect(codes()).to.deep.equal([]);
    });

    it('but not what turns out to be work in the background', () => {
      begin();
      const serve = () => tracer.startSpan('GET /', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      const job = () => tracer.startSpan('refresh', {}, ROOT_CONTEXT).end();
      const request = serve();
      job();
      request.end();
      job();
      const next = serve();
      tracer.startSpan('refresh', {}, trace.setSpan(ROOT_CONTEXT, next)).end();
      next.end();
      expect(codes()).to.deep.equal([]);
    });

    it('but not a request within a request', () => {
      begin();
      const serve = () => tracer.startSpan('GET /', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      const outer = serve();
      context.with(trace.setSpan(ROOT_CONTEXT, outer), () => {
        tracer.startSpan('GET /', { kind: SpanKind.SERVER }).end();
      });
      serve().end();
      outer.end();
      expect(codes()).to.deep.equal([]);
    });
  });

  it('from which attributes, events or links were dropped', () => {
    begin({ spanLimits: { attributeCountLimit: 1, eventCountLimit: 1 } });
    tracer.startSpan('fine', { attributes: { a: 1 } }).end();
    expect(codes()).to.deep.equal([]);
    tracer.startSpan('too many', { attributes: { a: 1, b: 2 } }).end();
    tracer.startSpan('too often').addEvent('a').addEvent('b').end();
    tracer.startSpan('too odd', { attributes: { '': 1 } }).end();
    const { count, details, message } = finding('attributes.dropped');
    expect(count).to.equal(3);
    expect(details.map(({ text }) => text)).to.deep.equal([
      '"too many" (shop)',
      '"too often" (shop)',
      '"too odd" (shop)',
    ]);
    expect(message).to.include('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT');
  });

  it('of any number of names, within bounds', async () => {
    const sdk = begin();
    const spans = Array.from({ length: 1500 }, (_, id) => tracer.startSpan(`GET /orders/${id}`));
    await sdk.shutdown();
    expect(said()).to.include('[spans.never-ended, 1500×]');
    expect(said().split('\n').length).to.be.lessThan(30);
    for (const span of spans) span.end();
  });
});
