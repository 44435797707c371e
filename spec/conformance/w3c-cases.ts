/** A request, and what a service that takes part in W3C Trace Context (Level 2) must send on. */
export interface Case {
  readonly title: string;
  /** Header lines in the order they are sent; a name may come twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The trace that goes on; `undefined` when a new one must start. */
  readonly continues?: string;
  /** The flags that go out, where the case is about them. */
  readonly flags?: string;
  /** The `tracestate` members that go out, in order; none means no header. */
  readonly state?: Readonly<Record<string, string>>;
}

const TRACE = '12345678901234567890123456789012';
const PARENT = '1234567890123456';
const GOOD = `00-${TRACE}-${PARENT}-00`;

const CASES: Case[] = [];

function starts(title: string, ...values: string[]): void {
  const headers = values.map((value) => ['traceparent', value] as const);
  CASES.push({ title, headers: [...headers, ['tracestate', 'foo=1']] });
}

function continues(title: string, traceparent: string, flags?: string): void {
  const found = { title, headers: [['traceparent', traceparent]] as const, continues: TRACE };
  CASES.push(flags === undefined ? found : { ...found, flags });
}

function state(title: string, values: string[], expected: Record<string, string>): void {
  const headers = values.map((value) => ['tracestate', value] as const);
  CASES.push({
    title,
    headers: [['traceparent', GOOD], ...headers],
    continues: TRACE,
    state: expected,
  });
}

// ── traceparent ──────────────────────────────────────────────────────────────────────────────────

