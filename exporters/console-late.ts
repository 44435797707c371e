import { parentIdOf, type ReadableSpan } from '../lib/readable-span.js';
import { isLocalRoot } from './console-trace.js';

/** How late spans of a shown trace are to be shown. */
export interface LateSpans {
  /**
   * The tree is drawn again, for its head has changed: spans above it have come, or a local root has
   * ended that was shown running.
   */
  readonly redraw: boolean;
  /** Spans that hang below what was shown, or nowhere. */
  readonly additions: ReadableSpan[];
  /** Local roots whose caller was not shown, with all below: another tree of the same trace. */
  readonly otherTree: ReadableSpan[];
}

/**
 * Sorts late spans by where they belong to those shown, among which they may be themselves: as running
 * ones that have now ended.
 */
export function sortLate(shown: readonly ReadableSpan[], late: readonly ReadableSpan[]): LateSpans {
  const shownIds = idsOf(shown);
  if (isHead(late, shownIds) || isAbove(shown, shownIds, idsOf(late))) {
    return { redraw: true, additions: [], otherTree: [] };
  }
  const otherTree = new Set(late.filter((span) => startsOtherTree(span, shownIds)));
  const children = childrenByParent(late);
  // A set goes on to what is added while it is walked.
  for (const span of otherTree) {
    for (const child of children.get(span.spanContext().spanId) ?? []) otherTree.add(child);
  }
  const additions = late.filter((span) => !otherTree.has(span));
  return { redraw: false, additions, otherTree: [...otherTree] };
}

function startsOtherTree(span: ReadableSpan, shownIds: ReadonlySet<string>): boolean {
  return isLocalRoot(span) && !shownIds.has(parentIdOf(span) ?? '');
}

function childrenByParent(spans: readonly ReadableSpan[]): Map<string, ReadableSpan[]> {
  const children = new Map<string, ReadableSpan[]>();
  for (const span of spans) {
    const parentId = parentIdOf(span);
    if (parentId === undefined) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(span);
    else children.set(parentId, [span]);
  }
  return children;
}

/** Whether a local root is late that was shown running. */
function isHead(late: readonly ReadableSpan[], shownIds: ReadonlySet<string>): boolean {
  return late.some((span) => isLocalRoot(span) && shownIds.has(span.spanContext().spanId));
}

/** Whether a late span is the parent of a shown one whose parent was missing. */
function isAbove(
  shown: readonly ReadableSpan[],
  shownIds: ReadonlySet<string>,
  lateIds: ReadonlySet<string>,
): boolean {
  return shown.some((span) => {
    const parentId = parentIdOf(span);
    return parentId !== undefined && !shownIds.has(parentId) && lateIds.has(parentId);
  });
}

function idsOf(spans: readonly ReadableSpan[]): Set<string> {
  return new Set(spans.map((span) => span.spanContext().spanId));
}
