import { SpanStatusCode, type Attributes, type Exception } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { exceptionAttributes } from '../../lib/exception.js';
import type { Span } from '../../lib/span.js';
import { harness } from '../support/harness.js';

describe('exceptionAttributes', () => {
  it('names type, message and stack of an error (T-EXC-02)', () => {
    const error = new RangeError('too far');
    expect(exceptionAttributes(error)).to.deep.equal({
      'exception.type': 'RangeError',
      'exception.message': 'too far',
      'exception.stacktrace': error.stack,
    });
  });

  it('takes the class, never the code, for the type (T-EXC-04)', () => {
    class PaymentError extends Error {}
    const declined = Object.assign(new PaymentError('declined'), { code: 'E_DECLINED' });
    expect(exceptionAttributes(declined)['exception.type']).to.equal('PaymentError');
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(exceptionAttributes(refused)['exception.type']).to.equal('Error');
    expect(exceptionAttributes(new DOMException('t', 'TimeoutError'))['exception.type']).to.equal(
      'TimeoutError',
    );
    const named = Object.assign(new Error('x'), { name: 'QueryFailed' });
    expect(exceptionAttributes(named)['exception.type']).to.equal('QueryFailed');
  });

  for (const [exception, message] of [
    ['plain text', 'plain text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [404, '404'],
    [Symbol('s'), 'Symbol(s)'],
  ] as const) {
    it(`takes the message from a ${typeof exception}: ${message} (T-EXC-06)`, () => {
      expect(exceptionAttributes(exception)).to.deep.equal({ 'exception.message': message });
    });
  }

  it('reads what looks like an error (T-EXC-06)', () => {
    expect(exceptionAttributes({ name: 'Odd', message: 'm', stack: 's' })).to.deep.equal({
      'exception.type': 'Odd',
      'exception.message': 'm',
      'exception.stacktrace': 's',
    });
  });

  it('never throws, and always has a type or a message (T-EXC-02, T-EXC-06)', () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('trap');
      },
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.anything({ withNullPrototype: true }), fc.constant(hostile)),
        (any) => {
          const attributes = exceptionAttributes(any);
          const said = attributes['exception.type'] ?? attributes['exception.message'];
          expect(said).to.be.a('string');
        },
      ),
    );
  });
});

describe('recordException', () => {
  const h = harness();

  function recorded(exception: unknown, attributes?: Attributes) {
    const span = h.tracer.startSpan('span') as Span;
    span.recordException(exception as Exception, [5, 6], attributes);
    span.end();
    return h.span('span');
  }

  it('adds an event named exception, at the given time (T-EXC-01)', () => {
    const { events } = recorded(new Error('x'));
    expect(events).to.have.length(1);
    expect(events[0]).to.deep.include({ name: 'exception', time: [5, 6] });
  });

  it('leaves the status alone (T-EXC-05)', () => {
    expect(recorded(new Error('x')).status).to.deep.equal({ code: SpanStatusCode.UNSET });
  });

  it('takes further attributes, which win (T-EXC-03, T-API-10)', () => {
    const { events } = recorded(new Error('x'), { 'exception.message': 'mine', more: 1 });
    expect(events[0]?.attributes).to.include({ 'exception.message': 'mine', more: 1 });
    expect(events[0]?.attributes).to.include({ 'exception.type': 'Error' });
  });

  it('takes anything without throwing (T-EXC-06, T-ERR-01)', () => {
    const attributes = {
      get a(): never {
        throw new Error('getter');
      },
    };
    const { events } = recorded(undefined, attributes);
    expect(events[0]?.attributes).to.deep.equal({ 'exception.message': 'undefined' });
    expect(events[0]?.droppedAttributesCount).to.equal(1);
  });
});