CASES.push({ title: 'no header at all', headers: [] });
CASES.push({ title: 'tracestate alone (P-TC-13)', headers: [['tracestate', 'foo=1']] });
continues('traceparent alone', GOOD);
starts('two different traceparent (P-TC-11)', `00-${TRACE}-${PARENT}-01`, `00-${TRACE.replace('1', '2')}-${PARENT}-01`); // prettier-ignore
starts('the same traceparent twice (P-TC-11)', GOOD, GOOD);
for (const name of ['trace-parent', 'trace.parent', 'trace_parent']) {
  CASES.push({ title: `the name ${name} (P-TC-12)`, headers: [[name, GOOD]] });
}
for (const name of ['TraceParent', 'TrAcEpArEnT', 'TRACEPARENT']) {
  CASES.push({ title: `the name ${name} (P-TC-12)`, headers: [[name, GOOD]], continues: TRACE });
}
starts('version 00 with a full stop behind (P-TC-05)', `${GOOD}.`);
starts('version 00 with more behind (P-TC-05)', `${GOOD}-what-the-future-will-be-like`);
continues('version cc (P-TC-06)', `cc-${TRACE}-${PARENT}-01`, '01');
continues('version cc with more behind (P-TC-06)', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`, '01'); // prettier-ignore
starts('version cc with a full stop behind (P-TC-06)', `cc-${TRACE}-${PARENT}-01.what-the-future`);
for (const version of ['ff', '.0', '0.', 'CC', '000', '0000', '0', '']) {
  starts(`the version "${version}" (P-TC-03)`, `${version}-${TRACE}-${PARENT}-01`);
}
for (const trace of [
  '0'.repeat(32),
  `.${TRACE.slice(1)}`,
  `${TRACE.slice(1)}.`,
  TRACE.replace('1', 'A'),
  `${TRACE}3`,
  TRACE.slice(1),
  '',
]) {
  // prettier-ignore
  starts(`the trace id "${trace}" (P-TC-02, P-TC-04)`, `00-${trace}-${PARENT}-01`);
}
for (const parent of [
  '0'.repeat(16),
  `.${PARENT.slice(1)}`,
  `${PARENT.slice(1)}.`,
  PARENT.replace('1', 'A'),
  `${PARENT}7`,
  PARENT.slice(1),
  '',
]) {
  // prettier-ignore
  starts(`the parent id "${parent}" (P-TC-02, P-TC-04)`, `00-${TRACE}-${parent}-01`);
}
for (const flags of ['.0', '0.', '0A', '001', '1', '']) {
  starts(`the flags "${flags}" (P-TC-02)`, `00-${TRACE}-${PARENT}-${flags}`);
}
for (const [before, after] of [
  [' ', ''],
  ['\t', ''],
  ['', ' '],
  ['', '\t'],
  ['\t ', ' \t'],
  ['   ', '\t\t\t'],
] as const) {
  // prettier-ignore
  const title = `${JSON.stringify(before)} before and ${JSON.stringify(after)} behind (P-TC-10)`;
  continues(title, `${before}${GOOD}${after}`);
}

// ── flags ────────────────────────────────────────────────────────────────────────────────────────

for (const [came, goes] of [
  ['00', '00'],
  ['01', '01'],
  ['02', '02'],
  ['03', '03'],
  ['ff', '03'],
  ['fc', '00'],
  ['12', '02'],
] as const) {
  // prettier-ignore
  continues(`the flags ${came} (P-TC-08, P-TC-09, T-ID-05)`, `00-${TRACE}-${PARENT}-${came}`, goes);
}

// ── tracestate ───────────────────────────────────────────────────────────────────────────────────

state('one header', ['foo=1,bar=2'], { foo: '1', bar: '2' });
for (const name of ['trace-state', 'trace.state']) {
  CASES.push({
    title: `the name ${name}`,
    headers: [['traceparent', GOOD], [name, 'foo=1']],
    continues: TRACE,
    state: {},
  }); // prettier-ignore
}
for (const name of ['TraceState', 'TrAcEsTaTe', 'TRACESTATE']) {
  CASES.push({
    title: `the name ${name} (P-TC-12)`,
    headers: [['traceparent', GOOD], [name, 'foo=1']],
    continues: TRACE,
    state: { foo: '1' },
  }); // prettier-ignore
}
state('an empty header (P-TS-12)', [''], {});
state('an empty header behind (P-TS-06)', ['foo=1', ''], { foo: '1' });
state('an empty header in front (P-TS-06)', ['', 'foo=1'], { foo: '1' });
state('three headers (P-TS-07)', ['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'], { foo: '1', bar: '2', rojo: '1', congo: '2', baz: '3' }); // prettier-ignore
state('a member twice (P-TS-08)', ['foo=1,foo=1'], { foo: '1' });
state('a key twice (P-TS-08)', ['foo=1,foo=2'], { foo: '1' });
state('a key in two headers (P-TS-08)', ['foo=1,bar=2', 'foo=3'], { foo: '1', bar: '2' });
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
const VALUE = Array.from({ length: 0x5e }, (_, i) => String.fromCharCode(0x21 + i))
  .filter((char) => char !== ',' && char !== '=')
  .join('');
state('every character of keys and values (P-TS-02, P-TS-04)', [`${KEY}=${VALUE}`, `${KEY}@a-z0-9_-*/=1`], { [KEY]: VALUE, [`${KEY}@a-z0-9_-*/`]: '1' }); // prettier-ignore
for (const value of [
  'foo=1 \t , \t bar=2, \t baz=3',
  'foo=1\t \t,\t \tbar=2,\t \tbaz=3',
  ' foo=1,bar=2,baz=3',
  '\tfoo=1,bar=2,baz=3 ',
  '\t foo=1,bar=2,baz=3 \t',
  'foo=1,,bar=2, ,baz=3,',
]) {
  // prettier-ignore
  state(`${JSON.stringify(value)} (P-TS-06)`, [value], { foo: '1', bar: '2', baz: '3' });
}
for (const bad of [
  'foo =1',
  'FOO=1',
  'foo.bar=1',
  '@foo=1,bar=2',
  'foo=bar=baz',
  'foo=,bar=3',
  'foo,bar=3',
  '=1',
  'foo=1,bar="2\u00e9"',
]) {
  // prettier-ignore
  state(`${JSON.stringify(bad)} (P-TS-05)`, [bad], {});
}
for (const key of ['0foo', 'foo@', 'foo@@bar', 'foo@bar@baz', `${'t'.repeat(242)}@v`]) {
  state(`the Level 2 key ${key.slice(0, 12)} (P-TS-02)`, [`${key}=1,bar=2`], {
    [key]: '1',
    bar: '2',
  });
}
const members = (length: number) => Array.from({ length }, (_, i) => `bar${i}=${i}`);
state('32 members (P-TS-01)', [members(32).join(',')], Object.fromEntries(members(32).map((member) => member.split('=') as [string, string]))); // prettier-ignore
state('33 members (P-TS-01)', [members(33).join(',')], {});
state('33 members in two headers (P-TS-01)', [members(32).join(','), 'one=more'], {});
state('a key of 256 characters (P-TS-02)', [`foo=1,${'z'.repeat(256)}=1`], { foo: '1', ['z'.repeat(256)]: '1' }); // prettier-ignore
state('a key of 257 characters (P-TS-02)', [`foo=1,${'z'.repeat(257)}=1`], {});
state('a tenant key of 256 characters (P-TS-02)', [`${'t'.repeat(241)}@${'v'.repeat(14)}=1`], { [`${'t'.repeat(241)}@${'v'.repeat(14)}`]: '1' }); // prettier-ignore
state('a value of 256 characters (P-TS-04)', [`foo=${'v'.repeat(256)}`], { foo: 'v'.repeat(256) });
state('a value of 257 characters (P-TS-04)', [`foo=${'v'.repeat(257)},bar=2`], {});

export const W3C_CASES: readonly Case[] = CASES;
