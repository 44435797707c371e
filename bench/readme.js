// Takes bench/results.json into bench/published/, one file for each major version of Node and another for what is
// measured beside dd-trace, and writes the cost tables of the README from what is there:
//
//   node bench/readme.js [RESULTS …]
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { times } from './table.js';

const README = new URL('../README.md', import.meta.url);
const PUBLISHED = new URL('published/', import.meta.url);
const BEGIN = '<!-- bench: written by bench/readme.js -->';
const END = '<!-- /bench -->';

/** In what words the list of runs names whom they were beside. */
const RIVALS = {
  'official-2': 'official SDK 2.x',
  'official-3': 'official SDK 3.x',
  'dd-trace': 'dd-trace 5.x, which sends MessagePack to an agent where OTLP is said',
};

/** What the tables show, in their order, and in what words; a row that was not measured is left out. */
const SHOWN = [
  ['bare-root', 'bare span: root'],
  ['bare-child', 'bare span: child'],
  ['bare-remote-child', 'bare span: remote child'],
  ['sampled-out', 'sampled-out span'],
  ['http-span', 'HTTP-like span, 10 attributes'],
  ['eventful-span', 'span with event, exception and status'],
  ['nested', 'three nested active spans, synchronous'],
  ['nested-async', 'three nested active spans, async work'],
  ['set-attribute-10', 'span with 10 setAttribute'],
  ['set-attribute-128', 'span with 128 setAttribute'],
  ['extract', 'W3C extract'],
  ['extract-tracestate', 'W3C extract with tracestate'],
  ['inject', 'W3C inject, fresh span'],
  ['baggage-extract', 'baggage extract'],
  ['baggage-inject', 'baggage inject'],
  ['context', 'context set + with'],
  ['export-protobuf', 'OTLP protobuf, per span'],
  ['export-json', 'OTLP JSON, per span'],
  ['export-whole-path', 'start, 10 attributes, end, batch, encode'],
  ['export-queued', 'memory of a queued span'],
  ['export-allocated', 'bytes allocated per span'],
  ['koa-cpu', 'Koa request, OTLP on'],
  ['koa-of-storage', 'the same, against AsyncLocalStorage alone'],
  ['koa-of-bare', 'the same, against the bare app'],
  ['koa-axios-cpu', 'Koa request that calls by axios'],
  ['koa-axios-of-storage', 'the same, against AsyncLocalStorage alone'],
  ['startup', 'import and start(), beyond the API'],
  ['install-packages', 'packages installed'],
  ['install-size', 'size of the install'],
];

/** The text between the markers, from results as run.js writes them: a table for the official SDK, one for dd-trace. */
export function costs(published) {
  const sorted = published.toSorted((a, b) => major(a) - major(b));
  const tables = [
    sorted.filter((each) => !isDdTrace(each)),
    // Lesser apps are the other table's.
    sorted.filter(isDdTrace).map(withRivalAlone),
  ];
  return tables
    .filter((runs) => runs.length > 0)
    .map((runs) => [...runs.map(about), '', ...costTable(runs)].join('\n'))
    .join('\n\n');
}

/** What has been published. */
export function readPublished() {
  return readdirSync(PUBLISHED)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson(new URL(name, PUBLISHED)));
}

/** The README with other text between the markers. */
export function withCosts(readme, text) {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the README has no ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${text}\n\n${readme.slice(end)}`;
}

/** A line of the list of runs. */
function about({ node, rival, rounds, date, cpu, cores }) {
  const machine = cores === undefined ? cpu : `${cores} × ${cpu}`;
  return `- Node ${node.slice(1)}, ${RIVALS[rival]}: ${rounds} rounds, ${date.slice(0, 10)}, ${machine}`;
}

function isDdTrace({ rival }) {
  return rival === 'dd-trace';
}

function withRivalAlone(run) {
  return { ...run, results: run.results.filter(({ against }) => against === 'rival') };
}

function costTable(published) {
  const rows = [
    ['path', ...published.map((each) => `Node ${major(each)}`)],
    ...SHOWN.map(([name, title]) => [title, ...published.map((each) => cell(each, name))]),
  ].filter(([, ...cells]) => cells.some((text) => text !== '–'));
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body];
}

/** The median, and the least and the greatest of the rounds where there are several. */
function cell({ results }, name) {
  const ratio = results.find((result) => result.name === name)?.ratio;
  if (ratio === undefined) return '–';
  const { median, min, max } = ratio;
  return min === max ? times(median) : `${times(median)} (${times(min)} – ${times(max)})`;
}

function major({ node }) {
  return Number.parseInt(node.slice(1), 10);
}

function readJson(url) {
  return JSON.parse(readFileSync(url, 'utf8'));
}

function publish(files) {
  mkdirSync(PUBLISHED, { recursive: true });
  for (const file of files) {
    const results = readJson(file);
    const suffix = isDdTrace(results) ? '-dd-trace' : '';
    const target = new URL(`node-${major(results)}${suffix}.json`, PUBLISHED);
    writeFileSync(target, `${JSON.stringify(results, undefined, 2)}\n`);
  }
  writeFileSync(README, withCosts(readFileSync(README, 'utf8'), costs(readPublished())));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const given = process.argv.slice(2);
  publish(given.length > 0 ? given : [fileURLToPath(new URL('results.json', import.meta.url))]);
}
