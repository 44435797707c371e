import { SpanKind } from '@opentelemetry/api';
import { formatDuration } from './duration.js';
import {
  databaseSystem,
  errorType,
  httpMethod,
  httpStatus,
  peer,
  rpcStatus,
  urlPath,
} from './meaning.js';
import type { Page } from './page.js';
import * as paint from './paint.js';
import type { Style } from './paint.js';
import { describeMissing, shortId, type Sheet } from './sheet.js';
import type { SpanNode } from './span-node.js';

/** A word or two about a span that its row should not lose. */
export type Fact = readonly [text: string, style: Style];

/** The name; with the path, where the span is named by the HTTP method alone. */
export function displayName({ span }: SpanNode, page: Page): string {
  const name = page.clean(span.name) || '(no name)';
  const method = httpMethod(span.attributes);
  if (method === undefined || (name !== method && name !== `HTTP ${method}`)) return name;
  const path = urlPath(span.attributes);
  return path ? `${name} ${page.clean(path)}` : name;
}

/**
 * What a reader must know of a span: its outcome, how it relates to its caller and whom it called,
 * what is wrong with its data.
 *
 * @param answer the server's side, when one row stands for both
 */
export function factsOf(node: SpanNode, answer: SpanNode | undefined, sheet: Sheet): Fact[] {
  const subject = answer ?? node;
  const facts: Fact[] = [];
  addOutcome(facts, subject, sheet);
  addTimes(facts, node, subject, sheet);
  if (answer === undefined) addCallee(facts, node, sheet);
  addFlaws(facts, node, sheet);
  addLinks(facts, subject, sheet);
  return facts;
}

/** The colour of an HTTP status: red for the server's fault, yellow for the caller's. */
export function statusStyle(status: number): Style {
  if (status >= 500) return paint.RED;
  return status >= 400 ? paint.YELLOW : paint.DIM;
}

function addOutcome(facts: Fact[], node: SpanNode, { page }: Sheet): void {
  const { attributes } = node.span;
  const status = httpStatus(attributes);
  if (status !== undefined) facts.push([String(status), statusStyle(status)]);
  const rpc = rpcStatus(attributes);
  if (rpc !== undefined) facts.push([page.clean(rpc), paint.RED]);
  if (node.origin === node) {
    const type = errorType(attributes);
    const isNews = type !== undefined && type !== String(status) && type !== '_OTHER';
    if (isNews) facts.push([page.clean(type), paint.RED]);
  }
}

function addTimes(facts: Fact[], node: SpanNode, subject: SpanNode, { page }: Sheet): void {
  const { ellipsis, micro } = page.glyphs;
  if (node.running) facts.push([`${ellipsis} running`, paint.YELLOW]);
  if (subject.network !== undefined) {
    facts.push([`net ${formatDuration(subject.network, micro)}`, paint.DIM]);
  }
  if (node.queued > 0) facts.push([`queued ${formatDuration(node.queued, micro)}`, paint.DIM]);
  if (node.outlives > 0) {
    facts.push([`outlives parent +${formatDuration(node.outlives, micro)}`, paint.YELLOW]);
  }
}

/** Whom a span called that no span below it answers for; databases never answer. */
function addCallee(facts: Fact[], node: SpanNode, { page, isJoined }: Sheet): void {
  const { span, children } = node;
  const isCall = span.kind === SpanKind.CLIENT || span.kind === SpanKind.PRODUCER;
  if (!isCall || databaseSystem(span.attributes) !== undefined) return;
  if (children.some((child) => child.hop)) return;
  const callee = peer(span.attributes);
  const name = callee === undefined ? '' : page.clean(callee);
  const isFinding = isJoined && span.kind === SpanKind.CLIENT;
  const isNamed = isFinding && span.name.includes(name);
  const words = [isNamed ? '' : name, isFinding ? 'not traced' : ''].filter(Boolean).join(' ');
  if (words !== '') facts.push([`${page.glyphs.out} ${words}`, paint.DIM]);
}

function addFlaws(facts: Fact[], node: SpanNode, sheet: Sheet): void {
  const { missing, flaw } = node;
  const isTold = missing === sheet.trace.main.missing;
  if (missing !== undefined && !isTold && missing.orphans.length === 1) {
    const text = `${sheet.page.glyphs.up} ${describeMissing(missing, sheet)}`;
    facts.push([text, missing.kind === 'local' ? paint.YELLOW : paint.DIM]);
  }
  if (flaw !== undefined) facts.push([FLAWS[flaw], paint.YELLOW]);
}

const FLAWS = {
  loop: 'parent link forms a loop',
  duplicate: 'span id used twice',
  backwards: 'ends before its start',
} as const;

function addLinks(facts: Fact[], { span }: SpanNode, sheet: Sheet): void {
  const [first] = span.links;
  if (first === undefined) return;
  const { link } = sheet.page.glyphs;
  const text =
    span.links.length > 1
      ? `${span.links.length} links`
      : `linked to trace ${shortId(first.context.traceId, sheet)}`;
  facts.push([`${link} ${text}`, paint.DIM]);
}
