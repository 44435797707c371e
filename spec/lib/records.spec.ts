import { inspect } from 'node:util';
import { expect } from 'chai';
import { eventRecordsOf, linkRecordsOf, type Span } from '../../lib/span.js';
import { harness } from '../support/harness.js';

const LINKED = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

describe('events and links as they were written', () => {
  let span: Span;
  afterEach(() => span.end());
  const h = harness();
  beforeEach(() => {
    span = h.provider.getTracer('spec').startSpan('operation') as Span;
  });
  const names = () => span.events.map(({ name }) => name);

  it('are there for encoders, the last first, without the objects that readers know', () => {
    span.addEvent('first').addEvent('second', { 'event.size': 2 });
    const records = eventRecordsOf(span)!;
    expect(records.last!.name).to.equal('second');
    expect(records.last!.attributes.keys).to.deep.equal(['event.size']);
    expect(records.last!.previous!.name).to.equal('first');
  });

  it('are read in the order in which they were written', () => {
    span.addEvent('first').addEvent('second').addEvent('third');
    expect(names()).to.deep.equal(['first', 'second', 'third']);
  });

  it('are one list, which is the truth from the first look on', () => {
    span.addEvent('first').addLink({ context: LINKED });
    const { events, links } = span;
    events.pop();
    links.pop();
    expect([span.events, span.links]).to.deep.equal([[], []]);
    expect([eventRecordsOf(span), linkRecordsOf(span)]).to.deep.equal([undefined, undefined]);
  });

  it('that are written after the first look are in that list', () => {
    span.addEvent('first');
    const { events } = span;
    span.addEvent('second').addLink({ context: LINKED });
    expect(events.map(({ name }) => name)).to.deep.equal(['first', 'second']);
    expect(span.links).to.have.length(1);
  });

  it('count what is left of that list against the limit (T-LIM-09)', () => {
    for (let i = 0; i < 128; i++) span.addEvent('early');
    span.events.length = 0;
    span.addEvent('late');
    expect(names()).to.deep.equal(['late']);
    expect(span.droppedEventsCount).to.equal(0);
  });

  it('are not those of an object in front of a span', () => {
    const front = Object.create(span, { events: { value: [] } }) as Span;
    expect(eventRecordsOf(front)).to.equal(undefined);
    Object.defineProperty(span, 'links', { value: [] });
    expect(linkRecordsOf(span)).to.equal(undefined);
  });

  it('are shown without becoming that list', () => {
    span.addEvent('first', { 'event.size': 1 }).addLink({ context: LINKED });
    expect(inspect(span, { depth: 5 }))
      .to.contain("name: 'first'")
      .and.contain("'event.size': 1");
    expect(eventRecordsOf(span)!.last!.name).to.equal('first');
  });
});
