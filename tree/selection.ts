import type { TraceModel } from './model.js';
import { groupRepeats } from './repeats.js';
import type { SpanNode } from './span-node.js';

/** More spans of one trace are not drawn. */
const MOST_SPANS = 2000;
/** Of these places, so many may go to the way to the errors. */
const MOST_FOR_ERRORS = 1000;

/**
 * Which spans of a large trace are drawn: those where errors began, with what is above them, then
 * those nearest to the root. `undefined` means all.
 *
 * @param hasGroups whether repeats are one row, and so count as the first of them
 */
export function selectSpans(
  trace: TraceModel,
  hasGroups: boolean,
): ReadonlySet<SpanNode> | undefined {
  if (trace.order.length <= MOST_SPANS) return undefined;
  const selected = new Set<SpanNode>();
  for (const origin of trace.origins) {
    const path: SpanNode[] = [];
    let node: SpanNode | undefined = origin;
    for (; node !== undefined && !selected.has(node); node = node.parent) path.push(node);
    if (selected.size + path.length > MOST_FOR_ERRORS) continue;
    for (const step of path) selected.add(step);
  }
  for (const node of nearestFirst(trace, hasGroups)) {
    if (selected.size >= MOST_SPANS) break;
    selected.add(node);
  }
  return selected;
}

/** Level by level, so that a parent always comes before its children. */
function nearestFirst(trace: TraceModel, hasGroups: boolean): SpanNode[] {
  const nodes = [...trace.tops];
  for (let i = 0; i < nodes.length; i++) {
    const { children } = nodes[i] as SpanNode;
    if (!hasGroups) for (const child of children) nodes.push(child);
    else for (const family of groupRepeats(children)) nodes.push(family[0] as SpanNode);
  }
  return nodes;
}
