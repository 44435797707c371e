import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
} from './composables.js';
import type { SpanConditions } from './conditions.js';
import type { ComposableSampler } from './intent.js';
import { createComposableRuleBasedSampler, type ComposableRule } from './rule-based.js';

type Options = Readonly<Record<string, unknown>>;

/**
 * A part of a composite sampler as configuration files write it: its name, with its options below (configuration
 * schema: ComposableSampler). What is null counts as not given.
 *
 * @throws TypeError for a name that is none, or options that cannot be understood
 */
export function composableFrom(component: unknown): ComposableSampler {
  const [entry, ...more] = Object.entries(objectFrom('a composable sampler', component));
  if (entry === undefined || more.length > 0) {
    throw new TypeError(`a composable sampler has one name: ${JSON.stringify(component)}`);
  }
  const [name, options] = entry;
  if (!Object.hasOwn(PARTS, name)) {
    const known = Object.keys(PARTS).join(', ');
    throw new TypeError(`there is no composable sampler "${name}"; there are: ${known}`);
  }
  return PARTS[name]!(objectFrom(name, options ?? {}));
}

const PARTS: Readonly<Record<string, (options: Options) => ComposableSampler>> = {
  always_on: createComposableAlwaysOnSampler,
  always_off: createComposableAlwaysOffSampler,
  probability: ({ ratio }) => createComposableProbabilitySampler((ratio ?? 1) as number),
  parent_threshold: ({ root }) => createComposableParentThresholdSampler(composableFrom(root)),
  rule_based: ({ rules }) =>
    createComposableRuleBasedSampler(((rules ?? []) as readonly unknown[]).map(ruleFrom)),
};

function ruleFrom(rule: unknown): ComposableRule {
  const { sampler, ...conditions } = objectFrom('a rule', rule);
  return [conditionsFrom(conditions), composableFrom(sampler)];
}

/** Names that are unknown stay as they are, to be refused by who reads the conditions. */
function conditionsFrom(conditions: Options): SpanConditions {
  const given = Object.entries(conditions).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => [NAMES[name] ?? name, withoutNulls(value)]),
  );
}

const NAMES: Readonly<Record<string, keyof SpanConditions>> = {
  attribute_values: 'attributeValues',
  attribute_patterns: 'attributePatterns',
  span_kinds: 'spanKinds',
};

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function objectFrom(name: string, value: unknown): Options {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Options;
  throw new TypeError(`${name} must be an object, not ${JSON.stringify(value)}`);
}
