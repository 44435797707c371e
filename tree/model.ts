import { SpanKind, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import { parentIdOf, type ReadableSpan } from '../lib/readable-span.js';
import { markCriticalPath, measureSelfTime } from './critical-path.js';
import { findOrigins } from './failure.js';
import { adopt } from './parents.js';
import { clockGrain, type MissingParent, type SpanNode } from './span-node.js';

/** All spans of one trace, put in relation. */
export interface TraceModel {
  readonly traceId: string;
  /** The earliest moment of all spans: zero of every other time. */
  readonly startTime: HrTime;
  /** The span that the trace is about: the root, or what comes nearest to one. */
  readonly main: SpanNode;
  /** Everything without a received parent: first {@link main} and its siblings, then by start. */
  readonly tops: readonly SpanNode[];
  /** Every span, parents before children, children in order of their starts. */
  readonly order: readonly SpanNode[];
  /** Parents that spans name and that were not received, each with its orphans. */
  readonly missing: readonly MissingParent[];
  /** Names of the services, in the order in which they come in. */
  readonly services: readonly string[];
  /** What the time axis covers: the top spans, not what outlived them. */
  readonly axis: { readonly start: number; readonly end: number };
  /**
   * `failed` and `running` are the main span's; `handled` means that it ended well and something else
   * failed.
   */
  readonly outcome: 'ok' | 'failed' | 'handled' | 'running';
  /** The spans where errors began. */
  readonly origins: readonly SpanNode[];
  readonly runningCount: number;
  /** Attributes, events and links that limits dropped from these spans. */
  readonly droppedCount: number;
}

/**
 * Builds the model of one trace from its spans in any order: children under their parents, duplicates
 * joined, loops cut, missing parents named, errors traced to their origin, the critical path marked.
 *
 * @returns `undefined` without a span
 */
export function buildTrace(spans: readonly ReadableSpan[]): TraceModel | undefined {
  const startTime = earliest(spans);
  const nodes = toNodes(spans, startTime);
  const first = nodes[0];
  if (first === undefined) return undefined;

  const runningCount = endRunning(nodes, startTime);
  const { tops, main, missing, axisTops } = adopt(nodes);
  const order = preorder(tops);
  for (const node of order) relate(node);
  for (const top of axisTops) top.critical = true;
  markCriticalPath(order);
  measureSelfTime(order);
  const origins = findOrigins(order);

  return {
    traceId: first.span.spanContext().traceId,
    startTime,
    main,
    tops,
    order,
    missing,
    services: [...new Set(order.map((node) => node.service))],
    axis: {
      start: (axisTops[0] as SpanNode).start,
      end: latestEnd(axisTops),
    },
    outcome: outcome(main, origins),
    origins,
    runningCount,
    droppedCount: nodes.reduce((sum, node) => sum + droppedFrom(node.span), 0),
  };
}

/** Milliseconds of a moment after the start of the trace. */
export function millisSince(startTime: HrTime, time: HrTime): number {
  const millis = (time[0] - startTime[0]) * 1000 + (time[1] - startTime[1]) / 1e6;
  return Number.isFinite(millis) ? millis : 0;
}

function earliest(spans: readonly ReadableSpan[]): HrTime {
  let first: HrTime | undefined;
  for (const { startTime } of spans) {
    if (!Number.isFinite(startTime[0]) || !Number.isFinite(startTime[1])) continue;
    const isEarlier =
      first === undefined ||
      startTime[0] < first[0] ||
      (startTime[0] === first[0] && startTime[1] < first[1]);
    if (isEarlier) first = startTime;
  }
  return first ?? [0, 0];
}

/** One node a span id: an ended span replaces its running self, two that differ are both kept. */
function toNodes(spans: readonly ReadableSpan[], startTime: HrTime): SpanNode[] {
  const nodes: SpanNode[] = [];
  const places = new Map<string, number>();
  for (const span of spans) {
    const node = toNode(span, startTime);
    const place = places.get(node.id);
    const other = place === undefined ? undefined : nodes[place];
    if (place === undefined || other === undefined) {
      places.set(node.id, nodes.push(node) - 1);
    } else if (other.running) {
      nodes[place] = node;
    } else if (!node.running && !isSame(node, other)) {
      node.flaw = 'duplicate';
      nodes.push(node);
    }
  }
  return nodes;
}

function toNode(span: ReadableSpan, startTime: HrTime): SpanNode {
  const parentId = parentIdOf(span) ?? '';
  const service = span.resource?.attributes['service.name'];
  const start = millisSince(startTime, span.startTime);
  const end = span.ended ? millisSince(startTime, span.endTime) : start;
  return {
    span,
    id: span.spanContext().spanId,
    parentId: parentId === NO_PARENT ? '' : parentId,
    service: typeof service === 'string' ? service : '',
    start,
    end: Math.max(start, end),
    running: !span.ended,
    failed: span.status.code === SpanStatusCode.ERROR,
    parent: undefined,
    children: [],
    missing: undefined,
    depth: 0,
    size: 1,
    hop: false,
    answers: false,
    network: undefined,
    queued: 0,
    detached: false,
    outlives: 0,
    critical: false,
    awaited: [],
    self: 0,
    origin: undefined,
    errorsBelow: false,
    flaw: end < start ? 'backwards' : undefined,
  };
}

const NO_PARENT = '0000000000000000';

function isSame(a: SpanNode, b: SpanNode): boolean {
  return a.start === b.start && a.end === b.end && a.span.name === b.span.name;
}

/** Lets running spans reach to the last moment known. */
function endRunning(nodes: readonly SpanNode[], startTime: HrTime): number {
  const running = nodes.filter((node) => node.running);
  if (running.length === 0) return 0;
  let now = latestEnd(nodes);
  for (const { span } of running) {
    const lastEvent = span.events.at(-1);
    if (lastEvent !== undefined) now = Math.max(now, millisSince(startTime, lastEvent.time));
  }
  for (const node of running) node.end = Math.max(node.start, now);
  return running.length;
}

function latestEnd(nodes: readonly SpanNode[]): number {
  return nodes.reduce((latest, node) => Math.max(latest, node.end), 0);
}

/** Parents before children; no recursion, since a trace may be deeper than the stack. */
function preorder(tops: readonly SpanNode[]): SpanNode[] {
  const order: SpanNode[] = [];
  const stack = tops.toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    order.push(node);
    for (let i = node.children.length - 1; i >= 0; i--) {
      const child = node.children[i] as SpanNode;
      child.depth = node.depth + 1;
      stack.push(child);
    }
  }
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] as SpanNode;
    if (node.parent !== undefined) node.parent.size += node.size;
  }
  return order;
}

