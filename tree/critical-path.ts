import { clockGrain, type SpanNode } from './span-node.js';

/**
 * Marks what was waited for: from the end of a span backwards, the child that ended last before that
 * moment, then from that child's start backwards again. What no such child covers is the span's own
 * work. A child that went on after its parent held nobody up and is left out, but for the far side of
 * a call: the caller waited for that as long as it lived itself.
 *
 * @param order every span, parents before children; `critical` is already set on the top spans
 */
export function markCriticalPath(order: readonly SpanNode[]): void {
  for (const node of order) {
    if (!node.critical || node.children.length === 0) continue;
    const grain = clockGrain(node);
    let waitingSince = node.end;
    for (const child of byEndBackwards(node.children)) {
      const end = Math.min(child.end, node.end);
      if (end > waitingSince + grain || end < node.start) continue;
      if (child.detached && !child.answers) continue;
      child.critical = true;
      node.awaited.push(child);
      waitingSince = Math.min(waitingSince, child.start);
    }
  }
}

/** Sets the time in which a span ran and none of its children did. */
export function measureSelfTime(order: readonly SpanNode[]): void {
  for (const node of order) {
    let covered = 0;
    let until = node.start;
    for (const child of node.children) {
      const end = Math.min(child.end, node.end);
      if (end <= until) continue;
      covered += end - Math.max(until, child.start);
      until = end;
    }
    node.self = Math.max(0, node.end - node.start - covered);
  }
}

function byEndBackwards(children: readonly SpanNode[]): readonly SpanNode[] {
  return children.length === 1
    ? children
    : [...children].sort((a, b) => b.end - a.end || b.start - a.start);
}
