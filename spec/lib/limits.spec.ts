import { expect } from 'chai';
import * as fc from 'fast-check';
import { acceptAttributes, type AttributeLimits } from '../../lib/attributes.js';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import { resolveLimits, type SpanLimits } from '../../lib/limits.js';
import { harness } from '../support/harness.js';

const UNLIMITED: AttributeLimits = { count: Infinity, length: Infinity, depth: Infinity };

function kept(value: unknown, limits: Partial<AttributeLimits>): unknown {
  return acceptAttributes({ key: value }, { ...UNLIMITED, ...limits }).attributes['key'];
}

/** Arrays within arrays: `nested(3)` is `[[['x']]]`. */
function nested(levels: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

describe('limits', () => {
  beforeEach(() => resetDiagnostics());

  it('have the defaults of the specification (T-LIM-01)', () => {
    expect(resolveLimits()).to.deep.equal({
      attributeCountLimit: 128,
      attributeValueLengthLimit: Infinity,
      attributeValueDepthLimit: 64,
      eventCountLimit: 128,
      linkCountLimit: 128,
      attributePerEventCountLimit: 128,
      attributePerLinkCountLimit: 128,
    });
  });

  it('are taken one by one (T-LIM-02)', () => {
    const names = Object.keys(resolveLimits()) as (keyof SpanLimits)[];
    for (const name of names) {
      expect(resolveLimits({ [name]: 7 })).to.deep.equal({ ...resolveLimits(), [name]: 7 });
    }
  });

  it('of spans win over general ones, which win over defaults (T-LIM-10)', () => {
    const general = { attributeCountLimit: 5, attributeValueLengthLimit: 6 };
    expect(resolveLimits({}, general).attributeCountLimit).to.equal(5);
    expect(resolveLimits({ attributeCountLimit: 128 }, general).attributeCountLimit).to.equal(128);
    expect(resolveLimits({ attributeCountLimit: 1 }, general).attributeValueLengthLimit).to.equal(
      6,
    );
    const unset = { attributeValueLengthLimit: undefined } as unknown as SpanLimits;
    expect(resolveLimits(unset, general).attributeValueLengthLimit).to.equal(6);
  });

  for (const value of [-1, NaN, 1.5, '5', {}]) {
    it(`ignores ${String(value)}, which is none, and says so (T-ERR-03)`, () => {
      const given = { eventCountLimit: value } as unknown as SpanLimits;
      expect(resolveLimits(given).eventCountLimit).to.equal(128);
      expect(diagnosticCounts().get('limits.invalid')).to.equal(1);
    });
  }

  it('may be 0, except for the depth, whose least is 1 (T-LIM-06, T-LIM-07)', () => {
    expect(resolveLimits({ eventCountLimit: 0 }).eventCountLimit).to.equal(0);
    expect(resolveLimits({ attributeValueDepthLimit: 0 }).attributeValueDepthLimit).to.equal(64);
    expect(resolveLimits({ attributeValueDepthLimit: 1 }).attributeValueDepthLimit).to.equal(1);
  });
});

describe('the limit of value lengths', () => {
  it('cuts strings and bytes, on every level; numbers are left alone (T-LIM-04)', () => {
    const value = ['abcdef', 123456, { map: 'abcdef', bytes: Uint8Array.of(1, 2, 3, 4) }, true];
    expect(kept(value, { length: 3 })).to.deep.equal([
      'abc',
      123456,
      { map: 'abc', bytes: Uint8Array.of(1, 2, 3) },
      true,
    ]);
  });

  it('leaves keys of maps alone (T-LIM-04)', () => {
    expect(kept({ abcdef: 1 }, { length: 3 })).to.deep.equal({ abcdef: 1 });
  });

  it('counts characters and splits none (T-LIM-05)', () => {
    expect(kept('a😀b', { length: 2 })).to.equal('a😀');
    expect(kept('😀😀😀', { length: 2 })).to.equal('😀😀');
    expect(kept('😀😀', { length: 2 })).to.equal('😀😀');
    expect(kept('aéz', { length: 2 })).to.equal('aé');
  });

  it('of 0 makes empty strings and bytes (T-LIM-06)', () => {
    expect(kept('abc', { length: 0 })).to.equal('');
    expect(kept(Uint8Array.of(1), { length: 0 })).to.deep.equal(new Uint8Array());
    expect(kept(['abc'], { length: 0 })).to.deep.equal(['']);
  });

  it('also cuts what has been turned into text (T-LIM-04)', () => {
    expect(kept(new Date(0), { length: 4 })).to.equal('1970');
    expect(kept(10n ** 30n, { length: 4 })).to.equal('1000');
  });

  it('keeps a beginning of the text, never longer, never with half a character (T-LIM-05)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(12), (text, length) => {
        const cut = kept(text, { length }) as string;
        expect(text.startsWith(cut)).to.equal(true);
        expect(Array.from(cut).length).to.equal(Math.min(Array.from(text).length, length));
        expect(cut).to.equal(Buffer.from(cut).toString());
      }),
    );
  });
});

