import {
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type Link,
  type SpanContext,
  type SpanStatus,
} from '@opentelemetry/api';
import { expect } from 'chai';
import type { Span } from '../../lib/span.js';
import { TraceState } from '../../lib/trace-state.js';
import { harness, type Harness } from '../support/harness.js';

const CONTEXT: SpanContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: TraceFlags.SAMPLED,
};
const NOWHERE: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

function started(h: Harness, name = 'span'): Span {
  return h.tracer.startSpan(name) as Span;
}

/** A revoked proxy: whatever one does with it throws. */
function untouchable(): never {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy as never;
}

describe('events', () => {
  const h = harness();

  it('take the last of two times, as the API says (T-EVT-01)', () => {
    const span = started(h);
    span.addEvent('at', [5, 6], [7, 8]).end();
    expect(h.span('span').events[0]?.time).to.deep.equal([7, 8]);
  });

  it('have a name, attributes and a time, in any of their forms (T-EVT-01)', () => {
    const span = started(h);
    span.addEvent('plain').addEvent('with attributes', { a: 1 });
    span.addEvent('at a time', [5, 6]).addEvent('with both', { a: [null] }, new Date(7000));
    span.end();
    const events = h.span('span').events;
    expect(events.map(({ name }) => name)).to.deep.equal([
      'plain',
      'with attributes',
      'at a time',
      'with both',
    ]);
    expect(events.map(({ attributes }) => attributes)).to.deep.equal([
      {},
      { a: 1 },
      {},
      { a: [null] },
    ]);
    expect(events[2]?.time).to.deep.equal([5, 6]);
    expect(events[3]?.time).to.deep.equal([7, 0]);
    expect(events[0]?.droppedAttributesCount).to.equal(0);
  });

  it('take the same attribute values as spans (T-ATTR-07)', () => {
    const attributes: Attributes = { none: null, map: { deep: [1, 'a'] }, bytes: Uint8Array.of(1) };
    const span = started(h);
    span.addEvent('event', attributes).addLink({ context: CONTEXT, attributes });
    span.setAttributes(attributes).end();
    const read = h.span('span');
    expect(read.events[0]?.attributes).to.deep.equal(attributes);
    expect(read.links[0]?.attributes).to.deep.equal(attributes);
    expect(read.attributes).to.deep.equal(attributes);
  });

  it('do not change with what they were made of (T-EVT-02)', () => {
    const span = started(h);
    const attributes = { list: [1] };
    const time: [number, number] = [1, 2];
    span.addEvent('event', attributes, time);
    attributes.list.push(2);
    time[0] = 9;
    span.end();
    expect(h.span('span').events[0]).to.deep.include({ attributes: { list: [1] }, time: [1, 2] });
  });

  it('are added without throwing, whatever is given (T-SPAN-11, T-ERR-01)', () => {
    const span = started(h);
    span.addEvent(undefined as unknown as string, null as unknown as Attributes);
    span.addEvent('proxy', untouchable(), untouchable());
    span.end();
    expect(h.span('span').events.map(({ name }) => name)).to.deep.equal(['', 'proxy']);
  });
});

describe('links with many attributes', () => {
  const h = harness({ spanLimits: { attributePerLinkCountLimit: 1000 } });

  it('to nowhere are kept, too (T-LINK-02)', () => {
    const attributes = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`link.${i}`, i]));
    const span = started(h);
    span.addLink({ context: NOWHERE, attributes }).end();
    expect(h.span('span').links.map((link) => link.attributes)).to.deep.equal([attributes]);
  });
});

describe('links', () => {
  const h = harness();

  it('are given at creation and later, and keep their order (T-LINK-01)', () => {
    const links = ['1', '2', '3', '4'].map((digit) => ({
      context: { ...CONTEXT, spanId: digit.repeat(16) },
    }));
    const span = h.tracer.startSpan('span', { links: [links[0]!] });
    span.addLink(links[1]!).addLinks([links[2]!, links[3]!]).end();
    expect(h.span('span').links.map(({ context }) => context)).to.deep.equal(
      links.map(({ context }) => context),
    );
  });

  it('to nowhere are kept when they carry attributes or a trace state (T-LINK-02)', () => {
    const traceState = new TraceState('a=1');
    const span = started(h);
    span.addLink({ context: NOWHERE, attributes: { a: 1 } });
    span.addLink({ context: { ...NOWHERE, traceState } });
    span.addLink({ context: { ...CONTEXT, traceId: 'unusable' }, attributes: { b: 2 } });
    span.addLink({ context: NOWHERE });
    span.addLink({ context: { ...NOWHERE, traceState: new TraceState() } });
    span.end();
    const { links, droppedLinksCount } = h.span('span');
    expect(links.map(({ attributes }) => attributes)).to.deep.equal([{ a: 1 }, {}, { b: 2 }]);
    expect(links[1]?.context.traceState).to.equal(traceState);
    expect(links[2]?.context.traceId).to.equal(NOWHERE.traceId);
    expect(droppedLinksCount).to.equal(2);
  });

  it('that are none are dropped and counted, never thrown (T-SPAN-11)', () => {
    const bad = [
      null,
      undefined,
      5,
      {},
      { context: null },
      untouchable(),
      {
        get context(): SpanContext {
          throw new Error('getter');
        },
      },
    ] as Link[];
    h.tracer.startSpan('at creation', { links: bad }).end();
    const span = started(h, 'later');
    for (const link of bad) span.addLink(link);
    span.end();
    for (const name of ['at creation', 'later']) {
      expect(h.span(name).links).to.deep.equal([]);
      expect(h.span(name).droppedLinksCount).to.equal(bad.length);
    }
  });

  it('in a list that is none, or that cannot be read, add nothing (T-SPAN-11)', () => {
    const span = started(h);
    for (const list of [null, undefined, 5, {}, untouchable()]) {
      span.addLinks(list as Link[]);
    }
    span.end();
    h.tracer.startSpan('at creation', { links: 'none' as unknown as Link[] }).end();
    expect(h.span('span').links).to.deep.equal([]);
    expect(h.span('at creation').links).to.deep.equal([]);
  });
});

