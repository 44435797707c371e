import { SpanKind } from '@opentelemetry/api';
import { httpStatus, peer } from './meaning.js';
import type { SpanNode } from './span-node.js';

/** So many equal leaf siblings become one row. */
const FEWEST_REPEATS = 4;

/**
 * Puts equal leaf siblings together, at the place of their first; everything else stays a family of
 * its own. Errors, and whatever has more to say than its time, are never grouped away.
 */
export function groupRepeats(siblings: readonly SpanNode[]): (readonly SpanNode[])[] {
  if (siblings.length < FEWEST_REPEATS) return siblings.map((node) => [node]);
  const families = new Map<string, SpanNode[]>();
  const places: SpanNode[][] = [];
  for (const node of siblings) {
    const key = isRepeatable(node) ? familyKey(node) : undefined;
    const family = key === undefined ? undefined : families.get(key);
    if (family !== undefined) {
      family.push(node);
      continue;
    }
    const place = [node];
    places.push(place);
    if (key !== undefined) families.set(key, place);
  }
  return places.some(isTooFew) ? dissolve(siblings, places) : places;
}

function isTooFew(family: readonly SpanNode[]): boolean {
  return family.length > 1 && family.length < FEWEST_REPEATS;
}

/** Gives the members of small families back their own places among their siblings. */
function dissolve(siblings: readonly SpanNode[], places: SpanNode[][]): (readonly SpanNode[])[] {
  const groupOf = new Map<SpanNode, readonly SpanNode[]>();
  for (const family of places) {
    if (!isTooFew(family)) for (const node of family) groupOf.set(node, family);
  }
  const result: (readonly SpanNode[])[] = [];
  for (const node of siblings) {
    const family = groupOf.get(node);
    if (family === undefined) result.push([node]);
    else if (family[0] === node) result.push(family);
  }
  return result;
}

function isRepeatable({ children, failed, running, detached, flaw, span }: SpanNode): boolean {
  return (
    children.length === 0 &&
    !failed &&
    !running &&
    !detached &&
    flaw === undefined &&
    span.events.length === 0 &&
    span.links.length === 0
  );
}

function familyKey({ span, service }: SpanNode): string {
  const { attributes, kind, name } = span;
  const whom = kind === SpanKind.CLIENT ? peer(attributes) : '';
  return `${kind}\n${service}\n${httpStatus(attributes)}\n${whom}\n${name}`;
}
