import type { Outcome } from './interpreter.js';
import type { LinkData } from './program.js';
import { shownValue, type ShownLink, type ShownSpan } from './shown.js';

/*
 * What a correct SDK keeps and the official one cannot hold is given to it as something it holds, a stand-in, and is put
 * back in what it exports. So limits, orders and overwriting still are its own work.
 */

const values = new Map<number, unknown>();
const numbers = new Map<string, number>();

/** A number in place of a value. Numbers are never cut, and no program has these. */
export function valueStandIn(value: unknown): number {
  const shown = shownValue(value);
  const text = JSON.stringify(shown);
  const number = numbers.get(text) ?? -1e-300 * (values.size + 1);
  numbers.set(text, number);
  values.set(number, shown);
  return number;
}

const characters: string[] = [];

/** A text whose characters beyond 16 bits are ones within: a character for each. */
export function shortCharacters(text: string): string {
  return text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, (character) => {
    if (!characters.includes(character)) characters.push(character);
    return String.fromCharCode(0xe000 + characters.indexOf(character));
  });
}

const REFUSED_KEY = '⟦refused ';
let refused = 0;

/** A new key in place of an attribute that is to be dropped and counted. */
export function refusedKey(): string {
  return `${REFUSED_KEY}${++refused}`;
}

/** A key in place of one that plain objects do not hold. */
export const PROTO_KEY = '⟦proto⟧';

/** A link in place of one that is to be dropped and counted. */
export const REFUSED_LINK: LinkData = { to: { traceId: 'refused', spanId: '', traceFlags: 0 } };

/** A version that has the attributes of the scope in it. */
export function versionWith(version: string | undefined, attributes: object): string {
  return `${version ?? ''}⟦${JSON.stringify(attributes)}`;
}

/** What was meant, in place of all stand-ins. */
export function restored(outcome: Outcome): Outcome {
  return { ...outcome, exported: outcome.exported.map((spans) => spans.map(restoredSpan)) };
}

function restoredSpan(span: ShownSpan): ShownSpan {
  const { attributes, dropped } = restoredAttributes(span.attributes);
  const links = span.links
    .filter((link) => !link.context.startsWith('refused'))
    .map(restoredItem<ShownLink>);
  return {
    ...span,
    attributes,
    events: span.events.map(restoredItem),
    links,
    dropped: {
      ...span.dropped,
      attributes: span.dropped.attributes + dropped,
      links: span.dropped.links + span.links.length - links.length,
    },
    scope: restoredScope(span.scope),
  };
}

function restoredItem<T extends { attributes: Record<string, unknown>; dropped: number }>(
  item: T,
): T {
  const { attributes, dropped } = restoredAttributes(item.attributes);
  return { ...item, attributes, dropped: item.dropped + dropped };
}

function restoredAttributes(attributes: Record<string, unknown>) {
  const entries = Object.entries(attributes);
  const kept = entries.filter(([key]) => !key.startsWith(REFUSED_KEY));
  return {
    attributes: Object.fromEntries(
      kept.map(([key, value]) => [key === PROTO_KEY ? '__proto__' : key, restoredValue(value)]),
    ),
    dropped: entries.length - kept.length,
  };
}

function restoredValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restoredValue);
  if (typeof value === 'number') return values.has(value) ? values.get(value) : value;
  if (typeof value !== 'string') return value;
  return value.replaceAll(
    /[\ue000-\uf8ff]/g,
    (stand) => characters[stand.charCodeAt(0) - 0xe000] ?? stand,
  );
}

function restoredScope(scope: ShownSpan['scope']): ShownSpan['scope'] {
  const [version, attributes] = String(scope.version ?? '').split('⟦');
  if (attributes === undefined) return scope;
  return { ...scope, version: version || undefined, attributes: JSON.parse(attributes) as unknown };
}
