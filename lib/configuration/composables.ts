import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
} from '../../samplers/composables.js';
import type {
  AttributePatterns,
  ParentKind,
  SpanConditions,
  SpanKindName,
} from '../../samplers/conditions.js';
import type { ComposableSampler } from '../../samplers/intent.js';
import { createComposableRuleBasedSampler } from '../../samplers/rule-based.js';
import { Registry } from '../registry.js';
import { given, makeComponent, type Make } from './entry.js';
import type { ConfiguredComponent, PatternsConfiguration } from './model.js';

/** Makes a part of a composite sampler (D-11). */
export function composableFrom(component: ConfiguredComponent, path: string): ComposableSampler {
  return makeComponent(component, path, COMPOSABLES, NO_OTHERS);
}

/** The model has no place for others here. */
const NO_OTHERS = new Registry<ComposableSampler>('composable sampler');

const COMPOSABLES: Readonly<Record<string, Make<ComposableSampler>>> = {
  always_on: () => createComposableAlwaysOnSampler(),
  always_off: () => createComposableAlwaysOffSampler(),
  probability: ({ options }) =>
    createComposableProbabilitySampler((options['ratio'] as number | null | undefined) ?? 1),
  parent_threshold: ({ options, path }) =>
    createComposableParentThresholdSampler(
      composableFrom(options['root'] as ConfiguredComponent, `${path}.root`),
    ),
  rule_based: ({ options, path }) =>
    createComposableRuleBasedSampler(
      ((options['rules'] as readonly RuleConfiguration[] | null | undefined) ?? []).map(
        (rule, i) => [
          conditionsOf(rule),
          composableFrom(rule.sampler, `${path}.rules[${i}].sampler`),
        ],
      ),
    ),
};

/** One rule; all its conditions have to hold (T-COMP-09). */
interface RuleConfiguration {
  readonly attribute_values?: { readonly key: string; readonly values: readonly string[] } | null;
  readonly attribute_patterns?: ({ readonly key: string } & PatternsConfiguration) | null;
  readonly span_kinds?: readonly string[] | null;
  readonly parent?: readonly string[] | null;
  readonly sampler: ConfiguredComponent;
}

function conditionsOf(rule: RuleConfiguration): SpanConditions {
  return given({
    attributeValues: rule.attribute_values,
    attributePatterns: rule.attribute_patterns && patternsOf(rule.attribute_patterns),
    spanKinds: rule.span_kinds?.map((kind) => kind.toLowerCase() as SpanKindName),
    parent: rule.parent?.map((parent) => parent.toLowerCase() as ParentKind),
  });
}

function patternsOf({
  key,
  included,
  excluded,
}: { readonly key: string } & PatternsConfiguration): AttributePatterns {
  return { key, ...given({ included, excluded }) };
}
