import type { TimedEvent } from '../lib/readable-span.js';
import { Guides } from './guides.js';
import { httpStatus } from './meaning.js';
import { millisSince, type TraceModel } from './model.js';
import type { Page } from './page.js';
import { groupRepeats } from './repeats.js';
import { selectSpans } from './selection.js';
import type { MissingParent, SpanNode } from './span-node.js';

/** One thing that the tree says, with the guides in front of it. */
export interface Row {
  readonly prefix: string;
  readonly says: Item | Note;
}

/** A span, or what stands for several. */
export type Item =
  | SpanItem
  | { readonly type: 'group'; readonly nodes: readonly SpanNode[] }
  | { readonly type: 'missing'; readonly missing: MissingParent }
  | More;

/** What is told of a span under its row. */
export type Note =
  | EventNote
  | { readonly type: 'ids' | 'attributes'; readonly node: SpanNode; readonly time: number }
  | More;

/** What was left out. */
export interface More {
  readonly type: 'more';
  readonly count: number;
  readonly what: 'span' | 'event';
}

/** A span; with `answer`, both sides of a call in one row. */
export interface SpanItem {
  readonly type: 'span';
  readonly node: SpanNode;
  readonly answer: SpanNode | undefined;
}

/**
 * Something that happened in a span. `error` where an error began, `exception` where it was recorded
 * by a span that did not fail. Without an event it is the message of the span's status.
 */
export interface EventNote {
  readonly type: 'event' | 'error' | 'exception';
  readonly node: SpanNode;
  readonly event: TimedEvent | undefined;
  readonly time: number;
}

/** How many events of one span are shown. */
const MOST_EVENTS = 5;

/** A part of a trace. */
export interface Part {
  /** The spans to be drawn; with each of them also its ancestors. */
  readonly shown: ReadonlySet<SpanNode>;
  /** Those whose events are told. */
  readonly told: ReadonlySet<SpanNode>;
}

/**
 * What the tree says, from top to bottom: spans in the order of their starts, each with its children
 * and, in time between them, its events.
 *
 * @param part draws only some spans of the trace
 */
export function outline(trace: TraceModel, page: Page, part?: Part): Row[] {
  const rows: Row[] = [];
  const guides = new Guides(page);
  const view: View = {
    page,
    part,
    selected: part ? undefined : selectSpans(trace, hasGroups(page)),
  };
  const stack: Frame[] = [newFrame(topItems(trace, view))];

  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const depth = stack.length - 1;
    const item = frame.items[frame.nextItem];
    guides.setLast(depth, item === undefined);
    for (; isNoteDue(frame, item); frame.nextNote++) {
      rows.push({ prefix: guides.below(depth), says: frame.notes[frame.nextNote] as Note });
    }
    if (item === undefined) {
      stack.pop();
      continue;
    }
    frame.nextItem++;
    const isLast = frame.nextItem === frame.items.length;
    const isHop = item.type === 'span' && (item.node.hop || item.answer !== undefined);
    rows.push({ prefix: guides.before(depth, isLast, isHop), says: item });
    guides.setLast(depth, isLast);
    stack.push(contentOf(item, view));
  }
  return rows;
}

/** What is drawn of a trace, and how. */
interface View {
  readonly page: Page;
  readonly part: Part | undefined;
  /** What is drawn of a trace that is too large; the rest is counted. */
  readonly selected: ReadonlySet<SpanNode> | undefined;
}

/** The content of one item, and how far it has been told. */
interface Frame {
  readonly items: readonly Item[];
  readonly notes: readonly Note[];
  nextItem: number;
  nextNote: number;
}

const NOTHING: readonly never[] = [];

function newFrame(items: readonly Item[], notes: readonly Note[] = NOTHING): Frame {
  return { items, notes, nextItem: 0, nextNote: 0 };
}

/** A note comes before the first child that starts after it. */
function isNoteDue(frame: Frame, next: Item | undefined): boolean {
  const note = frame.notes[frame.nextNote];
  if (note === undefined) return false;
  if (next === undefined || next.type === 'more') return true;
  return note.type !== 'more' && note.time < startOf(next);
}

function startOf(item: Item): number {
  if (item.type === 'span') return item.node.start;
  return item.type === 'group' ? (item.nodes[0] as SpanNode).start : 0;
}

/** The top spans; two or more orphans of one missing parent hang under a row that names it. */
function topItems(trace: TraceModel, view: View): Item[] {
  const items: Item[] = [];
  const shared = new Set<MissingParent>();
  let hidden = 0;
  for (const node of inPart(trace.tops, view)) {
    const { missing } = node;
    const isShared = isSharedRow(trace, missing);
    if (isShared && shared.has(missing)) continue;
    if (isShared) shared.add(missing);
    if (isShared && isSelected(missing.orphans, view)) items.push({ type: 'missing', missing });
    else if (!isShared && isSelected([node], view)) items.push(spanItem(node));
    else hidden += isShared ? sizeOf(missing.orphans) : node.size;
  }
  if (hidden > 0) items.push({ type: 'more', count: hidden, what: 'span' });
  return items;
}

