import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { adjustedCount } from '../../lib/ot-trace-state.js';
import { AdaptiveSampler, type AdaptiveOptions } from '../../samplers/adaptive.js';

/*
 * Traces that begin at random at a given load, over a clock of its own, through a real adaptive sampler. The
 * same seed gives the same traces. Run it by itself for the table of docs/sampling.md:
 *
 *   npx tsx spec/samplers/adaptive-simulation.ts
 */

/** So many traces a second begin for so many seconds. */
export type Load = readonly [seconds: number, tracesPerSecond: number];

/** What happened in one second. */
export interface Second {
  /** When it began. */
  readonly at: number;
  readonly load: number;
  /** How many traces began, and how many were kept. */
  begun: number;
  kept: number;
  /** How many the kept ones say that they stand for, and by how much that may vary. */
  counted: number;
  variance: number;
}

/** Runs the loads one after the other. */
export function simulate(loads: readonly Load[], options: AdaptiveOptions, seed: number): Second[] {
  const random = randomNumbers(seed);
  let millis = 0;
  const sampler = new AdaptiveSampler({ ...options, now: () => millis });
  const seconds: Second[] = [];
  let start = 0;
  for (const [duration, load] of loads) {
    for (let i = 0; i < duration; i++) {
      seconds.push({ at: start + i, load, begun: 0, kept: 0, counted: 0, variance: 0 });
    }
    const end = (start + duration) * 1000;
    millis = start * 1000;
    for (;;) {
      millis += (-Math.log(1 - random()) / load) * 1000;
      if (!(millis < end)) break;
      ask(sampler, traceIdOf(random), seconds[Math.floor(millis / 1000)]!);
    }
    start += duration;
  }
  return seconds;
}

function ask(sampler: AdaptiveSampler, traceId: string, second: Second): void {
  const result = sampler.shouldSample(ROOT_CONTEXT, traceId, 'GET', SpanKind.SERVER, {}, []);
  second.begun++;
  if (result.decision !== 2) return;
  const count = adjustedCount(result.traceState)!;
  second.kept++;
  second.counted += count;
  // The variance of 1/p with probability p is (1 - p) / p; of the kept ones, one in 1/p is looked at.
  second.variance += count * (count - 1);
}

/** Mulberry32: small, even, and the same everywhere. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function traceIdOf(random: () => number): string {
  const digits = (bits: number) => Math.floor(random() * 2 ** bits).toString(16);
  return `0123456789abcdef01${digits(28).padStart(7, '0')}${digits(28).padStart(7, '0')}`;
}

/** The day that the documentation shows: a step up, a step down, silence, and a little. */
export const SHOWN_LOADS: readonly Load[] = [
  [10, 10],
  [20, 2000],
  [20, 200],
  [10, 0],
  [10, 50],
  [10, 400],
];
export const SHOWN_OPTIONS: AdaptiveOptions = { tracesPerSecond: 20 };
export const SHOWN_SEED = 2026;

/** A row for every so many seconds; each `#` is two traces kept in a second. */
export function chart(seconds: readonly Second[], step = 2): string {
  const rows = ['  second   load/s   kept/s  estimate/s'];
  for (let i = 0; i < seconds.length; i += step) {
    const part = seconds.slice(i, i + step);
    const mean = (key: 'kept' | 'counted') =>
      part.reduce((sum, second) => sum + second[key], 0) / part.length;
    const cells = [
      part[0]!.at,
      part[0]!.load,
      mean('kept').toFixed(1),
      Math.round(mean('counted')),
    ];
    const row = [8, 9, 9, 12]
      .map((width, column) => String(cells[column]).padStart(width))
      .join('');
    rows.push(`${row}  ${'#'.repeat(Math.round(mean('kept') / 2))}`.trimEnd());
  }
  return rows.join('\n');
}

if (process.argv[1]?.endsWith('adaptive-simulation.ts')) {
  console.log(chart(simulate(SHOWN_LOADS, SHOWN_OPTIONS, SHOWN_SEED)));
}
