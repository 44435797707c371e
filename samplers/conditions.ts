import { SpanKind, type Context } from '@opentelemetry/api';
import { nameMatcher } from '../lib/tracer-configurators.js';
import { parentIn, type SamplingInput } from '../lib/sampler.js';
import { pathOf } from './path.js';

/** A pattern in which `*` is any text and `?` one character, or several, of which one has to match. Case counts. */
export type Pattern = string | readonly string[];

/** A span has one of these values in an attribute. */
export interface AttributeValues {
  readonly key: string;
  /** What is no text is compared by its text; of a list, one item has to match. */
  readonly values: readonly string[];
}

/** A span has an attribute that matches a pattern. */
export interface AttributePatterns {
  readonly key: string;
  /** Default: everything. */
  readonly included?: Pattern;
  /** Wins over `included`. Default: nothing. */
  readonly excluded?: Pattern;
}

/**
 * Tells spans apart by what is known when they start: all conditions that are given have to hold, and where
 * none is given every span matches (configuration schema: rule of the rule based sampler; `spanName` and `path`
 * are ours).
 */
export interface SpanConditions {
  /** The name that the span starts with. */
  readonly spanName?: Pattern;
  /** The path of the request, from `url.path`, `url.full` or what these were called before. */
  readonly path?: Pattern;
  readonly spanKinds?: readonly (SpanKind | SpanKindName)[];
  readonly parent?: readonly ParentKind[];
  readonly attributeValues?: AttributeValues | readonly AttributeValues[];
  readonly attributePatterns?: AttributePatterns | readonly AttributePatterns[];
}

/** The names of span kinds in configuration files. */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
/** Where a span's parent is. */
export type ParentKind = 'none' | 'remote' | 'local';

/** Tells whether something holds for a span; the arguments are those of a sampler. */
export type SamplingPredicate = (...input: SamplingInput) => boolean;

const KINDS: readonly SpanKindName[] = ['internal', 'server', 'client', 'producer', 'consumer'];
const PARENTS: readonly ParentKind[] = ['none', 'remote', 'local'];

type Make = (wanted: never) => SamplingPredicate;
const CONDITIONS: Record<keyof SpanConditions, Make> = {
  spanName: byName,
  path: byPath,
  spanKinds: byKind,
  parent: byParent,
  attributeValues: (wanted: SpanConditions['attributeValues']) => all(wanted, byValue),
  attributePatterns: (wanted: SpanConditions['attributePatterns']) => all(wanted, byPattern),
};

/**
 * Conditions as a predicate; a predicate stays what it is.
 *
 * @throws TypeError for an unknown condition, or one that cannot be understood
 */
export function predicateOf(conditions: SpanConditions | SamplingPredicate): SamplingPredicate {
  if (typeof conditions === 'function') return conditions;
  if (typeof conditions !== 'object' || conditions === null) {
    throw new TypeError(`conditions of a sampling rule are no object, but ${String(conditions)}`);
  }
  const predicates = Object.entries(conditions).flatMap(([name, wanted]) =>
    wanted === undefined ? [] : [predicateFor(name, wanted)],
  );
  return allOf(predicates);
}

/** Each argument by its name: a rest parameter would make a list for every span. */
function allOf(predicates: readonly SamplingPredicate[]): SamplingPredicate {
  if (predicates.length === 1) return predicates[0]!;
  return (context, traceId, name, kind, attributes, links) => {
    for (const holds of predicates) {
      if (!holds(context, traceId, name, kind, attributes, links)) return false;
    }
    return true;
  };
}

function predicateFor(name: string, wanted: unknown): SamplingPredicate {
  if (!Object.hasOwn(CONDITIONS, name)) {
    const known = Object.keys(CONDITIONS).join(', ');
    throw new TypeError(`there is no condition "${name}" for a sampling rule; there are: ${known}`);
  }
  return CONDITIONS[name as keyof SpanConditions](wanted as never);
}

function byName(pattern: Pattern): SamplingPredicate {
  const matches = matcherOf(pattern);
  return (_context, _traceId, name) => matches(name);
}

function byPath(pattern: Pattern): SamplingPredicate {
  const matches = matcherOf(pattern);
  return (_context, _traceId, _name, _kind, attributes) => {
    const path = pathOf(attributes);
    return path !== undefined && matches(path);
  };
}

function byKind(wanted: readonly (SpanKind | SpanKindName)[]): SamplingPredicate {
  const kinds = list('spanKinds', wanted).map((kind) =>
    typeof kind === 'string' ? KINDS.indexOf(kind.toLowerCase() as SpanKindName) : kind,
  );
  if (kinds.some((kind) => SpanKind[kind] === undefined)) {
    throw new TypeError(`spanKinds: one of ${wanted.join(', ')} is none of ${KINDS.join(', ')}`);
  }
  return (_context, _traceId, _name, kind) => kinds.includes(kind);
}

function byParent(wanted: readonly ParentKind[]): SamplingPredicate {
  if (!list('parent', wanted).every((kind) => PARENTS.includes(kind))) {
    throw new TypeError(`parent: one of ${wanted.join(', ')} is none of ${PARENTS.join(', ')}`);
  }
  return (context) => wanted.includes(parentKindOf(context));
}

function parentKindOf(context: Context): ParentKind {
  const parent = parentIn(context);
  if (parent === undefined) return 'none';
  return parent.isRemote === true ? 'remote' : 'local';
}

function byValue({ key, values }: AttributeValues): SamplingPredicate {
  const wanted = new Set(list('attributeValues.values', values).map(String));
  return byAttribute('attributeValues', key, (text) => wanted.has(text));
}

function byPattern({ key, included = '*', excluded = [] }: AttributePatterns): SamplingPredicate {
  const isIn = matcherOf(included);
  const isOut = matcherOf(excluded);
  return byAttribute('attributePatterns', key, (text) => isIn(text) && !isOut(text));
}

function byAttribute(
  condition: string,
  key: string,
  matches: (text: string) => boolean,
): SamplingPredicate {
  if (typeof key !== 'string' || key === '') throw new TypeError(`${condition} has no key`);
  return (_context, _traceId, _name, _kind, attributes) => {
    const value: unknown = attributes[key];
    if (value === undefined || value === null) return false;
    if (!Array.isArray(value)) return matches(String(value));
    return value.some(
      (item: unknown) => item !== null && item !== undefined && matches(String(item)),
    );
  };
}

function matcherOf(pattern: Pattern): (text: string) => boolean {
  const matchers = (typeof pattern === 'string' ? [pattern] : list('a pattern', pattern)).map(
    nameMatcher,
  );
  return (text) => matchers.some((matches) => matches(text));
}

/** Of all that are wanted, each has to hold. */
function all<T extends object>(
  wanted: T | readonly T[] | undefined,
  make: (one: T) => SamplingPredicate,
): SamplingPredicate {
  return allOf((Array.isArray(wanted) ? (wanted as T[]) : [wanted as T]).map(make));
}

function list<T>(condition: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${condition} must be a list, not ${String(value)}`);
}
