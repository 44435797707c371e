import { SpanKind } from '@opentelemetry/api';
import type { MissingParent, SpanNode } from './span-node.js';

/** What {@link adopt} found out. */
export interface Family {
  readonly main: SpanNode;
  readonly tops: SpanNode[];
  readonly missing: MissingParent[];
  /** The tops whose time counts: the roots and entries, or whatever there is without any. */
  readonly axisTops: SpanNode[];
}

/**
 * Puts every span under its parent, cuts loops, and sorts out what has no parent here. At least one
 * node must be given.
 */
export function adopt(nodes: readonly SpanNode[]): Family {
  const orphans = link(nodes);
  if (!allReachable(nodes)) cutLoops(nodes);
  for (const node of nodes) if (node.children.length > 1) sortByStart(node.children);

  const tops = sortByStart(nodes.filter((node) => node.parent === undefined));
  const missing = nameMissing(sortByStart(orphans));
  const entries = tops.filter(isEntry);
  const axisTops = entries.length > 0 ? entries : tops;
  const main = (tops.find(isRoot) ?? axisTops[0]) as SpanNode;
  return { main, tops: mainFirst(tops, main), missing, axisTops };
}

/** @returns the spans that name a parent which is not here */
function link(nodes: readonly SpanNode[]): SpanNode[] {
  const byId = new Map<string, SpanNode>();
  for (const node of nodes) if (!byId.has(node.id)) byId.set(node.id, node);
  const orphans: SpanNode[] = [];
  for (const node of nodes) {
    if (node.parentId === '') continue;
    const parent = byId.get(node.parentId);
    if (parent === undefined) {
      orphans.push(node);
      continue;
    }
    node.parent = parent;
    parent.children.push(node);
  }
  return orphans;
}

/** Whether every span hangs, directly or not, under one without a parent. */
function allReachable(nodes: readonly SpanNode[]): boolean {
  const reached = nodes.filter((node) => node.parent === undefined);
  for (let i = 0; i < reached.length; i++) {
    for (const child of (reached[i] as SpanNode).children) reached.push(child);
  }
  return reached.length === nodes.length;
}

/** A loop of parent links has no top; its earliest span becomes one, so that nothing is lost. */
function cutLoops(nodes: readonly SpanNode[]): void {
  const walkOf = new Map<SpanNode, number>();
  for (const [walk, from] of nodes.entries()) {
    let node: SpanNode | undefined = from;
    while (node !== undefined && !walkOf.has(node)) {
      walkOf.set(node, walk);
      node = node.parent;
    }
    if (node !== undefined && walkOf.get(node) === walk) cutLoop(node);
  }
}

function cutLoop(member: SpanNode): void {
  let top = member;
  for (let node = member.parent; node !== undefined && node !== member; node = node.parent) {
    if (node.start < top.start) top = node;
  }
  const siblings = top.parent?.children ?? [];
  siblings.splice(siblings.indexOf(top), 1);
  top.parent = undefined;
  top.flaw = 'loop';
}

function nameMissing(orphans: readonly SpanNode[]): MissingParent[] {
  const byId = new Map<string, MissingParent>();
  for (const orphan of orphans) {
    let missing = byId.get(orphan.parentId);
    if (missing === undefined) {
      missing = {
        spanId: orphan.parentId,
        kind: kindOfParent(orphan),
        caller: callerName(orphan),
        orphans: [],
      };
      byId.set(orphan.parentId, missing);
    }
    missing.orphans.push(orphan);
    orphan.missing = missing;
  }
  return [...byId.values()];
}

function kindOfParent({ span }: SpanNode): MissingParent['kind'] {
  if (span.parentSpanContext === undefined) {
    return span.kind === SpanKind.SERVER || span.kind === SpanKind.CONSUMER ? 'remote' : 'unknown';
  }
  return span.parentSpanContext.isRemote === true ? 'remote' : 'local';
}

function callerName({ span }: SpanNode): string | undefined {
  const entry = span.parentSpanContext?.traceState?.get('spantree');
  return typeof entry === 'string' ? /(?:^|;)s:([^;]+)/.exec(entry)?.[1] : undefined;
}

function isRoot(node: SpanNode): boolean {
  return node.parentId === '';
}

/** A span whose absence of a parent is in order: a root, or one that a remote caller started. */
function isEntry(node: SpanNode): boolean {
  return isRoot(node) || (node.missing !== undefined && node.missing.kind !== 'local');
}

/** The main span, those that share its caller, the rest. */
function mainFirst(tops: readonly SpanNode[], main: SpanNode): SpanNode[] {
  const isWithMain = (node: SpanNode): boolean =>
    node === main || (main.missing !== undefined && node.missing === main.missing);
  return [
    main,
    ...tops.filter((node) => node !== main && isWithMain(node)),
    ...tops.filter((node) => !isWithMain(node)),
  ];
}

/** By start, then by end; equal ones stay in the order in which they came. Sorts in place. */
function sortByStart(nodes: SpanNode[]): SpanNode[] {
  for (let i = 1; i < nodes.length; i++) {
    if (compareStarts(nodes[i - 1] as SpanNode, nodes[i] as SpanNode) > 0) {
      return nodes.sort(compareStarts);
    }
  }
  return nodes;
}

function compareStarts(a: SpanNode, b: SpanNode): number {
  return a.start - b.start || a.end - b.end;
}
