// What has to hold, and what is aimed at: ratios to the official SDK in one run, unless a row says otherwise.
import { align, times } from './table.js';

/** For a row, or several: the gate, by the major version of Node where it differs, and the goal. */
export const GATES = [
  ratio(4, 6, 'bare-root', 'bare-child', 'bare-remote-child'),
  ratio(6, 10, 'sampled-out'),
  ratio(6, 8, 'http-span'),
  ratio(4, 6, 'eventful-span'),
  ratio(3, 4, 'nested', 'nested-async'),
  ratio(4, 6, 'set-attribute-10', 'set-attribute-32', 'set-attribute-128'),
  ratio(4, 6, 'extract', 'extract-tracestate'),
  ratio(2, 3, 'inject'),
  ratio(3, 4, 'baggage-inject', 'baggage-extract'),
  ratio(3, 5, 'context'),
  ratio(5, 7, 'export-protobuf', 'export-protobuf-eventful'),
  ratio(3, 5, 'export-json', 'export-json-eventful'),
  ratio(5, 8, 'export-whole-path'),
  ratio(2, 4, 'export-queued', 'export-queued-shared', 'export-allocated'),
  // Shares of the time that a lesser app takes.
  ratio({ 20: 0.75, 22: 0.75, 24: 0.8 }, 0.9, 'koa-of-storage'),
  ratio({ 20: 0.6, 22: 0.6, 24: 0.72 }, 0.8, 'koa-of-bare'),
  ratio({ 20: 2.7, 22: 2.7, 24: 3.3 }, 4, 'koa-cpu'),
  ratio(0.92, 0.96, 'koa-axios-of-storage'),
  ratio(3, 5, 'koa-p99-added', 'koa-delay-added', 'koa-axios-p99-added', 'koa-axios-delay-added'),
  ratio(2, 4, 'startup'),
  atMost(6, 3, 'install-packages'),
  atMost(4, 2.5, 'install-size'),
  // Against JSON.stringify of the same spans.
  ratio(1 / 3, 1, 'tree-11', 'tree-10000'),
];

/**
 * Prints for each row its gate, its goal and what was achieved, and what the floor would have; false when a gate is
 * missed. A row that was not measured counts as missed where `isAll`.
 */
export function judge(results, isAll) {
  const rows = [['row', 'gate', 'goal', 'achieved', 'floor', '']];
  let holds = true;
  for (const { names, gate, goal, isMost } of GATES) {
    for (const name of names) {
      const result = results.find((each) => each.name === name);
      if (result === undefined && !isAll) continue;
      const verdict = result === undefined ? 'not measured' : verdictOn(result, gate, goal, isMost);
      if (result === undefined || verdict === 'missed') holds = false;
      const said = (value) => (isMost ? `≤ ${value}` : times(value));
      const achieved = isMost ? result?.ours.toFixed(1) : result && times(result.ratio.median);
      const floor = isMost || result?.floorRatio === undefined ? '' : times(result.floorRatio);
      rows.push([name, said(gate), said(goal), achieved ?? '–', floor, verdict]);
    }
  }
  console.log(`\n${align(rows, 1).join('\n')}`);
  return holds;
}

function verdictOn({ ours, ratio: { median } }, gate, goal, isMost) {
  const reaches = (bound) => (isMost ? ours <= bound : median >= bound);
  if (reaches(goal)) return 'goal';
  return reaches(gate) ? 'gate' : 'missed';
}

function ratio(gate, goal, ...names) {
  return { names, gate: typeof gate === 'number' ? gate : ofThisNode(gate), goal, isMost: false };
}

/** A bound for the figure itself. */
function atMost(gate, goal, ...names) {
  return { names, gate, goal, isMost: true };
}

/** The gate of the newest major version that is not newer than this Node. */
function ofThisNode(gates) {
  const major = Number.parseInt(process.versions.node, 10);
  const known = Object.keys(gates).map(Number);
  return gates[Math.max(...known.filter((each) => each <= major))];
}
