import type { Context } from '@opentelemetry/api';
import type { Carried, Headers, Passage } from './carry.js';
import {
  changed,
  eachBaggageMember,
  firstOfList,
  inHeader,
  isB3,
  isLevel1Key,
  isTraceStateMember,
  keyOf,
  jaegerParts,
  joined,
  membersOf,
  minimallyEncoded,
  trimOws,
  withBaggageValue,
  withDecodableEscapes,
  withLevel1Key,
} from './header-putting-right.js';

/** Where the official propagators are wrong, or where we mean to differ. */
export interface HeaderDifference {
  /** The fact of the specification's checklist. */
  readonly id: string;
  readonly why: string;
  /** The headers that the official propagator does what is right with. */
  readonly headers?: (headers: Headers) => Headers;
  /** What is put right in the context that it read, before it is written. */
  readonly context?: (context: Context, passage: Passage) => Context;
  /** What is put right in what comes of it. */
  readonly carried?: (carried: Carried, passage: Passage) => Carried;
  /** Headers that show the difference. */
  readonly example: Passage;
}

const DEBUG_KEY = Symbol.for('OpenTelemetry Context Key B3 Debug Flag');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;
/** Stands for no text in baggage, which the official propagator does not keep. */
const NO_TEXT = 'NO-TEXT';
/** Makes a name of digits one that is none. */
const DIGITS = 'DIGITS-';

