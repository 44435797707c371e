import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { buildTrace, type SpanNode } from '../../tree/index.js';
import { ORDER } from './scenario.js';
import { spansOf, type SpanSketch } from './spans.js';

function nodes(...sketches: SpanSketch[]): readonly SpanNode[] {
  return buildTrace(spansOf(...sketches))?.order ?? [];
}

function critical(...sketches: SpanSketch[]): string {
  return nodes(...sketches)
    .filter((node) => node.critical)
    .map((node) => node.id)
    .join(' ');
}

const client = { kind: SpanKind.CLIENT };
const server = { kind: SpanKind.SERVER, remote: true, service: 'other' };

describe('the critical path', () => {
  it('is what was waited for in the scenario', () => {
    const order = buildTrace(ORDER)?.order ?? [];
    const aside = order.filter((node) => !node.critical).map((node) => node.span.name);
    expect(aside).to.deep.equal(['quote prices', 'write audit log']);
  });

  it('takes of parallel children the one that ended last', () => {
    expect(
      critical(
        { id: 'r', to: 10 },
        { id: 'a', parent: 'r', from: 1, to: 9 },
        { id: 'b', parent: 'r', from: 1, to: 7 },
      ),
    ).to.equal('r a');
  });

  it('goes on before the start of that one', () => {
    expect(
      critical(
        { id: 'r', to: 10 },
        { id: 'a', parent: 'r', from: 1, to: 4 },
        { id: 'b', parent: 'r', from: 5, to: 9 },
      ),
    ).to.equal('r a b');
  });

  it('leaves out what went on after its parent', () => {
    expect(critical({ id: 'r', to: 10 }, { id: 'a', parent: 'r', from: 1, to: 20 })).to.equal('r');
  });

  it('forgives clocks of whole milliseconds', () => {
    expect(
      critical(
        { id: 'r', to: 100 },
        { id: 'a', parent: 'r', from: 1, to: 50.9 },
        { id: 'b', parent: 'r', from: 50, to: 100.8 },
      ),
    ).to.equal('r a b');
  });

  it('goes into a server that answered too late for its client', () => {
    expect(
      critical(
        { id: 'r', to: 10 },
        { id: 'c', parent: 'r', from: 1, to: 9, ...client },
        { id: 's', parent: 'c', from: 2, to: 30, ...server },
      ),
    ).to.equal('r c s');
  });

  it('covers running spans up to the last known moment', () => {
    expect(
      critical(
        { id: 'r' },
        { id: 'a', parent: 'r', from: 1, to: 5 },
        { id: 'b', parent: 'r', from: 6 },
      ),
    ).to.equal('r a b');
  });
});

describe('a running span', () => {
  it('reaches to the last moment that is known, an event of its own included', () => {
    const [r] = nodes(
      { id: 'r', events: [{ at: 30, name: 'tick' }] },
      { id: 'a', parent: 'r', from: 1, to: 20 },
    );
    expect([r?.running, r?.end]).to.deep.equal([true, 30]);
  });
});

describe('what lies between a span and its parent', () => {
  it('is the network between a client and its server', () => {
    const [, s] = nodes(
      { id: 'c', to: 61, ...client },
      { id: 's', parent: 'c', from: 4, to: 58, ...server },
    );
    expect([s?.hop, s?.answers, s?.network]).to.deep.equal([true, true, 7]);
  });

  it('is no network when the server outlived its client', () => {
    const [, s] = nodes(
      { id: 'c', to: 10, ...client },
      { id: 's', parent: 'c', from: 4, to: 58, ...server },
    );
    expect([s?.network, s?.outlives]).to.deep.equal([undefined, 48]);
  });

  it('is nothing to speak of when the server ends a moment after its client', () => {
    const [, s] = nodes(
      { id: 'c', to: 10, ...client },
      { id: 's', parent: 'c', from: 4, to: 13, ...server },
    );
    expect([s?.detached, s?.outlives]).to.deep.equal([false, 0]);
  });

  it('is a hop to another service, and none inside one', () => {
    const order = nodes(
      { id: 'r', to: 9 },
      { id: 'a', parent: 'r', to: 1 },
      { id: 'b', parent: 'a', service: 'x', to: 1 },
    );
    expect(order.map((node) => node.hop)).to.deep.equal([false, false, true]);
  });

  it('is the time in a queue, and no outliving, for a consumer', () => {
    const [, c] = nodes(
      { id: 'p', to: 10, kind: SpanKind.PRODUCER },
      { id: 'c', parent: 'p', from: 30, to: 90, kind: SpanKind.CONSUMER },
    );
    expect([c?.queued, c?.detached, c?.outlives]).to.deep.equal([20, true, 0]);
  });
});

describe('the time of a span itself', () => {
  it('is what no child covers, overlaps counted once', () => {
    const [r] = nodes(
      { id: 'r', to: 100 },
      { id: 'a', parent: 'r', from: 10, to: 40 },
      { id: 'b', parent: 'r', from: 20, to: 50 },
      { id: 'c', parent: 'r', from: 90, to: 190 },
    );
    expect(r?.self).to.equal(50);
  });

  it('is never negative, and neither is a duration', () => {
    const [r] = nodes({ id: 'r', from: 10, to: 5 }, { id: 'a', parent: 'r', from: -50, to: 60 });
    expect([r?.self, (r?.end ?? 0) - (r?.start ?? 0), r?.flaw]).to.deep.equal([0, 0, 'backwards']);
  });
});
