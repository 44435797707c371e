import { SpanKind } from '@opentelemetry/api';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import type { Span } from '../span.js';
import { captureCall, placeOf } from './call-site.js';
import type { Findings } from './findings.js';

/** Spans of one name, made by one library. */
interface Site {
  readonly label: string;
  /** Where the first of them was started, or one that was never ended. */
  call: ReturnType<typeof captureCall>;
  /** Whether one of them has had a parent in this process. */
  hadParent: boolean;
  /** Whether one began a trace while no request was open: then it is work in the background. */
  beganIdle: boolean;
  /** How many began a trace while a request was open, and are not told yet. */
  beganInRequests: number;
  lostCall: ReturnType<typeof captureCall> | undefined;
  /** Whether some were never ended: then each further one is looked at. */
  isLeaking: boolean;
}

/** An open span, as a link of a chain in the order of their starts. */
interface OpenSpan {
  readonly site: Site;
  readonly call: ReturnType<typeof captureCall>;
  readonly isRequest: boolean;
  /** In seconds, as the watch counts them. */
  readonly since: number;
  before: OpenSpan | undefined;
  after: OpenSpan | undefined;
  /** The words in which it was told to be open for too long. */
  told: string | undefined;
}

/**
 * Where a span keeps its link. A chain through the spans themselves costs one 0.1 µs; a `Map` or `Set` of them 0.7,
 * most of it the collector's, as all that pass through live in its old part.
 */
const LINK = Symbol('spantree doctor');

type Linked = { [LINK]?: OpenSpan };

/** Sites that are told apart; names beyond that, such as those with ids in them, share one. */
const MOST_SITES = 1000;
/** Open spans that are watched. */
const MOST_OPEN = 10_000;
/** What was open for less may just have been at work when the process was told to end. */
const AT_WORK_SECONDS = 1;

/**
 * Looks at spans as they start and end: those that never end, those that lost their context, those from which
 * attributes were dropped. A processor that costs a span some hundred nanoseconds.
 */
export class SpanWatch implements SpanProcessor {
  readonly #findings: Findings;
  readonly #openSeconds: number;
  /** By the name of the scope, then by that of the span. */
  readonly #sites = new Map<string, Map<string, Site>>();
  #siteCount = 0;
  #oldest: OpenSpan | undefined;
  #newest: OpenSpan | undefined;
  #openCount = 0;
  #openRequests = 0;
  #seconds = 0;

  constructor(findings: Findings, openSeconds: number) {
    this.#findings = findings;
    this.#openSeconds = openSeconds;
  }

  onStart(span: Span): void {
    const site = this.#siteOf(span);
    const { parentSpanContext: parent, kind } = span;
    const isLocal = parent !== undefined && parent.isRemote !== true;
    const isServer = kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
    if (isLocal) site.hadParent = true;
    else if (parent === undefined && !isServer) this.#began(site, span);
    if (this.#openCount >= MOST_OPEN) return;
    const isRequest = isServer && !isLocal;
    if (isRequest) this.#openRequests++;
    const call = site.isLeaking ? captureCall() : site.call;
    this.#link(span, site, call, isRequest);
  }

  onEnd(span: ReadableSpan): void {
    const open = (span as Linked)[LINK];
    if (open?.told !== undefined) this.#findings.retract(NEVER_ENDED, open.told);
    else if (open !== undefined) this.#unlink(open);
    if (span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount > 0) {
      this.#dropped(span);
    }
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}

  /** To be called once a second. */
  tick(): void {
    this.#seconds++;
    this.#tellLost();
    this.#tellOlder(this.#openSeconds);
  }

  /** Tells what is lost so far. */
  check(): void {
    this.#tellLost();
  }

  /** At the end: what is open now is never ended; unless it `isAll`, only what has been for a while. */
  finish(isAll: boolean): void {
    this.#tellLost();
    this.#tellOlder(isAll ? 0 : AT_WORK_SECONDS);
  }

  #siteOf({ name, instrumentationScope: { name: scope } }: Span): Site {
    let names = this.#sites.get(scope);
    if (names === undefined) {
      names = new Map();
      if (this.#sites.size < MOST_SITES) this.#sites.set(scope, names);
    }
    return names.get(name) ?? this.#addSite(names, name, scope);
  }

  #addSite(names: Map<string, Site>, name: string, scope: string): Site {
    const isFull = this.#siteCount >= MOST_SITES;
    const known = isFull ? names.get(OTHERS) : undefined;
    if (known !== undefined) return known;
    const site: Site = {
      label: isFull ? `spans with other names (${scope})` : `"${name}" (${scope})`,
      call: captureCall(),
      hadParent: false,
      beganIdle: false,
      beganInRequests: 0,
      lostCall: undefined,
      isLeaking: false,
    };
    names.set(isFull ? OTHERS : name, site);
    this.#siteCount++;
    return site;
  }

