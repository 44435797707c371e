import type { ReadableSpan } from '../../lib/readable-span.js';
import { renderAddendum, renderFlood, renderLogfmt, renderTree } from '../../tree/index.js';
import type { TreeOptions } from '../../tree/index.js';
import { expectGolden } from './golden.js';
import { onlyOf, ORDER } from './scenario.js';
import { DEEP, EVENTS, HANDLED, ORPHANS, QUEUED, RUNNING, STRANGE } from './states.js';

/*
 * What the reader sees. Each golden file is to be looked at, not only compared.
 */
describe('the drawing of a trace', () => {
  const cases: [name: string, spans: readonly ReadableSpan[], options: TreeOptions][] = [
    ['joined-120', ORDER, { columns: 120 }],
    ['joined-200', ORDER, { columns: 200 }],
    ['joined-80', ORDER, { columns: 80 }],
    ['joined-50', ORDER, { columns: 50 }],
    ['joined-ascii-100', ORDER, { columns: 100, unicode: false }],
    ['merged-120', ORDER, { columns: 120, hops: 'merged' }],
    ['ids-120', ORDER, { columns: 120, ids: true }],
    ['ids-80', ORDER, { columns: 80, ids: true }],
    ['ids-170', ORDER, { columns: 170, ids: true }],
    ['all-attributes-100', ORDER, { columns: 100, attributes: 'all' }],
    ['own-shop-api', onlyOf('shop-api'), {}],
    ['own-payments', onlyOf('payments'), {}],
    ['repeats-orphan-loop-wide', STRANGE, {}],
    ['repeats-orphan-loop-wide-ascii', STRANGE, { columns: 80, unicode: false }],
    ['running', RUNNING, {}],
    ['handled', HANDLED, {}],
    ['orphans', ORPHANS, {}],
    ['deep', DEEP, {}],
    ['events', EVENTS, {}],
    ['queued', QUEUED, {}],
    ['two-traces', [...HANDLED, ...retraced(QUEUED)], {}],
  ];
  for (const [name, spans, options] of cases) {
    it(name, () => {
      expectGolden(name, renderTree(spans, { utc: true, cwd: '/srv/payments', ...options }));
    });
  }

  it('coloured-120', () => {
    const traceUrl = (id: string): string => `http://127.0.0.1:4318/t/${id}`;
    const options = { columns: 120, color: true, utc: true, traceUrl };
    expectGolden('coloured-120', renderTree(ORDER, options).map(visibleEscapes));
  });

  it('late spans', () => {
    const early = ORDER.filter((span) => !onlyOf('inventory').includes(span));
    const lines = renderAddendum(early, onlyOf('inventory'), 2100, { columns: 100, utc: true });
    const earlier = ORDER.filter((span) => !onlyOf('payments').includes(span));
    lines.push('', ...renderAddendum(earlier, onlyOf('payments'), 412, { columns: 80 }));
    expectGolden('late', lines);
  });

  it('flood', () => {
    const slowest = { durationMillis: 812, name: 'GET /search', traceId: '91ac0d3e91ac0d3e' };
    expectGolden('flood', [
      renderFlood({ traces: 214, ok: 209, failed: 5, slowest }),
      renderFlood({ traces: 1, ok: 1, failed: 0 }, { unicode: false }),
    ]);
  });

  it('logfmt', () => {
    expectGolden(
      'logfmt',
      ORDER.map((span, i) => renderLogfmt(span, i)),
    );
  });
});

/** The same spans a minute later, as another trace. */
function retraced(spans: readonly ReadableSpan[]): ReadableSpan[] {
  return spans.map((span) => ({
    ...span,
    spanContext: () => ({ ...span.spanContext(), traceId: '91ac0d3e91ac0d3e91ac0d3e91ac0d3e' }),
    startTime: [span.startTime[0] + 60, span.startTime[1]],
    endTime: [span.endTime[0] + 60, span.endTime[1]],
  }));
}

function visibleEscapes(line: string): string {
  return line.replaceAll('\u001b', '␛');
}
