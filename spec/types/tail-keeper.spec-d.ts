/* Compiled, not run: the types of the tail keeper. */
import {
  NoopSpanProcessor,
  start,
  TailKeeper,
  type SpanProcessor,
  type TailKeeperOptions,
  type TailKeeperStats,
  type TailPattern,
  type TailReason,
  type TailRule,
} from '../../lib/index.js';

const route: TailPattern = /^.orders/;
const rule: TailRule = { route, attributes: { 'user.tier': 'gold', status: 503 }, ratio: 0.5 };
const options: TailKeeperOptions = { slowMillis: 500, ratio: 0.05, rules: [rule] };
const keeper: SpanProcessor = new TailKeeper(new NoopSpanProcessor(), options);
start({ exporters: [keeper], spanProcessors: [keeper] });
export const stats: TailKeeperStats = new TailKeeper(new NoopSpanProcessor()).stats();
export const kept: Readonly<Record<TailReason, number>> = stats.keptTraces;
// @ts-expect-error a rule has no such part
export const wrong: TailRule = { rout: '/' };
// @ts-expect-error a processor is needed
export const missing: SpanProcessor = new TailKeeper();
