import type { Knowledge, MatrixRow } from './knowledge.js';
import { sorted, type Proof } from './proof.js';

const INTRODUCTION = `# Compliance

What of the OpenTelemetry specification spantree keeps, and which specs prove it. \`npm run compliance\`
writes this page from the titles of the specs; \`npm test\` fails when it is out of date, or when a fact
has neither a spec nor a reason.

The first part has the rows of the specification's own compliance matrix that concern traces, by its
names: **+** is done, **partly** and **not** say what is missing, **n/a** is about other signals. The second
has the facts that were drawn from the texts (specification 1.60, protocol 1.11, semantic conventions 1.44,
W3C Trace Context Level 2, W3C Baggage), by the ids that the titles of the specs name.`;

/** The page, as Markdown. */
export function pageOf(proof: Proof, knowledge: Knowledge): string {
  const { chapters, matrix, reasons } = knowledge;
  return [
    INTRODUCTION,
    summary(proof, knowledge),
    '<!-- prettier-ignore-start -->',
    '## The matrix',
    ...matrix.flatMap(({ section, heading, rows }, i) => [
      ...(section === matrix[i - 1]?.section ? [] : [`### ${section}`]),
      ...(heading ? [`#### ${heading}`] : []),
      table(['Row', '', 'Facts', 'Specs'], rows, (row) => matrixCells(row, proof, reasons)),
    ]),
    '## The facts',
    ...chapters.flatMap(({ title, source, facts }) => [
      `### ${title}`,
      `From ${source}.`,
      table(['Id', 'Fact', 'Specs'], Object.entries(facts), ([id, fact]) => [
        id,
        fact,
        proof.has(id) ? links(proof.get(id)!) : `**not**: ${missing(id, reasons)}`,
      ]),
    ]),
    '<!-- prettier-ignore-end -->\n',
  ].join('\n\n');
}

function summary(proof: Proof, { facts, matrix, reasons }: Knowledge): string {
  const marks = matrix.flatMap(({ rows }) => rows.map((row) => statusOf(row, proof, reasons).mark));
  const count = (mark: Mark): number => marks.filter((other) => other === mark).length;
  const proved = [...facts.keys()].filter((id) => proof.has(id)).length;
  return `Of ${marks.length} rows ${count('+')} are done, ${count('partly')} are partly done, ${count('not')} are not, ${count('n/a')} concern logs or metrics alone.
Of ${facts.size} facts ${proved} are proved by specs; the others say why not.`;
}

function matrixCells(row: MatrixRow, proof: Proof, reasons: Knowledge['reasons']): string[] {
  const { mark, remarks } = statusOf(row, proof, reasons);
  const files = sorted(row.ids.flatMap((id) => proof.get(id) ?? []));
  return [row.name, mark, row.ids.join(', '), [...remarks, links(files)].join(' ').trim()];
}

type Mark = '+' | 'partly' | 'not' | 'n/a';

/** A row is done when all its facts are proved and nothing beyond them is missing. */
function statusOf(
  { ids, foreign, not, partly, note }: MatrixRow,
  proof: Proof,
  reasons: Knowledge['reasons'],
): { mark: Mark; remarks: string[] } {
  if (foreign !== undefined) return { mark: 'n/a', remarks: [foreign] };
  const open = ids.filter((id) => !proof.has(id));
  const lacks = [not, partly, ...open.map((id) => missing(id, reasons))].filter(isText);
  const remarks = sorted([...lacks, note].filter(isText));
  if (not !== undefined || open.length === ids.length) return { mark: 'not', remarks };
  return { mark: lacks.length > 0 ? 'partly' : '+', remarks };
}

function missing(id: string, reasons: Knowledge['reasons']): string {
  return reasons.get(id) ?? 'No spec yet.';
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function table<T>(
  header: readonly string[],
  items: readonly T[],
  cellsOf: (item: T) => readonly string[],
): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [header, header.map(() => '---'), ...items.map(cellsOf)].map(line).join('\n');
}

function links(files: readonly string[]): string {
  return files.map((file) => `[${shortened(file)}](../${file})`).join(', ');
}

function shortened(file: string): string {
  return file.replace(/^spec\//, '').replace(/\.spec\.ts$/, '');
}
