import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { buildTrace, renderTree, type TraceModel } from '../../tree/index.js';
import { spansOf, type SpanSketch } from './spans.js';

function model(...sketches: SpanSketch[]): TraceModel {
  const trace = buildTrace(spansOf(...sketches));
  if (trace === undefined) throw new Error('no trace');
  return trace;
}

function verdict(...sketches: SpanSketch[]): string | undefined {
  return renderTree(spansOf(...sketches), { columns: 140 })[0];
}

const error = true;
const attempt = (id: string, from: number, to: number): SpanSketch => ({
  id,
  parent: 'r',
  from,
  to,
  error: `${id} broke`,
});

describe('where an error began', () => {
  it('is the deepest failed span under failed spans', () => {
    const { main } = model(
      { id: 'r', to: 9, error },
      { id: 'a', parent: 'r', to: 8, error },
      { id: 'b', parent: 'a', to: 7, error },
    );
    expect(main.origin?.id).to.equal('b');
  });

  it('is the span itself when the failure below was handled on the way', () => {
    const trace = model(
      { id: 'r', to: 9, error },
      { id: 'a', parent: 'r', to: 8 },
      { id: 'b', parent: 'a', to: 7, error },
    );
    expect(trace.main.origin?.id).to.equal('r');
    expect(trace.origins.map(({ id }) => id)).to.deep.equal(['r', 'b']);
  });

  it('is the last of attempts one after the other', () => {
    const { main } = model({ id: 'r', to: 90, error }, attempt('a', 1, 20), attempt('b', 25, 60));
    expect(main.origin?.id).to.equal('b');
  });

  it('is the first to fail of attempts at the same time', () => {
    const { main } = model({ id: 'r', to: 90, error }, attempt('a', 1, 40), attempt('b', 2, 30));
    expect(main.origin?.id).to.equal('b');
  });

  it('is not what failed after the parent had ended', () => {
    const { main } = model({ id: 'r', to: 10, error }, attempt('a', 5, 40));
    expect(main.origin?.id).to.equal('r');
  });
});

describe('the verdict', () => {
  it('is good without an error', () => {
    expect(verdict({ id: 'r', name: 'job', to: 9 })).to.equal('● job in 9ms');
  });

  it('names service, reason and span', () => {
    expect(
      verdict(
        { id: 'r', name: 'job', to: 9, error },
        { id: 'a', parent: 'r', service: 'mail', name: 'send', to: 5, error: 'no such user' },
      ),
    ).to.equal('✖ job in 9ms  — failed in mail: no such user at send');
  });

  it('leaves the span out when it is the root itself', () => {
    expect(verdict({ id: 'r', name: 'job', to: 9, error: 'boom' })).to.equal(
      '✖ job in 9ms  — failed in shop-api: boom',
    );
  });

  it('counts further errors', () => {
    expect(
      verdict({ id: 'r', name: 'job', to: 90, error }, attempt('a', 1, 20), attempt('b', 25, 60)),
    ).to.equal('✖ job in 90ms  — failed in shop-api: b broke at b, and 1 more error');
  });

  it('says what was handled, and where', () => {
    expect(
      verdict(
        { id: 'r', name: 'job', to: 9 },
        { id: 'a', parent: 'r', service: 'mail', name: 'send', to: 5, error: 'no such user' },
      ),
    ).to.equal('! job in 9ms  — error handled in shop-api: no such user at send');
  });

  it('does not call handled what failed when nobody waited any more', () => {
    expect(
      verdict(
        { id: 'r', name: 'job', to: 9 },
        { id: 'a', parent: 'r', name: 'audit', from: 5, to: 50, error: 'disk full' },
      ),
    ).to.equal('! job in 9ms  — error in the background in shop-api: disk full at audit');
  });

  it('does not call handled what is below a running span', () => {
    expect(
      verdict(
        { id: 'r', name: 'job' },
        { id: 'a', parent: 'r', name: 'step', to: 5, error: 'disk full' },
      ),
    ).to.equal('… job still running  — error in shop-api: disk full at step');
  });

  it('prefers a code to a message, and knows a status', () => {
    const attributes = { 'error.type': 'ECONNREFUSED' };
    expect(verdict({ id: 'r', name: 'job', to: 9, error: 'long story', attributes })).to.equal(
      '✖ job in 9ms  — failed in shop-api: ECONNREFUSED',
    );
    const status = { 'error.type': '503' };
    expect(verdict({ id: 'r', name: 'job', to: 9, error, attributes: status })).to.equal(
      '✖ job in 9ms  — failed in shop-api: status 503',
    );
  });
});

describe('the details of an error', () => {
  const exception = (message: string, stack = ''): NonNullable<SpanSketch['events']> => [
    {
      at: 3,
      name: 'exception',
      attributes: {
        'exception.type': 'TypeError',
        'exception.message': message,
        'exception.stacktrace': stack,
      },
    },
  ];

  function details(...sketches: SpanSketch[]): string[] {
    const lines = renderTree(spansOf(...sketches), { columns: 80, cwd: '/app' });
    return lines.slice(3).map((line) => line.replace(/ {3,}\S*$/, ''));
  }

  it('stand at the origin alone', () => {
    const lines = details(
      { id: 'r', name: 'outer', to: 9, error, events: exception('wrapped') },
      {
        id: 'a',
        name: 'inner',
        parent: 'r',
        to: 8,
        error,
        events: exception('x is not a function'),
      },
    );
    expect(lines.filter((line) => line.includes('TypeError'))).to.deep.equal([
      '        ✖ TypeError: x is not a function',
    ]);
  });

  it('name the first frame of the application, its path from the working directory', () => {
    const stack = [
      'TypeError: broken',
      '    at node:internal/process/task_queues:95:5',
      '    at dispatch (/app/node_modules/koa-compose/index.js:42:32)',
      '    at async charge (file:///app/src/charge.ts:41:18)',
      '    at main (/app/src/main.ts:1:1)',
    ].join('\n');
    const lines = details({ id: 'r', to: 9, error, events: exception('broken', stack) });
    expect(lines.at(-1)?.trim()).to.equal('at async charge (src/charge.ts:41:18)');
  });

  it('keep the end of a path that does not fit', () => {
    const stack = `x\n    at f (/${'very/long/'.repeat(20)}charge.ts:41:18)`;
    const lines = renderTree(spansOf({ id: 'r', to: 9, error, events: exception('x', stack) }));
    expect(lines.at(-1)).to.match(/at ….*charge\.ts:41:18\)$/);
  });

  it('are the message of the status where nothing was recorded', () => {
    expect(details({ id: 'r', to: 9, error: 'disk full' })).to.deep.equal(['     ✖ disk full']);
  });

  it('are only mentioned where the span did not fail', () => {
    expect(details({ id: 'r', to: 9, events: exception('caught') })).to.deep.equal([
      '     ! TypeError: caught',
    ]);
  });

  it('are shown even after many events', () => {
    const ticks = Array.from({ length: 20 }, (_, at) => ({ at, name: 'tick' }));
    const events = [...ticks, ...exception('late')];
    const lines = details({ id: 'r', to: 30, error, kind: SpanKind.SERVER, events });
    expect(lines.map((line) => line.trim())).to.include.members([
      '✖ TypeError: late',
      '… 15 more events',
    ]);
  });
});
