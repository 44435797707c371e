import type { Attributes } from '@opentelemetry/api';
import { acceptAttributes, AttributeList, UNLIMITED } from './attributes.js';
import { report } from './diagnostics.js';
import { mergeEntityRefs, type Entities, type EntityRef } from './entities.js';
import { SDK_INFO } from './version.js';

/** One entry of {@link Resource.getRawAttributes}: a key and a value or a promise of it. */
export type RawResourceAttribute = [string, MaybePromise<Attributes[string]>];

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** What produced the spans: the service, its process, its host (specification: resource SDK). */
export interface Resource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  /** Which attributes together are one thing; of our resources alone, and only where they are known. */
  readonly entityRefs?: readonly EntityRef[] | undefined;
  /** Whether some attributes are still being detected. */
  readonly asyncAttributesPending?: boolean;
  /** Resolves, never rejects, when all attributes are there. */
  waitForAsyncAttributes?(): Promise<void>;
  /** A new resource with the attributes of both; the other's win. */
  merge(other: Resource | null): Resource;
  /** The attributes as pairs, as official exporters read them. */
  getRawAttributes(): RawResourceAttribute[];
}

class StaticResource implements Resource {
  readonly attributes: Attributes;
  declare readonly schemaUrl?: string;
  declare readonly entityRefs?: readonly EntityRef[];

  constructor(attributes: Attributes, schemaUrl?: string, entityRefs: readonly EntityRef[] = []) {
    this.attributes = Object.freeze(attributes);
    if (schemaUrl) this.schemaUrl = schemaUrl;
    if (entityRefs.length > 0) this.entityRefs = Object.freeze(entityRefs);
    Object.freeze(this);
  }

  get asyncAttributesPending(): boolean {
    return false;
  }

  waitForAsyncAttributes(): Promise<void> {
    return Promise.resolve();
  }

  getRawAttributes(): RawResourceAttribute[] {
    return Object.entries(this.attributes);
  }

  merge(other: Resource | null): Resource {
    if (other === null || other === undefined) return this;
    if (other.asyncAttributesPending) return new PendingResource(this, other);
    const attributes = mergeAttributes(this.attributes, other.attributes);
    return new StaticResource(
      attributes,
      mergeSchemaUrls(this.schemaUrl, other.schemaUrl),
      mergeEntityRefs(this, other, attributes),
    );
  }
}

/** Two resources of which one is still being detected: it is then what both are in the end. */
class PendingResource implements Resource {
  readonly #first: Resource;
  readonly #second: Resource;
  #soFar: Resource;
  #waiting: Promise<void> | undefined;
  #isPending = true;
  declare readonly schemaUrl?: string;

  constructor(first: Resource, second: Resource) {
    this.#first = first;
    this.#second = second;
    const schemaUrl = mergeSchemaUrls(first.schemaUrl, second.schemaUrl);
    if (schemaUrl) this.schemaUrl = schemaUrl;
    this.#soFar = this.#merged();
  }

  get attributes(): Attributes {
    return this.#soFar.attributes;
  }

  get entityRefs(): readonly EntityRef[] | undefined {
    return this.#soFar.entityRefs;
  }

  get asyncAttributesPending(): boolean {
    return this.#isPending;
  }