/**
 * By how many milliseconds a server may end after its client: it learns that its answer is out when the
 * client has read it already, and its clock is another.
 */
const ANSWER_SLACK = 5;

/** What lies between a span and its parent. */
function relate(node: SpanNode): void {
  const { parent, span } = node;
  if (parent === undefined) return;
  const isQueued = parent.span.kind === SpanKind.PRODUCER && span.kind === SpanKind.CONSUMER;
  node.answers = parent.span.kind === SpanKind.CLIENT && span.kind === SpanKind.SERVER;
  node.hop =
    isQueued ||
    node.answers ||
    node.service !== parent.service ||
    span.parentSpanContext?.isRemote === true;
  const past = node.end - parent.end;
  const slack = node.answers ? ANSWER_SLACK : clockGrain(parent);
  const goesOn = !parent.running && (node.running || past > slack);
  node.detached = isQueued || goesOn;
  if (isQueued && !parent.running) node.queued = Math.max(0, node.start - parent.end);
  if (goesOn && !isQueued && !node.running) node.outlives = past;
  if (node.answers && !node.running && !parent.running && isOnlyAnswer(node, parent)) {
    const network = parent.end - parent.start - (node.end - node.start);
    if (network >= 0) node.network = network;
  }
}

function isOnlyAnswer(node: SpanNode, parent: SpanNode): boolean {
  return parent.children.every((child) => child === node || child.span.kind !== SpanKind.SERVER);
}

function outcome(main: SpanNode, origins: readonly SpanNode[]): TraceModel['outcome'] {
  if (main.failed) return 'failed';
  if (main.running) return 'running';
  return origins.length > 0 ? 'handled' : 'ok';
}

function droppedFrom(span: ReadableSpan): number {
  const dropped = span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount;
  return dropped > 0 ? dropped : 0;
}