  /** A span without a parent, which is no server's. One with links does so on purpose. */
  #began(site: Site, span: Span): void {
    if (this.#openRequests === 0) site.beganIdle = true;
    else if (!site.beganIdle && span.links.length === 0) {
      site.beganInRequests++;
      site.lostCall ??= captureCall();
    }
  }

  #tellLost(): void {
    for (const names of this.#sites.values()) {
      for (const site of names.values()) {
        if (site.beganInRequests === 0 || !site.hadParent || site.beganIdle) continue;
        const detail = `${site.label}, started at ${placeOf(site.lostCall!)}`;
        this.#findings.add('context.lost', LOST, detail, site.beganInRequests);
        site.beganInRequests = 0;
      }
    }
  }

  /** The chain is in the order of starts, so this looks at one too many at most. */
  #tellOlder(seconds: number): void {
    for (let open = this.#oldest; open !== undefined; open = this.#oldest) {
      if (this.#seconds - open.since < seconds) return;
      this.#unlink(open);
      open.site.isLeaking = true;
      open.told = `${open.site.label}, started at ${placeOf(open.call)}`;
      this.#findings.add(NEVER_ENDED, OPEN, open.told);
    }
  }

  #link(span: Span, site: Site, call: OpenSpan['call'], isRequest: boolean): void {
    const before = this.#newest;
    const open: OpenSpan = {
      site,
      call,
      isRequest,
      since: this.#seconds,
      before,
      after: undefined,
      told: undefined,
    };
    if (before === undefined) this.#oldest = open;
    else before.after = open;
    this.#newest = open;
    this.#openCount++;
    (span as Linked)[LINK] = open;
  }

  #unlink(open: OpenSpan): void {
    const { before, after } = open;
    if (before === undefined) this.#oldest = after;
    else before.after = after;
    if (after === undefined) this.#newest = before;
    else after.before = before;
    open.before = open.after = undefined;
    this.#openCount--;
    if (open.isRequest) this.#openRequests--;
  }

  #dropped({ name, instrumentationScope }: ReadableSpan): void {
    this.#findings.add('attributes.dropped', DROPPED, `"${name}" (${instrumentationScope.name})`);
  }
}

const OTHERS = '';
const NEVER_ENDED = 'spans.never-ended';
const OPEN =
  'spans are started and not ended, so they are never exported and their traces stay broken: call end() in a ' +
  'finally block, or use withSpan(), which does';
const LOST =
  'spans began traces of their own while requests were open, though others of the same name had a parent: their ' +
  'context was lost on the way, in a queue, a pool or an emitter; bind the callback with context.bind(), or start ' +
  'the span in context.with()';
const DROPPED =
  'attributes, events or links were dropped from spans, as they are above a limit or cannot be exported: set ' +
  'fewer, set values that are texts, numbers, booleans or lists of one of them, or raise the limits ' +
  '(OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT and its like)';
