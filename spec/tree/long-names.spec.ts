import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { renderFlood, renderTree } from '../../tree/index.js';
import { spansOf } from './spans.js';

const long =
  'a name that somebody made of a whole SQL statement, or of a URL with an id in it, '.repeat(3);

describe('a long name', () => {
  const attributes = { 'http.response.status_code': 503 };
  const kind = SpanKind.CLIENT;
  const lines = renderTree(
    spansOf(
      { id: 'r', name: long, to: 412, error: 'boom', attributes },
      { id: 'a', parent: 'r', name: long, kind, to: 80, attributes },
    ),
    { columns: 100 },
  );

  it('does not push status, time and reason out of the verdict', () => {
    expect(lines[0]).to.match(/^✖ a name .*… 503 in 412ms {2}— failed in shop-api: boom$/);
  });

  it('does not push the status out of its row', () => {
    expect(lines[3]).to.match(/a name .*… {2}503 +80ms/);
  });

  it('does not push the trace id out of the summary of a flood', () => {
    const slowest = { durationMillis: 812, name: long, traceId: '91ac0d3e91ac0d3e' };
    const line = renderFlood({ traces: 9, ok: 9, failed: 0, slowest });
    expect(line).to.match(/slowest 812ms a name .*… \(trace 91ac0d3e\)$/);
    expect(line.length).to.be.below(100);
  });
});
