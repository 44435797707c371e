import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { detectorRegistry } from '../components.js';
import { resourceAttributes } from '../config.js';
import type { ResourceDetector } from '../detect-resources.js';
import { defaultResource, resourceFromAttributes, type Resource } from '../resource.js';
import { nameMatcher } from '../tracer-configurators.js';
import { made, makeComponent } from './entry.js';
import type {
  AttributeConfiguration,
  ConfiguredComponent,
  DetectionConfiguration,
  PatternsConfiguration,
  ResourceConfiguration,
} from './model.js';
import { textOf } from './places.js';

/** The default resource, over it what was detected, over that what the configuration says (D-14). */
export function resourceFrom(said: ResourceConfiguration, detected?: Resource): Resource {
  const attributes = Object.fromEntries((said.attributes ?? []).flatMap(attributeFrom));
  const schemaUrl = said.schema_url;
  const own = resourceFromAttributes(
    { ...listedAttributes(said), ...attributes },
    typeof schemaUrl === 'string' ? { schemaUrl } : {},
  );
  return defaultResource()
    .merge(detected ?? null)
    .merge(own);
}

/**
 * The detectors in their order, each of which gives the attributes alone that are wanted; without a schema URL
 * where the configuration says one, which then is for all.
 */
export function detectorsFrom({
  schema_url: schemaUrl,
  'detection/development': detection,
}: ResourceConfiguration): ResourceDetector[] {
  const said: DetectionConfiguration = detection ?? {};
  const path = 'resource.detection/development.detectors';
  const isWanted = filterOf(said.attributes ?? {});
  return (said.detectors ?? []).flatMap((component, i) => {
    const make = (one: ConfiguredComponent): ResourceDetector =>
      makeComponent(one, `${path}[${i}]`, {}, detectorRegistry);
    // The model's host detector also tells of the operating system.
    const both = 'host' in component ? [make(component), make({ os: null })] : [make(component)];
    return both.map((detector) => filtered(detector, isWanted, !schemaUrl));
  });
}

function filtered(
  detector: ResourceDetector,
  isWanted: (name: string) => boolean,
  keepsSchema: boolean,
): ResourceDetector {
  return {
    detect(config) {
      const { attributes = {}, schemaUrl, ...rest } = detector.detect(config) ?? {};
      const wanted = Object.entries(attributes).filter(([name]) => isWanted(name));
      return {
        ...rest,
        ...(keepsSchema && schemaUrl !== undefined && { schemaUrl }),
        attributes: Object.fromEntries(wanted),
      };
    },
  };
}

/** Patterns with `*` and `?`; what is excluded wins (D-16). */
function filterOf({ included, excluded }: PatternsConfiguration): (name: string) => boolean {
  const of = (patterns: readonly string[]): ((name: string) => boolean) => {
    const matchers = patterns.map(nameMatcher);
    return (name) => matchers.some((matches) => matches(name));
  };
  const isIncluded = included ? of(included) : () => true;
  const isExcluded = of(excluded ?? []);
  return (name) => isIncluded(name) && !isExcluded(name);
}

function listedAttributes(said: ResourceConfiguration): Attributes {
  const list = said.attributes_list?.trim();
  if (!list) return {};
  return made({ path: 'resource.attributes_list', container: said }, () => {
    const read = resourceAttributes(list, () => {});
    if (read !== undefined) return read;
    throw new TypeError('expected key=value,… with percent-encoded values');
  });
}

/** A text as it was written: `1.10` is no number to somebody who says `string`. */
function attributeFrom(attribute: AttributeConfiguration): [string, AttributeValue][] {
  const { name, value, type } = attribute;
  if (value === null || value === undefined) return [];
  const kind = (type ?? 'string').toLowerCase();
  if (kind === 'string') return [[name, textOf(attribute, 'value') ?? String(value)]];
  // The API's type has had read-only lists since 1.10 only; before that the assertion is needed.
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion
  if (kind !== 'string_array') return [[name, value as never]];
  const items = value as readonly unknown[];
  return [[name, items.map((item, i) => textOf(items, i) ?? String(item))]];
}