  waitForAsyncAttributes(): Promise<void> {
    return (this.#waiting ??= this.#settle());
  }

  getRawAttributes(): RawResourceAttribute[] {
    if (!this.#isPending) return this.#soFar.getRawAttributes();
    // Official exporters take the first value of a key, so the one that wins comes first.
    return [this.#second, this.#first].flatMap(rawAttributes);
  }

  merge(other: Resource | null): Resource {
    if (other === null || other === undefined) return this;
    return this.#isPending ? new PendingResource(this, other) : this.#soFar.merge(other);
  }

  async #settle(): Promise<void> {
    const both = [this.#first, this.#second];
    await Promise.allSettled(both.map(async (one) => one.waitForAsyncAttributes?.()));
    this.#soFar = this.#merged();
    this.#isPending = false;
  }

  #merged(): Resource {
    const [first, second] = [soFar(this.#first), soFar(this.#second)];
    const attributes = mergeAttributes(first.attributes, second.attributes);
    return new StaticResource(
      attributes,
      this.schemaUrl,
      mergeEntityRefs(first, second, attributes),
    );
  }
}

/** Attributes of which only the promises are there. */
class PromisedResource implements Resource {
  readonly #raw: RawResourceAttribute[];
  #settled: Resource | undefined;

  constructor(promised: readonly RawResourceAttribute[]) {
    this.#raw = promised.map(([name, value]) => [name, Promise.resolve(value).catch(nothing)]);
  }

  get attributes(): Attributes {
    return this.#settled?.attributes ?? {};
  }

  get asyncAttributesPending(): boolean {
    return this.#settled === undefined;
  }

  async waitForAsyncAttributes(): Promise<void> {
    const values = await Promise.all(this.#raw.map(([, value]) => value));
    const entries = this.#raw.map(([name], i) => [name, values[i]]);
    this.#settled ??= settledResource(Object.fromEntries(entries));
  }

  getRawAttributes(): RawResourceAttribute[] {
    return this.#settled?.getRawAttributes() ?? this.#raw;
  }

  merge(other: Resource | null): Resource {
    return other ? new PendingResource(this, other) : this;
  }
}

/** What has been detected; the official `attributes` complains when it is read too early. */
function soFar(resource: Resource): Pick<Resource, 'attributes' | 'entityRefs'> {
  if (!resource.asyncAttributesPending) return resource;
  const { entityRefs } = resource;
  const detected = rawAttributes(resource).filter(isDetected).toReversed();
  return { attributes: Object.fromEntries(detected), entityRefs };
}

function isDetected(attribute: RawResourceAttribute): attribute is [string, Attributes[string]] {
  return attribute[1] !== undefined && !isThenable(attribute[1]);
}

function isPromised(
  attribute: [string, unknown],
): attribute is [string, Promise<Attributes[string]>] {
  return isThenable(attribute[1]);
}

/** What a promise that is rejected stands for. */
function nothing(): undefined {}

function rawAttributes(resource: Resource): RawResourceAttribute[] {
  return resource.getRawAttributes?.() ?? Object.entries(resource.attributes);
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function mergeAttributes(old: Attributes, updating: Attributes): Attributes {
  const merged = new AttributeList();
  merged.setAll(old, UNLIMITED);
  merged.setAll(updating, UNLIMITED);
  return merged.toObject();
}

/**
 * A resource with the given attributes. They are exempt from span limits (specification: common,
 * attribute limits); `undefined` values count as not given. Values may be promises, as official detectors
 * give them: spans wait for them before they are exported; one that is rejected counts as not given.
 */
export function resourceFromAttributes(
  attributes: Readonly<Record<string, unknown>>,
  { schemaUrl }: { schemaUrl?: string } = {},
): Resource {
  const promised = Object.entries(attributes ?? {}).filter(isPromised);
  if (promised.length === 0) return settledResource(attributes, schemaUrl);
  const names = new Set(promised.map(([name]) => name));
  const there = Object.entries(attributes).filter(([name]) => !names.has(name));
  return new PendingResource(
    settledResource(Object.fromEntries(there), schemaUrl),
    new PromisedResource(promised),
  );
}

function settledResource(
  attributes: Readonly<Record<string, unknown>>,
  schemaUrl?: string,
): Resource {
  return new StaticResource(acceptAttributes(attributes, UNLIMITED).attributes, schemaUrl);
}

/** A resource of entities. */
export function resourceFromEntities({ attributes, refs }: Entities): Resource {
  return new StaticResource(acceptAttributes(attributes, UNLIMITED).attributes, undefined, refs);
}

/** A resource without attributes. */
export function emptyResource(): Resource {
  return EMPTY;
}

/**
 * The resource that spans carry when none is given: who made them, and a service name to be replaced.
 * `telemetry.sdk.name` is our own: the conventions reserve `opentelemetry` for the official SDK.
 */
export function defaultResource(): Resource {
  return new StaticResource({ 'service.name': defaultServiceName(), ...SDK_INFO });
}

const EMPTY: Resource = new StaticResource({});

function defaultServiceName(): string {
  const process = (globalThis as { process?: { argv0?: string } }).process;
  // Its name: where Node was started by its path, that says more about the machine than the service.
  const executable = process?.argv0?.split(/[\\/]/).at(-1);
  return executable ? `unknown_service:${executable}` : 'unknown_service';
}

/** Specification: resource merge. Two different URLs: the attributes are merged, no URL is claimed. */
function mergeSchemaUrls(old?: string, updating?: string): string | undefined {
  if (!old || old === updating) return updating;
  if (!updating) return old;
  report(
    'resource.schema-url-conflict',
    `resources with different schema URLs were merged (${old}, ${updating}); the result carries none; use detectors of one version of the conventions`,
  );
  return undefined;
}