/** Whether the orphans hang under a row of their own; those beside the main span do not. */
function isSharedRow(
  trace: TraceModel,
  missing: MissingParent | undefined,
): missing is MissingParent {
  return missing !== undefined && missing !== trace.main.missing && missing.orphans.length > 1;
}

function isSelected(nodes: readonly SpanNode[], { selected }: View): boolean {
  return selected === undefined || nodes.some((node) => selected.has(node));
}

function inPart(nodes: readonly SpanNode[], { part }: View): readonly SpanNode[] {
  return part === undefined ? nodes : nodes.filter((node) => part.shown.has(node));
}

function contentOf(item: Item, view: View): Frame {
  if (item.type === 'missing') return newFrame(toItems(item.missing.orphans, view));
  if (item.type !== 'span') return newFrame(NOTHING);
  const node = item.answer ?? item.node;
  return newFrame(
    node.children.length === 0 ? NOTHING : toItems(node.children, view),
    view.part === undefined || view.part.told.has(node)
      ? notesOf(item.node, node, view.page)
      : NOTHING,
  );
}

function toItems(all: readonly SpanNode[], view: View): Item[] {
  const { page } = view;
  const nodes = inPart(all, view);
  const items: Item[] = [];
  let hidden = 0;
  for (const family of hasGroups(page) ? groupRepeats(nodes) : nodes.map((node) => [node])) {
    const first = family[0] as SpanNode;
    if (!isSelected([first], view)) hidden += sizeOf(family);
    else if (family.length > 1) items.push({ type: 'group', nodes: family });
    else items.push(spanItem(first, page.hops === 'merged'));
  }
  if (hidden > 0) items.push({ type: 'more', count: hidden, what: 'span' });
  return items;
}

/** Where every span has something of its own to show, each gets its row. */
function hasGroups(page: Page): boolean {
  return !page.ids && !page.allAttributes;
}

function spanItem(node: SpanNode, merged = false): Item {
  return { type: 'span', node, answer: merged ? mergeable(node) : undefined };
}

/**
 * The server's side, where it tells the same as the client's: the same outcome, nothing noted by the
 * client. Where they differ, the difference is the finding, and both are shown.
 */
function mergeable(client: SpanNode): SpanNode | undefined {
  const [answer] = client.children;
  if (answer === undefined || client.children.length > 1 || !answer.answers) return undefined;
  const agrees =
    client.failed === answer.failed &&
    !client.running &&
    !answer.running &&
    answer.network !== undefined &&
    eventsOf(client).length === 0 &&
    httpStatus(client.span.attributes) === httpStatus(answer.span.attributes);
  return agrees ? answer : undefined;
}

function sizeOf(nodes: readonly SpanNode[]): number {
  return nodes.reduce((sum, node) => sum + node.size, 0);
}

/** What stands under a row before its children and between them, in order of time. */
function notesOf(node: SpanNode, answer: SpanNode, page: Page): readonly Note[] {
  const events = eventsOf(answer);
  if (!page.allAttributes && !needsIdRow(page)) return events;
  const both = node === answer ? [node] : [node, answer];
  const details: Note[] = [];
  for (const side of both) {
    if (needsIdRow(page)) details.push({ type: 'ids', node: side, time: side.start });
    if (page.allAttributes) details.push({ type: 'attributes', node: side, time: side.start });
  }
  return [...details, ...events];
}

/** Whether ids were asked for and there is no room for their columns. */
function needsIdRow(page: Page): boolean {
  return page.ids && page.idEnd === 0;
}

/** The events of a span; its exceptions only where the error began. */
function eventsOf(node: SpanNode): readonly Note[] {
  const { events, status } = node.span;
  const isOrigin = node.origin === node;
  if (events.length === 0 && !isOrigin) return NOTHING;

  const notes: (Note & { time: number })[] = [];
  let more = 0;
  let hasError = false;
  for (const event of events) {
    const isException = event.name === 'exception';
    if (isException && node.failed && !isOrigin) continue;
    const isError = isException && isOrigin && !hasError;
    if (isError) hasError = true;
    if (notes.length >= MOST_EVENTS && !isError) {
      more++;
      continue;
    }
    const type = isException ? (isOrigin ? 'error' : 'exception') : 'event';
    const time = node.start + millisSince(node.span.startTime, event.time);
    notes.push({ type, node, event, time });
  }
  if (isOrigin && !hasError && status.message) {
    notes.push({ type: 'error', node, event: undefined, time: node.end });
  }
  notes.sort((a, b) => a.time - b.time);
  return more === 0 ? notes : [...notes, { type: 'more', count: more, what: 'event' }];
}
