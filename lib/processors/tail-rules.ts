import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { report } from '../diagnostics.js';
import type { ReadableSpan } from '../readable-span.js';
import { digitsOf, LEAST_RATIO, thresholdOf } from '../sampling-threshold.js';

/** A text in which `*` stands for anything, also for nothing; or a regular expression that is to match somewhere. */
export type TailPattern = string | RegExp;

/** Which traces a {@link TailKeeper} keeps: those with a span for which all that is given holds. */
export interface TailRule {
  /** The span's name, as it is at its end. */
  readonly name?: TailPattern;
  readonly kind?: SpanKind;
  /** The route, `http.route`, such as `/orders/:id`: samplers never see it, it is known at the end. */
  readonly route?: TailPattern;
  /** The path of the URL without its query, `url.path`. */
  readonly path?: TailPattern;
  /** Attributes by key. Numbers and booleans are compared as texts; of a list one item is enough. */
  readonly attributes?: Readonly<Record<string, TailPattern | number | boolean>>;
  /** Anything else. One that throws does not hold. */
  readonly when?: (span: ReadableSpan) => boolean;
  /** How many of those traces are kept, from 0 to 1. Default 1. */
  readonly ratio?: number;
}

/** What a trace is kept by; `ratio` is that of the rest. */
export type TailReason = 'error' | 'slow' | 'rule' | 'ratio';

/** One reason to keep a trace, as the keeper asks for it. */
export interface TailCheck {
  readonly reason: TailReason;
  /** See {@link digitsFor}. */
  readonly threshold: string | undefined;
  /** `isRoot` says that it is the first span of this process. */
  holds(span: ReadableSpan, isRoot: boolean): boolean;
}

/** The reasons in the order in which they count. */
export interface TailReasons {
  readonly errors: boolean;
  /** In milliseconds. */
  readonly slowMillis: number | undefined;
  readonly rules: readonly TailRule[];
}

/** @throws RangeError or TypeError for a rule that is none, with the value */
export function checksFrom({ errors, slowMillis, rules }: TailReasons): readonly TailCheck[] {
  return [
    ...(errors ? [always('error', failed)] : []),
    ...(slowMillis === undefined
      ? []
      : [always('slow', (span, isRoot) => isRoot && millisOf(span) >= slowMillis)]),
    ...rules.map(checkOf),
  ];
}

/** @throws RangeError with the value, when it is no ratio */
export function ratioOf(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new RangeError(`${name} must be a number from 0 to 1, not ${String(value)}`);
}

/** From which randomness on a trace is kept, in 14 hex digits; `undefined` for the ratio 0, where none is. */
export function digitsFor(ratio: number): string | undefined {
  return ratio < LEAST_RATIO ? undefined : digitsOf(thresholdOf(ratio));
}

function always(reason: TailReason, holds: TailCheck['holds']): TailCheck {
  return { reason, threshold: digitsFor(1), holds };
}

function failed({ status }: ReadableSpan): boolean {
  return status.code === SpanStatusCode.ERROR;
}

function millisOf({ duration: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1000 + nanos / 1e6;
}

type Condition = (span: ReadableSpan) => boolean;

const KEYS = ['name', 'kind', 'route', 'path', 'attributes', 'when', 'ratio'];

function checkOf(rule: TailRule, index: number): TailCheck {
  const place = `rules[${index}]`;
  if (typeof rule !== 'object' || rule === null) throw new TypeError(`${place} is no rule`);
  const unknown = Object.keys(rule).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${place} has no "${unknown}"; there are: ${KEYS.join(', ')}`);
  }
  const conditions = conditionsOf(rule, place);
  return {
    reason: 'rule',
    threshold: digitsFor(ratioOf(`${place}.ratio`, rule.ratio ?? 1)),
    holds: (span) => conditions.every((condition) => condition(span)),
  };
}

/** What is cheap to ask comes first. */
function conditionsOf(rule: TailRule, place: string): Condition[] {
  const { name, kind, route, path, attributes = {}, when } = rule;
  const conditions: Condition[] = [];
  if (kind !== undefined) {
    if (SpanKind[kind] === undefined) throw new TypeError(`${place}.kind cannot be ${kind}`);
    conditions.push((span) => span.kind === kind);
  }
  if (name !== undefined) {
    const matches = matcher(`${place}.name`, name);
    conditions.push((span) => matches(span.name));
  }
  if (route !== undefined) conditions.push(attributeIs('http.route', `${place}.route`, route));
  if (path !== undefined) {
    const matches = matcher(`${place}.path`, path);
    conditions.push(({ attributes: found }) => {
      const target = found['url.path'] ?? found['http.target'];
      return typeof target === 'string' && matches(target.split('?', 1)[0]!);
    });
  }
  for (const [key, pattern] of Object.entries(attributes)) {
    conditions.push(attributeIs(key, `${place}.attributes["${key}"]`, pattern));
  }
  if (when !== undefined) conditions.push(guarded(place, when));
  return conditions;
}

function attributeIs(key: string, place: string, pattern: unknown): Condition {
  const matches = matcher(place, pattern);
  return ({ attributes }) => {
    const value = attributes[key];
    if (value === undefined || value === null) return false;
    return Array.isArray(value)
      ? value.some((item) => matches(String(item)))
      : matches(String(value));
  };
}

function matcher(place: string, pattern: unknown): (text: string) => boolean {
  if (typeof pattern === 'number' || typeof pattern === 'boolean') {
    const wanted = String(pattern);
    return (text) => text === wanted;
  }
  if (pattern instanceof RegExp) {
    // `g` and `y` remember where they were.
    const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    return (text) => stateless.test(text);
  }
  if (typeof pattern !== 'string') {
    throw new TypeError(`${place} must be a text or a RegExp, not ${String(pattern)}`);
  }
  return (text) => matchesGlob(text, pattern.split('*'));
}

/** The pieces in their order, the first at the start, the last at the end: linear, whatever the text. */
function matchesGlob(text: string, pieces: readonly string[]): boolean {
  const [first = ''] = pieces;
  if (pieces.length === 1) return text === first;
  const last = pieces.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

function guarded(place: string, when: (span: ReadableSpan) => boolean): Condition {
  if (typeof when !== 'function') throw new TypeError(`${place}.when must be a function`);
  return (span) => {
    try {
      return when(span);
    } catch (error) {
      report(
        'tail-keeper.rule',
        'a rule of the tail keeper threw: it does not hold; mend it',
        error,
      );
      return false;
    }
  };
}
