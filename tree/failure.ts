import { clockGrain, type SpanNode } from './span-node.js';

/**
 * Finds where errors began. A failed span without a failed child is an origin; otherwise its error
 * came from that child, and shows only there. What failed below a span that did not fail itself was
 * handled there.
 *
 * @param order every span, parents before children
 * @returns the origins, parents before children
 */
export function findOrigins(order: readonly SpanNode[]): SpanNode[] {
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] as SpanNode;
    node.errorsBelow = node.children.some((child) => child.failed || child.errorsBelow);
    if (node.failed) node.origin = (node.errorsBelow && decisive(node)?.origin) || node;
  }
  return order.filter((node) => node.origin === node);
}

/** The span that took the error of an origin and did not fail, or `undefined`. */
export function handlerOf(origin: SpanNode): SpanNode | undefined {
  let node: SpanNode | undefined = origin;
  while (node?.failed) node = node.parent;
  return node;
}

/** Whether nobody was there any more to handle it: the span or one above went on past its parent. */
export function isInBackground(origin: SpanNode): boolean {
  for (let node: SpanNode | undefined = origin; node?.failed; node = node.parent) {
    if (node.detached) return true;
  }
  return false;
}

/**
 * The failed child that made its parent fail. Attempts one after the other: the last decides.
 * Attempts at the same time: the first to fail does. What ended after its parent is no cause.
 */
function decisive(node: SpanNode): SpanNode | undefined {
  let first: SpanNode | undefined;
  let last: SpanNode | undefined;
  for (const child of node.children) {
    if (!child.failed || (child.detached && !child.answers)) continue;
    if (first === undefined || child.end < first.end) first = child;
    if (last === undefined || child.end >= last.end) last = child;
  }
  if (first === undefined || last === undefined) return undefined;
  return last.start < first.end - clockGrain(node) ? first : last;
}