describe('the limit of depth', () => {
  it('replaces arrays and maps below it by an empty value (T-LIM-07)', () => {
    expect(kept(nested(3), { depth: 3 })).to.deep.equal(nested(3));
    expect(kept(nested(4), { depth: 3 })).to.deep.equal([[[null]]]);
    expect(kept({ a: { b: { c: 1 } } }, { depth: 2 })).to.deep.equal({ a: { b: null } });
    expect(kept([[1], 'x'], { depth: 1 })).to.deep.equal([null, 'x']);
  });

  it('holds by default at 64 (T-LIM-01)', () => {
    const { attributeValueDepthLimit: depth } = resolveLimits();
    expect(kept(nested(64), { depth })).to.deep.equal(nested(64));
    expect(JSON.stringify(kept(nested(1000), { depth }))).to.equal(
      `${'['.repeat(64)}null${']'.repeat(64)}`,
    );
  });

  it('without a bound drops what is too deep for the stack instead of throwing (T-ERR-01)', () => {
    expect(kept(nested(50_000), { depth: Infinity })).to.equal(undefined);
  });
});

describe('the limit of counts', () => {
  it('discards new keys and still overwrites known ones (T-LIM-03)', () => {
    const limits = { ...UNLIMITED, count: 2 };
    const { attributes, dropped } = acceptAttributes({ a: 1, b: 2, c: 3, d: 4 }, limits);
    expect(attributes).to.deep.equal({ a: 1, b: 2 });
    expect(dropped).to.equal(2);
  });

  it('counts the top level alone (T-LIM-08)', () => {
    expect(kept({ a: 1, b: 2, c: [1, 2, 3] }, { count: 1 })).to.deep.equal({
      a: 1,
      b: 2,
      c: [1, 2, 3],
    });
  });
});

describe('the limits of a span', () => {
  const h = harness({
    spanLimits: {
      attributeCountLimit: 2,
      attributeValueLengthLimit: 3,
      eventCountLimit: 2,
      linkCountLimit: 2,
      attributePerEventCountLimit: 1,
      attributePerLinkCountLimit: 1,
    },
    sampler: {
      shouldSample: () => ({ decision: 2, attributes: { sampler: 'abcdef' } }),
    },
  });
  const link = {
    context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 },
    attributes: { a: 'abcdef', b: 2 },
  };

  it('hold for attributes given at creation and by the sampler (T-LIM-14, T-SPAN-09)', () => {
    h.tracer.startSpan('full', { attributes: { a: 'abcdef', b: 2 } }).end();
    expect(h.span('full').attributes).to.deep.equal({ a: 'abc', b: 2 });
    expect(h.span('full').droppedAttributesCount).to.equal(1);
    h.tracer.startSpan('room', { attributes: { a: 1 } }).end();
    expect(h.span('room').attributes).to.deep.equal({ a: 1, sampler: 'abc' });
  });

  it('hold for attributes set later (T-LIM-03)', () => {
    const span = h.tracer.startSpan('later');
    span.setAttribute('b', 1).setAttributes({ c: 1, d: 1 }).setAttribute('b', 2).end();
    expect(h.span('later').attributes).to.deep.equal({ sampler: 'abc', b: 2 });
    expect(h.span('later').droppedAttributesCount).to.equal(2);
  });

  it('keep the first events and count the rest (T-LIM-09)', () => {
    const span = h.tracer.startSpan('events');
    for (const name of ['one', 'two', 'three', 'four']) span.addEvent(name);
    span.end();
    expect(h.span('events').events.map(({ name }) => name)).to.deep.equal(['one', 'two']);
    expect(h.span('events').droppedEventsCount).to.equal(2);
  });

  it('keep the first links and count the rest, at creation and later (T-LIM-09)', () => {
    const span = h.tracer.startSpan('links', { links: [link] });
    span.addLink(link).addLinks([link, link]).end();
    expect(h.span('links').links).to.have.length(2);
    expect(h.span('links').droppedLinksCount).to.equal(2);
  });

  it('hold for the attributes of events and links, each with its own count (T-LIM-02)', () => {
    const span = h.tracer.startSpan('inner', { links: [link] });
    span.addEvent('event', { a: 'abcdef', b: 2, c: 3 }).end();
    const [event] = h.span('inner').events;
    expect(event?.attributes).to.deep.equal({ a: 'abc' });
    expect(event?.droppedAttributesCount).to.equal(2);
    const [only] = h.span('inner').links;
    expect(only?.attributes).to.deep.equal({ a: 'abc' });
    expect(only?.droppedAttributesCount).to.equal(1);
  });

  it('are reported once, however much is discarded (T-LIM-11)', () => {
    const span = h.tracer.startSpan('much');
    for (let i = 0; i < 50; i++) span.setAttribute(`k${i}`, i).addEvent('e').addLink(link);
    span.end();
    const codes = h.diagnostics.map(({ code }) => code);
    expect(codes.filter((code) => code === 'attribute.limit')).to.have.length(1);
    expect(codes.filter((code) => code === 'span.event-limit')).to.have.length(1);
    expect(codes.filter((code) => code === 'span.link-limit')).to.have.length(1);
  });
});

describe('limits of 0', () => {
  const h = harness({
    spanLimits: { attributeCountLimit: 0, eventCountLimit: 0, linkCountLimit: 0 },
  });

  it('keep nothing and count all (T-LIM-06)', () => {
    const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const span = h.tracer.startSpan('none', { attributes: { a: 1 }, links: [{ context }] });
    span.addEvent('event').end();
    const read = h.span('none');
    expect([read.attributes, read.events, read.links]).to.deep.equal([{}, [], []]);
    expect(read.droppedAttributesCount).to.equal(1);
    expect(read.droppedEventsCount).to.equal(1);
    expect(read.droppedLinksCount).to.equal(1);
  });
});
