import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import type { Span } from '../../lib/span.js';
import { harness } from '../support/harness.js';
import { turns } from '../support/manual-exporter.js';

const idle: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

function spanWith(...spanProcessors: SpanProcessor[]): Span {
  const tracer = new TracerProvider({ spanProcessors }).getTracer('t');
  return tracer.startSpan('span', {}, ROOT_CONTEXT) as Span;
}

describe('span processors', () => {
  const h = harness();

  it('are called within start and end, in the order of their registration (T-PROC-02, T-PROC-05)', () => {
    const calls: string[] = [];
    const named = (name: string): SpanProcessor => ({
      ...idle,
      onStart: () => void calls.push(`${name} start`),
      onEnding: () => void calls.push(`${name} ending`),
      onEnd: () => void calls.push(`${name} end`),
    });
    const span = spanWith(named('a'), named('b'));
    expect(calls.splice(0)).to.deep.equal(['a start', 'b start']);
    span.end();
    expect(calls).to.deep.equal(['a ending', 'b ending', 'a end', 'b end']);
    span.end();
    expect(calls).to.have.length(4);
  });

  it('can write to a span that starts, and keep it to write later (T-PROC-03)', () => {
    let kept: Span | undefined;
    const span = spanWith({
      ...idle,
      onStart: (started) => {
        kept = started;
        started.setAttribute('by', 'processor');
      },
    });
    kept!.updateName('renamed');
    span.end();
    expect(span.name).to.equal('renamed');
    expect(span.attributes).to.deep.equal({ by: 'processor' });
    expect(kept).to.equal(span);
  });

  it('can write to a span that is ending: its end is known, it still records (T-PROC-04)', () => {
    let seen: object | undefined;
    const span = spanWith({
      ...idle,
      onEnding: (ending) => {
        seen = {
          recording: ending.isRecording(),
          end: ending.endTime,
          ended: ending.ended,
          duration: ending.duration[0],
        };
        ending.setAttribute('slow', ending.duration[0] > 1);
        ending.end();
      },
    });
    span.end([9_000_000_000, 5]);
    expect(seen).to.deep.include({ recording: true, end: [9_000_000_000, 5], ended: false });
    expect(span.attributes).to.deep.equal({ slow: true });
  });

  it('cannot write to a span that has ended (T-PROC-05, T-SPAN-19)', () => {
    let recording: boolean | undefined;
    const span = spanWith({
      ...idle,
      onEnd: (ended) => {
        recording = (ended as Span).isRecording();
        (ended as Span).setAttribute('late', 1);
      },
    });
    span.end();
    expect(recording).to.equal(false);
    expect(span.attributes).to.deep.equal({});
  });

  it('that edit the attributes object are obeyed by those behind them', () => {
    let exported: object | undefined;
    const span = spanWith(
      {
        ...idle,
        onEnd: ({ attributes }) => {
          delete attributes['password'];
          attributes['user'] = '***';
        },
      },
      { ...idle, onEnd: ({ attributes }) => (exported = { ...attributes }) },
    );
    span.setAttributes({ user: 'me', password: 'x', kept: 1 }).end();
    expect(exported).to.deep.equal({ user: '***', kept: 1 });
  });

  it('that throw are contained and reported, and the others still run (T-PROC-06, T-ERR-03)', () => {
    const calls: string[] = [];
    const throwing = () => {
      throw new Error('processor');
    };
    const broken = { ...idle, onStart: throwing, onEnding: throwing, onEnd: throwing };
    const after: SpanProcessor = {
      ...idle,
      onStart: () => void calls.push('start'),
      onEnding: () => void calls.push('ending'),
      onEnd: () => void calls.push('end'),
    };
    spanWith(broken, after).end();
    expect(calls).to.deep.equal(['start', 'ending', 'end']);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['processor.threw']);
  });

  it('that are async and reject are contained and reported (T-PROC-06)', async () => {
    const rejecting = () => Promise.reject(new Error('processor')) as unknown as void;
    spanWith({ ...idle, onStart: rejecting, onEnding: rejecting, onEnd: rejecting }).end();
    await turns(); // an unhandled rejection would fail this test
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['processor.threw']);
  });

  it('need no onEnding and no flushSync (T-PROC-01)', () => {
    spanWith(idle).end();
    new TracerProvider({ spanProcessors: [idle] }).flushSync(10);
  });

  it('share the time of a synchronous flush, one after the other', () => {
    const given: number[] = [];
    const slow = {
      ...idle,
      flushSync: (millis: number) => {
        given.push(millis);
        const until = performance.now() + 15;
        while (performance.now() < until);
      },
    };
    const broken = {
      ...idle,
      flushSync: () => {
        throw new Error('flushSync');
      },
    };
    new TracerProvider({ spanProcessors: [slow, broken, slow, slow] }).flushSync(20);
    expect(given[0]).to.be.within(15, 20);
    expect(given[1]).to.be.below(given[0]! - 10);
    expect(given[2]).to.equal(0);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['processor.threw']);
  });
});