/** The known differences, in the order in which they are put right. There are no others. */
export const HEADER_DIFFERENCES: readonly HeaderDifference[] = [
  {
    id: 'P-TC-12',
    why: 'names of headers are found in any case; the official propagator leaves that to the getter',
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    example: w3c({ Traceparent: PARENT }),
  },
  {
    id: 'P-TC-11',
    why: 'two traceparents are none; the official propagator takes the first',
    headers: changed('traceparent', (value) =>
      (typeof value === 'string' ? value.includes(',') : value.length > 1) ? undefined : value,
    ),
    example: w3c({ traceparent: [PARENT, PARENT] }),
  },
  {
    id: 'P-TC-10',
    why: 'any spaces and tabs around a traceparent are no part of it, and nothing else; the official propagator skips one character',
    headers: changed('traceparent', (value) => {
      const text = trimOws(String([value].flat()[0]));
      return text === text.trim() ? text : undefined;
    }),
    example: w3c({ traceparent: `  ${PARENT}` }),
  },
  {
    id: 'P-TC-08',
    why: 'unknown flags are dropped; the official propagator keeps them, and writes three digits',
    headers: changed('traceparent', (value) =>
      String([value].flat()[0]).replace(
        /^([\da-f]{2}-[\da-f]{32}-[\da-f]{16}-)([\da-f]{2})/,
        (_all, before: string, flags: string) => `${before}0${Number.parseInt(flags, 16) & 3}`,
      ),
    ),
    example: w3c({ traceparent: `00-${TRACE}-${SPAN}-13` }),
  },
  {
    id: 'P-TS-05',
    why: 'one malformed member drops a tracestate; the official propagator keeps the others',
    headers: changed('tracestate', (value) =>
      membersOf(joined(value)).every(isTraceStateMember) ? value : undefined,
    ),
    example: w3c({ traceparent: PARENT, tracestate: 'a=1,b' }),
  },
  {
    id: 'P-TS-01',
    why: 'a tracestate of more than 32 members is dropped; the official propagator cuts it',
    headers: changed('tracestate', (value) =>
      membersOf(joined(value)).length > 32 ? undefined : value,
    ),
    example: w3c({
      traceparent: PARENT,
      tracestate: Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(','),
    }),
  },
  {
    id: 'P-TS-08',
    why: 'of a key that comes twice in a tracestate the left one stays; the official propagator keeps the right one',
    headers: changed('tracestate', (value) => {
      const members = membersOf(joined(value));
      const keys = members.map(keyOf);
      const left = members.filter((_, i) => keys.indexOf(keys[i]!) === i);
      return left.length === members.length ? value : left.join(',');
    }),
    example: w3c({ traceparent: PARENT, tracestate: 'a=1,a=2' }),
  },
  {
    id: 'P-TS-02',
    why: 'keys of a tracestate are those of level 2; the official propagator takes those of level 1',
    headers: changed('tracestate', (value) => {
      const members = membersOf(joined(value));
      return members.every((member) => isLevel1Key(keyOf(member)))
        ? value
        : members.map(withLevel1Key).join(',');
    }),
    carried: inHeader('tracestate', (state) =>
      state.replaceAll(
        /l2-([\da-f]+)=/g,
        (_all, hex: string) => `${Buffer.from(hex, 'hex').toString()}=`,
      ),
    ),
    example: w3c({ traceparent: PARENT, tracestate: '0foo=1' }),
  },
  {
    id: 'P-TS-13',
    why: 'a tracestate goes out byte for byte as it came; the official propagator writes it anew',
    carried: (carried, { headers, from }) => {
      if (!['w3c', 'tracecontext'].includes(from)) return carried;
      const name = Object.keys(headers).find((key) => key.toLowerCase() === 'tracestate');
      const came = trimOws(joined(headers[name ?? ''] ?? ''));
      return inHeader('tracestate', (state) =>
        state !== '' && membersOf(came).join(',') === state ? came : state,
      )(carried);
    },
    example: w3c({ traceparent: PARENT, tracestate: 'a=1 , b=2' }),
  },
  {
    id: 'P-TC-01',
    why: 'an empty tracestate is not written; the official propagator writes it',
    carried: ({ headers: { tracestate, ...headers }, ...carried }) => ({
      ...carried,
      headers: tracestate ? { ...headers, tracestate } : headers,
    }),
    example: w3c({ traceparent: PARENT, tracestate: ',' }),
  },

  // ── Baggage ──────────────────────────────────────────────────────────────────────────────────────
  {
    id: 'P-BG-04',
    why: 'the name of a baggage member is a token; the official propagator takes any text',
    headers: eachBaggageMember((member) =>
      /^[\w!#$%&'*+\-.^`|~]+[ \t]*=/.test(member) ? member : undefined,
    ),
    example: w3c({ baggage: 'a b=1' }),
  },
  {
    id: 'P-BG-07',
    why: 'names of baggage are not percent-encoded; the official propagator decodes and encodes them',
    headers: eachBaggageMember((member) =>
      member.replace(/^[^=]+/, (name) => name.replaceAll('%', '%25')),
    ),
    carried: inHeader('baggage', (list) =>
      list.replaceAll(
        /(^|,)([^=,]+)=/g,
        (_all, before: string, name: string) => `${before}${decodeURIComponent(name)}=`,
      ),
    ),
    example: w3c({ baggage: 'a%20b=1' }),
  },
  {
    id: 'P-BG-10',
    why: 'the metadata of baggage is trimmed, and none where nothing is left; the official propagator keeps the spaces',
    headers: eachBaggageMember((member) => {
      const at = member.indexOf(';');
      const metadata = at < 0 ? '' : trimOws(member.slice(at + 1));
      return at < 0 ? member : `${member.slice(0, at)}${metadata === '' ? '' : `;${metadata}`}`;
    }),
    example: w3c({ baggage: 'a=1; p' }),
  },
  {
    id: 'P-BG-06',
    why: 'escapes in baggage that are no UTF-8 become U+FFFD, and what is no escape stays; the official propagator drops the member',
    headers: eachBaggageMember((member) => withBaggageValue(member, withDecodableEscapes)),
    example: w3c({ baggage: 'a=%FF' }),
  },
  {
    id: 'P-BG-04',
    why: 'a value of baggage may be empty; the official propagator drops the member',
    headers: eachBaggageMember((member) => withBaggageValue(member, (value) => value || NO_TEXT)),
    carried: (carried) => JSON.parse(JSON.stringify(carried).replaceAll(NO_TEXT, '')) as Carried,
    example: w3c({ baggage: 'a=' }),
  },
  {
    id: 'P-BG-04',
    why: 'baggage goes out in the order in which it came; the official propagator puts names of digits first',
    headers: eachBaggageMember((member) => member.replace(/^(?=\d+[ \t]*=)/, DIGITS)),
    carried: (carried) => JSON.parse(JSON.stringify(carried).replaceAll(DIGITS, '')) as Carried,
    example: w3c({ baggage: 'a=1,0=2' }),
  },
  {
    id: 'P-BG-05',
    why: 'what need not be encoded in baggage is not; the official propagator encodes all but letters and digits',
    carried: inHeader('baggage', minimallyEncoded),
    example: w3c({ baggage: 'a=b:c' }),
  },

  // ── B3 ───────────────────────────────────────────────────────────────────────────────────────────
  {
    id: 'P-B3-11',
    why: 'of several values of a B3 header the first counts; the official propagator takes a list for a value',
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          /^(x-)?b3/.test(name) ? firstOfList(value) : value,
        ]),
      ),
    example: b3({ b3: `${TRACE}-${SPAN}-1, x` }, 'b3multi'),
  },
  {
    id: 'P-B3-02',
    why: 'a malformed b3 header is as none; the official propagator finds one in it, or looks at no other',
    headers: changed('b3', (value) =>
      isB3(String(value)) || ['0', '1', 'd'].includes(String(value)) ? value : undefined,
    ),
    example: b3({ b3: `x${TRACE}-${SPAN}-1zzz` }),
  },
  {
    id: 'P-B3-08',
    why: 'ids of B3 are 32 or 16 and 16 lower-case digits; the official propagator takes fewer, and upper-case ones',
    headers: (headers) => {
      const trace = changed('x-b3-traceid', (value) =>
        /^([\da-f]{16}){1,2}$/.test(String(value)) ? value : undefined,
      )(headers);
      return changed('x-b3-spanid', (value) =>
        /^[\da-f]{16}$/.test(String(value)) ? value : undefined,
      )(trace);
    },
    example: b3({ 'x-b3-traceid': 'abc', 'x-b3-spanid': SPAN }),
  },
  {
    id: 'P-B3-09',
    why: 'a decision of B3 is 1, 0, true or false; the official propagator takes True and False, too',
    headers: changed('x-b3-sampled', (value) =>
      value === 'True' || value === 'False' ? 'malformed' : value,
    ),
    example: b3({ 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': 'True' }),
  },
  {
    id: 'P-B3-04',
    why: 'a debug mark goes on in either form; the official propagator loses it where the forms differ',
    context: (context, { to }) =>
      context.getValue(DEBUG_KEY) === undefined
        ? context
        : context.setValue(DEBUG_KEY, to === 'b3' ? 'd' : '1'),
    example: b3({ b3: `${TRACE}-${SPAN}-d` }, 'b3multi'),
  },

  // ── Jaeger ───────────────────────────────────────────────────────────────────────────────────────
  {
    id: 'P-JG-03',
    why: 'spaces around a header are no part of it; the official propagator keeps them, and takes a list for a value',
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          name === 'uber-trace-id'
            ? firstOfList(value)
            : name.startsWith('uberctx-')
              ? trimOws([value].flat()[0] ?? '%')
              : value,
        ]),
      ),
    example: jaeger({ 'uberctx-a': ' 1' }),
  },
  {
    id: 'P-JG-04',
    why: 'an uber-trace-id is looked at before it is used; the official propagator stores what it finds',
    headers: changed('uber-trace-id', (value) => jaegerParts(String(value))?.join(':')),
    example: jaeger({ 'uber-trace-id': `0:${SPAN}:0:1` }),
  },
  {
    id: 'P-JG-02',
    why: "Jaeger's debug flag implies sampled; the official propagator does not know it",
    headers: changed('uber-trace-id', (value) => {
      const [trace, span, parent, flags] = String(value).split(':');
      const sampled = Number.parseInt(flags ?? '', 16) & 3 ? '01' : '00';
      return flags === undefined ? value : [trace, span, parent, sampled].join(':');
    }),
    example: jaeger({ 'uber-trace-id': `${TRACE}:${SPAN}:0:2` }),
  },
  {
    id: 'P-JG-02',
    why: "only the sampled bit goes out to Jaeger; the official propagator writes W3C's random bit as Jaeger's debug bit",
    carried: inHeader('uber-trace-id', (value) =>
      value.replace(/[^:]+$/, (flags) => `0${Number.parseInt(flags, 16) & 1}`),
    ),
    example: { ...w3c({ traceparent: `00-${TRACE}-${SPAN}-03` }), to: 'jaeger' },
  },
];

function w3c(headers: Headers): Passage {
  return { headers, from: 'w3c', to: 'w3c' };
}

function b3(headers: Headers, to: Passage['to'] = 'b3'): Passage {
  return { headers, from: 'b3', to };
}

function jaeger(headers: Headers): Passage {
  return { headers, from: 'jaeger', to: 'jaeger' };
}
