import { differences } from './differences.js';

/**
 * Where two normalised documents differ: `unexpected`, and `expected` with the `entry` that names it.
 * A difference is `{ path, official, ours }`; a side that has nothing there is undefined.
 */
export function compare(official, ours) {
  const [left, right] = [flatten(official.document), flatten(ours.document)];
  const halves = [spansOnlyIn(left, right), spansOnlyIn(right, left)].flat();
  const unexpected = [];
  const expected = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const difference = { path, official: left.get(path), ours: right.get(path) };
    if (difference.official === difference.ours) continue;
    // Of a span that only one side has, its name says enough.
    if (halves.some((span) => path.startsWith(span) && path !== `${span} · name`)) continue;
    const known = differences.find((entry) => names(entry, difference));
    if (known === undefined) unexpected.push(difference);
    else expected.push({ ...difference, entry: known });
  }
  return { unexpected, expected };
}

function spansOnlyIn(one, other) {
  return [...one.keys()]
    .filter((path) => path.endsWith('" · name') && !other.has(path))
    .map((path) => path.slice(0, -' · name'.length));
}

/** One line each, the first forty. */
export function describe(found) {
  const lines = found.map(
    ({ path, official, ours }) => `  ${path}: ${show(official)} → ${show(ours)}`,
  );
  const more = lines.length > 40 ? [`  … and ${lines.length - 40} more`] : [];
  return [...lines.slice(0, 40), ...more].join('\n');
}

function names({ path, official, ours, alike }, difference) {
  return (
    path.test(difference.path) &&
    (official === undefined || matches(official, difference.official)) &&
    (ours === undefined || matches(ours, difference.ours)) &&
    (alike === undefined || alike(difference.ours ?? '') === difference.official)
  );
}

function matches(pattern, value) {
  return pattern.test(value ?? '');
}

/** Every value of a document as JSON, by its path; a span is named in it, not counted. */
function flatten(value, path = '', into = new Map()) {
  if (value === undefined) return into;
  if (value === null || typeof value !== 'object') return into.set(path, JSON.stringify(value));
  if (Array.isArray(value) && !value.some((item) => item?.children)) {
    if (value.every((item) => item === null || typeof item !== 'object')) {
      return into.set(path, JSON.stringify(value));
    }
    value.forEach((item, i) => flatten(item, `${path}[${i}]`, into));
    return into;
  }
  for (const [key, item] of entriesOf(value)) flatten(item, join(path, key), into);
  return into;
}

function entriesOf(value) {
  if (!Array.isArray(value)) return Object.entries(value);
  const met = new Map();
  return value.map((span) => {
    const count = (met.get(span.name) ?? 0) + 1;
    met.set(span.name, count);
    return [`"${span.name}"${count > 1 ? `#${count}` : ''}`, span];
  });
}

function join(path, key) {
  if (key === 'children' || path === '') return path === '' ? key : path;
  return key.startsWith('"') ? `${path} > ${key}` : `${path} · ${key}`;
}

function show(value) {
  return value ?? 'nothing';
}
