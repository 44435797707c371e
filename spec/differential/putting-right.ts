import type { Outcome } from './interpreter.js';
import { ODD, recordedOf } from './odd.js';
import type { AttributesData, SamplerData, SetUp, Step, TracerData } from './program.js';
import type { Rewriting, Where } from './rewriting.js';
import type { ShownLink, ShownSpan } from './shown.js';
import { refusedKey } from './stand-ins.js';

// What the table of differences is made of.

// ── Attributes ─────────────────────────────────────────────────────────────────────────────────────

/** Rewrites attributes one by one; what is no object stays. */
export function eachAttribute(
  rewrite: (key: string, value: unknown, where: Where, setUp: SetUp) => [string, unknown],
): NonNullable<Rewriting['attributes']> {
  return (attributes, where, setUp) =>
    isRecord(attributes)
      ? Object.fromEntries(
          Object.entries(attributes).map(([key, value]) =>
            value === undefined ? [key, value] : rewrite(key, value, where, setUp),
          ),
        )
      : attributes;
}

export function withoutUndefined(attributes: AttributesData): AttributesData {
  if (!isRecord(attributes)) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** The attribute that counts as refused, unless there is no value. */
export function refusedUnlessMissing(value: unknown): AttributesData {
  return value === undefined || value === '⟦undefined⟧' ? {} : { [refusedKey()]: true };
}

export function oddOf(value: unknown): (typeof ODD)[string] | undefined {
  return typeof value === 'string' ? ODD[value] : undefined;
}

/** Whether the official SDK keeps a value: plain, or an array of one plain type. */
export function isOfficialValue(value: unknown): boolean {
  if (value === null || value === undefined || isPlain(value)) return true;
  if (!Array.isArray(value)) return false;
  const types = new Set(value.filter((item) => item !== null).map((item) => typeof item));
  return types.size <= 1 && value.every((item) => item === null || isPlain(item));
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

export function lengthLimit({ limits, generalLimits }: SetUp): number {
  const name = 'attributeValueLengthLimit';
  return limits?.[name] ?? generalLimits?.[name] ?? Infinity;
}

/** A value whose texts and bytes are cut. */
export function limited(value: unknown, length: number): unknown {
  if (length === Infinity) return value;
  if (typeof value === 'string') return Array.from(value).slice(0, length).join('');
  if (value instanceof Uint8Array) return value.slice(0, length);
  if (Array.isArray(value)) return value.map((item) => limited(item, length));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, limited(item, length)]),
  );
}

/** The value with each text in it, or in an array of it, changed. */
export function inTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  return Array.isArray(value) ? value.map((item: unknown) => inTexts(item, change)) : value;
}

export function emptied(value: unknown): unknown {
  return inTexts(value, () => '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

// ── What is given besides ──────────────────────────────────────────────────────────────────────────

/** Milliseconds, a date or a pair, from 1970 on and within 64 bits of nanoseconds; or none. */
export function isUsableTime(time: unknown): boolean {
  if (time === undefined || time === null) return true;
  if (typeof time === 'number') return time >= 0 && time < 2 ** 64 / 1e6;
  if (Array.isArray(time)) {
    const [seconds, nanos] = time as number[];
    const isWhole = time.length === 2 && Number.isInteger(seconds) && Number.isInteger(nanos);
    return isWhole && seconds! >= 0 && seconds! < 2 ** 64 / 1e9 && nanos! >= 0 && nanos! < 1e9;
  }
  return typeof time === 'object' && 'date' in time && isUsableTime(time.date);
}

export function thrownIn(step: Step): string {
  return step.do === 'recordException' ? step.thrown : '';
}

/** An exception as the event that is right for it. */
export function asEvent(step: Step, isWanted: boolean): Step {
  if (step.do !== 'recordException' || !isWanted) return step;
  const { span, thrown, time, more } = step;
  const attributes = { ...recordedOf(thrown), ...(more as object) };
  return { do: 'addEvent', span, name: 'exception', attributes, time };
}

export function eachSampler(
  rewrite: (sampler: SamplerData) => SamplerData,
): NonNullable<Rewriting['setUp']> {
  const within = (sampler: SamplerData): SamplerData => {
    if (typeof sampler === 'string' || !('parentBased' in sampler)) return rewrite(sampler);
    const entries = Object.entries(sampler.parentBased).map(([key, of]) => [key, within(of)]);
    return { parentBased: Object.fromEntries(entries) as Record<string, SamplerData> };
  };
  return ({ sampler, ...setUp }) =>
    sampler === undefined ? setUp : { ...setUp, sampler: within(sampler) };
}

export function eachTracer(
  rewrite: (tracer: TracerData) => TracerData,
): NonNullable<Rewriting['setUp']> {
  return ({ tracers, ...setUp }) => (tracers ? { ...setUp, tracers: tracers.map(rewrite) } : setUp);
}

/** The step, and what is below it, with the API's own tracer. */
export function withoutTracer(step: Step): Step {
  switch (step.do) {
    case 'start':
      return { ...step, tracer: -1 };
    case 'startActive':
      return { ...step, tracer: -1, steps: step.steps.map(withoutTracer) };
    case 'with':
      return { ...step, steps: step.steps.map(withoutTracer) };
    case 'both':
      return {
        ...step,
        steps: step.steps.map(withoutTracer),
        others: step.others.map(withoutTracer),
      };
    default:
      return step;
  }
}

// ── What came of it ────────────────────────────────────────────────────────────────────────────────

export function eachSpan(outcome: Outcome, change: (span: ShownSpan) => ShownSpan): Outcome {
  return { ...outcome, exported: outcome.exported.map((spans) => spans.map(change)) };
}

export function eachSaid(outcome: Outcome, change: (entry: string) => string): Outcome {
  return { ...outcome, said: outcome.said.map(change) };
}

/** Each attribute value of spans, events and links. */
export function eachAttributesOf(outcome: Outcome, change: (value: unknown) => unknown): Outcome {
  const within = <T extends { attributes: Record<string, unknown> }>(item: T): T => ({
    ...item,
    attributes: Object.fromEntries(
      Object.entries(item.attributes).map(([key, value]) => [key, change(value)]),
    ),
  });
  return eachSpan(outcome, (span) => ({
    ...within(span),
    events: span.events.map(within),
    links: span.links.map(within),
  }));
}

export function withLinksThatSay(span: ShownSpan): ShownSpan {
  const links = span.links.flatMap(sayingLink);
  const dropped = span.dropped.links + span.links.length - links.length;
  return { ...span, links, dropped: { ...span.dropped, links: dropped } };
}

/** Ids of zeros where they lead nowhere, no link where nothing else is said. */
function sayingLink(link: ShownLink): ShownLink[] {
  const [, state] = /\(invalid\)-0\d+(?: remote)?(?: (.+))?$/.exec(link.context) ?? [];
  if (!link.context.includes('(invalid)')) return [link];
  if (state === undefined && Object.keys(link.attributes).length === 0) return [];
  const nowhere = `${'0'.repeat(32)}-${'0'.repeat(16)} (invalid)-00`;
  return [{ ...link, context: state === undefined ? nowhere : `${nowhere} ${state}` }];
}

/** The first events and links, and the others counted. */
export function withFirst(span: ShownSpan, events = 128, links = 128): ShownSpan {
  return {
    ...span,
    events: span.events.slice(0, events),
    links: span.links.slice(0, links),
    dropped: {
      ...span.dropped,
      events: span.dropped.events + Math.max(0, span.events.length - events),
      links: span.dropped.links + Math.max(0, span.links.length - links),
    },
  };
}