describe('the status', () => {
  const h = harness();
  const { UNSET, OK, ERROR } = SpanStatusCode;

  function after(...statuses: SpanStatus[]): SpanStatus {
    const span = started(h);
    for (const status of statuses) span.setStatus(status);
    span.end();
    const status = h.span('span').status;
    h.exporter.reset();
    return status;
  }

  it('is Unset at first; setting Unset changes nothing (T-STAT-01)', () => {
    expect(after()).to.deep.equal({ code: UNSET });
    expect(after({ code: ERROR }, { code: UNSET })).to.deep.equal({ code: ERROR });
  });

  it('goes from Error to Error, the last wins, and to Ok, which is final (T-STAT-02)', () => {
    const [a, b] = [
      { code: ERROR, message: 'a' },
      { code: ERROR, message: 'b' },
    ];
    expect(after(a, b)).to.deep.equal(b);
    expect(after(a, { code: ERROR })).to.deep.equal({ code: ERROR });
    expect(after({ code: OK }, b)).to.deep.equal({ code: OK });
    expect(after({ code: OK }, { code: UNSET })).to.deep.equal({ code: OK });
  });

  it('has a message with Error only, and never an empty one (T-STAT-03)', () => {
    expect(after({ code: OK, message: 'fine' })).to.deep.equal({ code: OK });
    expect(after({ code: ERROR, message: 'bad' }, { code: OK })).to.deep.equal({ code: OK });
    expect(after({ code: ERROR, message: '' })).to.deep.equal({ code: ERROR });
  });

  it('takes anything without throwing (T-STAT-04)', () => {
    const odd = [
      undefined,
      null,
      5,
      'ERROR',
      {},
      { code: 'OK' },
      { code: 'ERROR' },
      untouchable(),
    ] as SpanStatus[];
    expect(after(...odd)).to.deep.equal({ code: UNSET });
    const message = { not: 'text' } as unknown as string;
    expect(after({ code: ERROR, message })).to.deep.equal({ code: ERROR });
  });

  it('does not change with the object it was set from', () => {
    const status = { code: ERROR, message: 'a' };
    const span = started(h);
    span.setStatus(status);
    status.message = 'b';
    span.end();
    expect(h.span('span').status.message).to.equal('a');
  });
});

describe('the name', () => {
  const h = harness();

  it('can be replaced while the span is open (T-NAME-01)', () => {
    const span = started(h, 'old');
    span.updateName('new').end();
    span.updateName('late');
    expect(h.spans().map(({ name }) => name)).to.deep.equal(['new']);
  });

  for (const [given, name] of [
    [undefined, ''],
    [null, ''],
    [5, '5'],
    [Object.create(null), ''],
  ] as [unknown, string][]) {
    it(`is text, also when ${typeof given} is given (T-SPAN-11)`, () => {
      h.tracer.startSpan(given as string).end();
      expect(h.spans()[0]?.name).to.equal(name);
      expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['span.name']);
    });
  }
});

describe('the end', () => {
  const h = harness();

  it('happens once: later ends and writes change nothing, silently (T-END-01, T-SPAN-19)', () => {
    const span = started(h);
    expect(span.isRecording()).to.equal(true);
    span.end();
    expect(span.isRecording()).to.equal(false);
    const before = JSON.stringify(h.span('span').endTime);
    span.end([9e9, 0]);
    span.setAttribute('a', 1).setAttributes({ b: 2 }).addEvent('e').addLink({ context: CONTEXT });
    span.addLinks([{ context: CONTEXT }]).setStatus({ code: SpanStatusCode.ERROR });
    span.updateName('late').recordException(new Error('late'));
    const read = h.span('span');
    expect(JSON.stringify(read.endTime)).to.equal(before);
    expect(read.attributes).to.deep.equal({});
    expect([...read.events, ...read.links]).to.deep.equal([]);
    expect(read.status).to.deep.equal({ code: SpanStatusCode.UNSET });
    expect(h.diagnostics).to.deep.equal([]);
  });

  it('makes writes free: what they are given is not even looked at (T-END-01)', () => {
    const span = started(h);
    span.end();
    const trap = new Proxy(
      {},
      {
        get: () => expect.fail('was read'),
        ownKeys: () => expect.fail('was listed'),
        getPrototypeOf: () => expect.fail('was examined'),
      },
    ) as never;
    span.setAttribute('a', trap).setAttributes(trap).addEvent('e', trap, trap).addLink(trap);
    span.addLinks(trap).setStatus(trap).updateName(trap).end(trap);
    span.recordException(trap, trap, trap);
  });

  it('keeps the span context (T-SPAN-18)', () => {
    const span = started(h);
    const context = span.spanContext();
    expect(span.spanContext()).to.equal(context);
    span.end();
    expect(span.spanContext()).to.equal(context);
  });

  it('returns nothing, and writes return the span', () => {
    const span = started(h);
    expect(span.setAttribute('a', 1).setAttributes({}).addEvent('e')).to.equal(span);
    expect(span.addLinks([]).setStatus({ code: SpanStatusCode.UNSET }).updateName('n')).to.equal(
      span,
    );
    expect(span.end()).to.equal(undefined);
  });
});
