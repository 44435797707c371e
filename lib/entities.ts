import type { Attributes } from '@opentelemetry/api';

/** Which attributes of a resource are one thing, such as a host (specification: entities, data model). */
export interface EntityRef {
  /** Such as `service`, `host` or `k8s.pod`. */
  readonly type: string;
  /** The conventions that its attributes follow. */
  readonly schemaUrl?: string;
  /** The keys of the attributes that tell it from others of its type. */
  readonly idKeys: readonly string[];
  /** The keys of those that only describe it. */
  readonly descriptionKeys: readonly string[];
}

/** Entities as a resource has them: attributes, and what they are. */
export interface Entities {
  readonly attributes: Attributes;
  readonly refs: readonly EntityRef[];
}

/** One entity by itself. */
interface Entity {
  readonly type: string;
  readonly id: Map<string, string>;
  readonly description: Map<string, string>;
  readonly schemaUrl?: string;
}

type Complain = (why: string) => void;

const NAME = '[A-Za-z][A-Za-z0-9._-]*';
const PAIRS = '[^{}[\\]@;]*';
const ENTITY = new RegExp(`^(${NAME})\\{(${PAIRS})\\}(?:\\[(${PAIRS})\\])?(?:@(.*))?$`, 's');
const KEY = new RegExp(`^${NAME}$`);

/**
 * Reads `OTEL_ENTITIES` (specification: entity propagation): `type{id=…}[description=…]@schema;…`. What is
 * malformed is complained about and left out, the rest is used. Of a type the last one counts, and where two
 * entities say different things of one attribute, the last one says it.
 */
export function parseEntities(text: string, complain: Complain): Entities {
  const entities = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => parseEntity(part, complain) ?? []);
  const identities = withoutRivals(entities, complain);
  return flattened(identities, complain);
}

function parseEntity(part: string, complain: Complain): Entity | undefined {
  const [, type, ids, descriptions = '', url] = ENTITY.exec(part) ?? [];
  try {
    const id = parsePairs(ids ?? '');
    if (type !== undefined && id.size > 0) {
      const description = parsePairs(descriptions);
      for (const key of id.keys()) description.delete(key);
      return { type, id, description, ...schemaUrlFrom(url, complain) };
    }
  } catch {
    // A pair that is none, or is wrongly encoded, makes the entity malformed.
  }
  complain('an entity is not of the form type{key=value}[key=value]@schema: it is ignored');
  return undefined;
}

/** @throws URIError for what is no list of pairs */
function parsePairs(text: string): Map<string, string> {
  const pairs = text.trim() === '' ? [] : text.split(',');
  return new Map(
    pairs.map((pair) => {
      const [key = '', value, ...more] = pair.split('=').map((half) => half.trim());
      if (!KEY.test(key) || value === undefined || more.length > 0) throw new URIError(pair);
      return [key, decodeURIComponent(value)];
    }),
  );
}

function schemaUrlFrom(url: string | undefined, complain: Complain): { schemaUrl?: string } {
  const text = url?.trim() ?? '';
  if (text === '') return {};
  if (URL.canParse(text)) return { schemaUrl: text };
  complain('the schema URL of an entity is none: it is ignored');
  return {};
}

/** Without those of which a later one has the type, or identifies something else by the same attribute. */
function withoutRivals(entities: readonly Entity[], complain: Complain): Entity[] {
  const kept: Entity[] = [];
  const types = new Set<string>();
  const identifying = new Map<string, string>();
  for (const entity of entities.toReversed()) {
    const differs = [...entity.id].some(
      ([key, value]) => (identifying.get(key) ?? value) !== value,
    );
    if (types.has(entity.type) || differs) {
      complain(
        `there are several entities "${entity.type}", or with one identity: the last counts`,
      );
      continue;
    }
    types.add(entity.type);
    for (const [key, value] of entity.id) identifying.set(key, value);
    kept.unshift(entity);
  }
  return kept;
}

/** The attributes of all; a description that a later entity, or an identity, contradicts is left out. */
function flattened(entities: readonly Entity[], complain: Complain): Entities {
  const attributes = new Map(entities.flatMap(({ id }) => [...id]));
  const refs = entities.toReversed().map(({ type, id, description, schemaUrl }) => {
    const told = [...description].filter(([key, value]) => {
      const isTold = (attributes.get(key) ?? value) === value;
      if (!isTold) complain(`entities contradict each other about ${key}: the last one counts`);
      return isTold;
    });
    for (const [key, value] of told) attributes.set(key, value);
    return {
      type,
      ...(schemaUrl !== undefined && { schemaUrl }),
      idKeys: [...id.keys()],
      descriptionKeys: told.map(([key]) => key),
    };
  });
  return { attributes: Object.fromEntries(attributes), refs: refs.toReversed() };
}

/** Something that has entities: a resource. */
interface WithEntities {
  readonly attributes: Attributes;
  readonly entityRefs?: readonly EntityRef[] | undefined;
}

/**
 * The entities of two resources that become one (specification: resource data model). Of a type the
 * updating resource's counts. One whose identity does not hold any more, as another value of it has won, is none.
 */
export function mergeEntityRefs(
  old: WithEntities,
  updating: WithEntities,
  merged: Attributes,
): readonly EntityRef[] {
  const updates = updating.entityRefs ?? [];
  const types = new Set(updates.map(({ type }) => type));
  const remaining = (old.entityRefs ?? []).filter(
    ({ type, idKeys }) =>
      !types.has(type) && idKeys.every((key) => merged[key] === old.attributes[key]),
  );
  return [...remaining, ...updates];
}
