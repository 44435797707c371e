import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { withSpan } from '../../lib/with-span.js';
import { runChild } from '../support/child.js';
import { harness } from '../support/harness.js';
import { turns } from '../support/manual-exporter.js';

describe('withSpan', () => {
  const h = harness();
  beforeEach(() => {
    trace.setGlobalTracerProvider(h.provider);
  });

  it('runs a function in an active span, ends the span and returns the value', () => {
    const object = {};
    const result = withSpan('work', (span) => {
      expect(trace.getActiveSpan()).to.equal(span);
      return object;
    });
    expect(result).to.equal(object);
    expect(h.span('work').ended).to.equal(true);
    expect(h.span('work').status.code).to.equal(SpanStatusCode.UNSET);
    expect(trace.getActiveSpan()).to.equal(undefined);
  });

  it('makes children of what is started within', async () => {
    await withSpan('parent', async () => {
      await turns(1);
      await withSpan('child', () => turns(1));
    });
    expect(h.span('child').parentSpanId).to.equal(h.span('parent').spanContext().spanId);
  });

  it('takes a tracer, options, both or none', () => {
    const tracer = h.provider.getTracer('mine');
    const options = { kind: SpanKind.CLIENT, attributes: { a: 1 } };
    expect(withSpan('plain', () => 1)).to.equal(1);
    expect(withSpan('options', options, () => 2)).to.equal(2);
    expect(withSpan(tracer, 'tracer', () => 3)).to.equal(3);
    expect(withSpan(tracer, 'both', options, () => 4)).to.equal(4);
    expect(h.span('plain').instrumentationScope.name).to.equal('spantree');
    expect(h.span('tracer').instrumentationScope.name).to.equal('mine');
    expect(h.span('options').kind).to.equal(SpanKind.CLIENT);
    expect(h.span('both')).to.deep.include({ kind: SpanKind.CLIENT, attributes: { a: 1 } });
  });

  it('needs a function', () => {
    const call = withSpan as unknown as (...args: unknown[]) => unknown;
    expect(() => call('name')).to.throw(TypeError, 'withSpan needs a function');
    expect(() => call('name', {})).to.throw(TypeError, 'withSpan needs a function');
  });

  describe('when the function throws', () => {
    it('records the exception, sets Error, ends the span and throws the same (T-EXC-05)', () => {
      const error = new RangeError('too far');
      expect(() =>
        withSpan('failing', () => {
          throw error;
        }),
      ).to.throw(error);
      const { status, events } = h.span('failing');
      expect(status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'too far' });
      expect(events[0]).to.have.property('name', 'exception');
      expect(events[0]?.attributes?.['exception.type']).to.equal('RangeError');
    });

    for (const thrown of ['text', undefined, null, 5, {}]) {
      it(`does so with ${JSON.stringify(thrown)} too`, () => {
        let caught: unknown = 'nothing';
        try {
          withSpan('failing', () => {
            throw thrown;
          });
        } catch (error) {
          caught = error;
        }
        expect(caught).to.equal(thrown);
        expect(h.span('failing').status.code).to.equal(SpanStatusCode.ERROR);
        expect(h.span('failing').events).to.have.length(1);
      });
    }

    it('does so with an error that throws when it is read (T-EXC-06)', () => {
      const hostile = new Proxy(new Error('x'), {
        get() {
          throw new Error('trap');
        },
      });
      let caught: unknown;
      try {
        withSpan('failing', () => {
          throw hostile;
        });
      } catch (error) {
        caught = error;
      }
      expect(caught === hostile).to.equal(true);
      expect(h.span('failing').status.code).to.equal(SpanStatusCode.ERROR);
    });
  });

  describe('when the function returns a promise', () => {
    it('ends the span when it settles, not before, with the value', async () => {
      let finish!: (value: string) => void;
      const promise = withSpan('slow', () => new Promise<string>((resolve) => (finish = resolve)));
      await turns();
      expect(h.spans()).to.have.length(0);
      finish('value');
      expect(await promise).to.equal('value');
      expect(h.span('slow').ended).to.equal(true);
    });

    it('records a rejection and rejects with the same', async () => {
      const error = new Error('refused');
      const promise = withSpan('failing', () => Promise.reject(error));
      expect(await promise.catch((caught: unknown) => caught)).to.equal(error);
      expect(h.span('failing').status).to.deep.equal({
        code: SpanStatusCode.ERROR,
        message: 'refused',
      });
      expect(h.span('failing').events).to.have.length(1);
    });

    it('returns the very promise when it is more than one', async () => {
      class Cancellable extends Promise<string> {
        cancel(): string {
          return 'cancelled';
        }
      }
      const own = Cancellable.resolve('value') as Cancellable;
      const result = withSpan('class', () => own);
      expect(result).to.equal(own);
      expect(result.cancel()).to.equal('cancelled');
      const withField = Object.assign(Promise.resolve(5), { pid: 7 });
      expect(withSpan('field', () => withField)).to.equal(withField);
      await Promise.all([result, withField]);
      await turns();
      expect(h.spans().map(({ name }) => name)).to.deep.equal(['class', 'field']);
    });

    it('records the rejection of such a one and leaves it to the caller', async () => {
      const failing = Object.assign(Promise.reject(new Error('x')), { pid: 7 });
      const caught = await withSpan('failing', () => failing).catch(
        (error: Error) => error.message,
      );
      expect(caught).to.equal('x');
      await turns();
      expect(h.span('failing').status.code).to.equal(SpanStatusCode.ERROR);
    });

    it('leaves an unhandled rejection unhandled: the process ends as it would without', async () => {
      const bare = await runChild('unhandled.ts', { args: ['bare'] }).ended;
      const traced = await runChild('unhandled.ts', { args: ['traced'] }).ended;
      expect(bare.code).to.equal(1);
      expect(traced.code).to.equal(bare.code);
      expect(traced.stderr).to.contain('nobody waits');
    }).timeout(20_000);
  });

  describe('when the function returns a thenable that is no promise', () => {
    /** A query that runs each time somebody waits for it, as those of query builders do. */
    function query(run: () => unknown) {
      return {
        // oxlint-disable-next-line unicorn/no-thenable
        then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
          Promise.resolve().then(run).then(resolve, reject);
        },
      };
    }

    it('waits for it once, and returns a promise of its value', async () => {
      let runs = 0;
      const promise = withSpan('query', () => query(() => ++runs)) as unknown as Promise<number>;
      expect(promise).to.be.instanceOf(Promise);
      expect([await promise, await promise, runs]).to.deep.equal([1, 1, 1]);
      expect(h.span('query').ended).to.equal(true);
    });

    it('runs it within the span', async () => {
      await withSpan('query', () => query(() => h.tracer.startSpan('driver').end()));
      expect(h.span('driver').parentSpanId).to.equal(h.span('query').spanContext().spanId);
    });

    it('records what it fails with', async () => {
      const promise = withSpan('query', () =>
        query(() => {
          throw new Error('syntax');
        }),
      );
      let message: unknown;
      try {
        await promise;
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).to.equal('syntax');
      expect(h.span('query').status.message).to.equal('syntax');
    });

    it('takes a value whose `then` cannot be read for a value', () => {
      const odd = {
        // oxlint-disable-next-line unicorn/no-thenable
        get then(): never {
          throw new Error('getter');
        },
      };
      expect(withSpan('odd', () => odd)).to.equal(odd);
      expect(h.span('odd').status.code).to.equal(SpanStatusCode.UNSET);
    });
  });

  it("leaves the user's own async storage alone", async () => {
    const storage = new AsyncLocalStorage<string>();
    await storage.run('mine', () =>
      withSpan('work', async () => {
        await turns(1);
        expect(storage.getStore()).to.equal('mine');
      }),
    );
  });
});
