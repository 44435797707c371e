import type { InstrumentationScope } from '../../lib/instrumentation-scope.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import type { Resource } from '../../lib/resource.js';

/** The spans of one scope. */
export interface ScopeGroup {
  readonly scope: InstrumentationScope;
  readonly spans: ReadableSpan[];
}

/** The scopes of one resource. */
export interface ResourceGroup {
  readonly resource: Resource;
  readonly scopes: ScopeGroup[];
}

const NO_SCOPE: InstrumentationScope = Object.freeze({ name: '' });

/**
 * Groups spans by resource, then by scope, in the order of their first spans (E-PB-07). Two objects
 * with the same contents are the same resource or scope.
 */
export function groupSpans(spans: readonly ReadableSpan[]): ResourceGroup[] {
  const groups: ResourceGroup[] = [];
  let resource: Resource | undefined;
  let scopes: ScopeGroup[] = [];
  let group: ScopeGroup | undefined;
  for (const span of spans) {
    const scope = span.instrumentationScope ?? span.instrumentationLibrary ?? NO_SCOPE;
    if (resource !== span.resource) {
      resource = span.resource;
      scopes = scopesOf(resource, groups);
      group = undefined;
    }
    if (group?.scope !== scope) group = groupOf(scope, scopes);
    group.spans.push(span);
  }
  return groups;
}

function scopesOf(resource: Resource, groups: ResourceGroup[]): ScopeGroup[] {
  const known =
    groups.find((group) => group.resource === resource) ??
    groups.find((group) => resourceKey(group.resource) === resourceKey(resource));
  if (known !== undefined) return known.scopes;
  const scopes: ScopeGroup[] = [];
  groups.push({ resource, scopes });
  return scopes;
}

function groupOf(scope: InstrumentationScope, scopes: ScopeGroup[]): ScopeGroup {
  const known =
    scopes.find((group) => group.scope === scope) ??
    scopes.find((group) => scopeKey(group.scope) === scopeKey(scope));
  if (known !== undefined) return known;
  const group: ScopeGroup = { scope, spans: [] };
  scopes.push(group);
  return group;
}

const keys = new WeakMap<object, unknown>();

function resourceKey(resource: Resource): unknown {
  return resource.asyncAttributesPending
    ? contents(resource)
    : remembered(resource, () => contents(resource));
}

function scopeKey(scope: InstrumentationScope): unknown {
  return remembered(scope, () => contents(scope));
}

function remembered(owner: object, make: () => unknown): unknown {
  let key = keys.get(owner);
  if (key === undefined) {
    key = make();
    keys.set(owner, key);
  }
  return key;
}

/** A text that is equal for equal contents only; the object itself where there is none. */
function contents(owner: Resource | InstrumentationScope): unknown {
  const { name, version } = owner as InstrumentationScope;
  const { entityRefs } = owner as Resource;
  try {
    return JSON.stringify(
      [name, version || null, owner.schemaUrl || null, owner.attributes, entityRefs],
      tagged,
    );
  } catch {
    return owner;
  }
}

/** Keeps apart what JSON would make equal. */
function tagged(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${String(value)}`;
  if (Object.is(value, -0)) return 'number -0';
  return typeof value === 'object' ? value : `${typeof value} ${String(value)}`;
}
