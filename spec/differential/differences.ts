import { isSpanContextValid } from '@opentelemetry/api';
import { SDK_INFO } from '../../lib/index.js';
import type { Outcome, Started } from './interpreter.js';
import { REFUSED, THROWING_ATTRIBUTES, THROWN } from './odd.js';
import type { Program, SetUp, Step } from './program.js';
import {
  asEvent,
  eachAttribute,
  eachAttributesOf,
  eachSaid,
  eachSampler,
  eachSpan,
  eachTracer,
  emptied,
  inTexts,
  isOfficialValue,
  isUsableTime,
  lengthLimit,
  limited,
  oddOf,
  refusedUnlessMissing,
  thrownIn,
  withFirst,
  withLinksThatSay,
  withoutTracer,
  withoutUndefined,
} from './putting-right.js';
import type { Rewriting } from './rewriting.js';
import {
  PROTO_KEY,
  REFUSED_LINK,
  refusedKey,
  shortCharacters,
  valueStandIn,
  versionWith,
} from './stand-ins.js';

/** Where the official SDK is wrong, or where we mean to differ: what makes its outcome the right one. */
export interface Difference {
  /** The fact of the specification's checklist. */
  readonly id: string;
  readonly why: string;
  /** How the official SDK is told the same so that it does what is right. */
  readonly rewriting?: Rewriting;
  /** What is put right of a span of the official SDK as it starts. */
  readonly started?: Started;
  /** What is put right in what comes of it. */
  readonly outcome?: (outcome: Outcome, program: Program) => Outcome;
  /** A program that shows the difference. */
  readonly example: Program;
}

/** The known differences, in the order in which they are put right. There are no others. */
export const DIFFERENCES: readonly Difference[] = [
  // ── Attributes ───────────────────────────────────────────────────────────────────────────────────
  {
    id: 'T-SPAN-11',
    why: 'an attribute whose getter throws is dropped; the official SDK throws',
    rewriting: {
      attributes: (attributes) =>
        attributes === THROWING_ATTRIBUTES ? { a: 1, [refusedKey()]: true, c: 2 } : attributes,
    },
    example: one({ do: 'setAttributes', span: 0, attributes: THROWING_ATTRIBUTES }),
  },
  {
    id: 'T-SPAN-11',
    why: 'attributes that are no object are none; the official SDK takes the characters of a text',
    rewriting: {
      attributes: (attributes) => (typeof attributes === 'string' ? undefined : attributes),
    },
    example: one({ do: 'setAttributes', span: 0, attributes: 'text' }),
  },
  {
    id: 'T-ATTR-01',
    why: 'a key that is no text, or empty, is dropped and counted; the official SDK throws, or does not count',
    rewriting: {
      step: (step) =>
        step.do === 'setAttribute' && typeof step.key !== 'string'
          ? { do: 'setAttributes', span: step.span, attributes: refusedUnlessMissing(step.value) }
          : step,
      attributes: eachAttribute((key, value) => [key === '' ? refusedKey() : key, value]),
    },
    example: one({ do: 'setAttribute', span: 0, key: undefined, value: 1 }),
  },
  {
    id: 'T-ATTR-10',
    why: 'what cannot be kept is counted as dropped; the official SDK does not count it',
    rewriting: {
      attributes: eachAttribute((key, value) =>
        oddOf(value)?.kept === REFUSED ? [refusedKey(), true] : [key, value],
      ),
    },
    example: one({ do: 'setAttribute', span: 0, key: 'a', value: '⟦function⟧' }),
  },
  {
    id: 'T-ATTR-09',
    why: 'big integers, dates, maps, errors and the like are kept as what they say; the official SDK drops them',
    rewriting: {
      attributes: eachAttribute((key, value) => {
        const odd = oddOf(value);
        return [key, odd === undefined || odd.kept === REFUSED ? value : odd.kept];
      }),
    },
    example: one({ do: 'setAttribute', span: 0, key: 'a', value: '⟦Date⟧' }),
  },
  {
    id: 'T-API-03',
    why: 'an undefined attribute is none; in events and links the official SDK counts it towards the limit',
    rewriting: { attributes: withoutUndefined },
    example: one(
      { do: 'addEvent', span: 0, name: 'e', attributes: { a: undefined, b: 1 } },
      { limits: { attributePerEventCountLimit: 1 } },
    ),
  },
  {
    id: 'T-ATTR-03',
    why: 'null is a value; spans of the official SDK ignore it',
    rewriting: {
      attributes: eachAttribute((key, value, where) => [
        key,
        value === null && where === 'span' ? valueStandIn(null) : value,
      ]),
    },
    example: one({ do: 'setAttribute', span: 0, key: 'a', value: null }),
  },
  {
    id: 'T-ATTR-04',
    why: 'a missing element of an array stays in its place as an empty value; the official SDK keeps undefined',
    rewriting: {
      attributes: eachAttribute((key, value) => [
        key,
        Array.isArray(value) ? value.map((item: unknown) => item ?? null) : value,
      ]),
    },
    example: one({ do: 'setAttribute', span: 0, key: 'a', value: ['x', undefined] }),
  },
  {
    id: 'T-ATTR-07',
    why: 'maps, bytes and mixed arrays are values, everywhere; the official SDK drops them',
    rewriting: {
      attributes: eachAttribute((key, value, _where, setUp) => [
        key,
        isOfficialValue(value) ? value : valueStandIn(limited(value, lengthLimit(setUp))),
      ]),
    },
    example: one({ do: 'setAttribute', span: 0, key: 'a', value: { b: ['c', 1] } }),
  },
  {
    id: 'T-ATTR-06',
    why: '`__proto__` is a key like others; the official SDK loses its value',
    rewriting: {
      attributes: eachAttribute((key, value) => [key === '__proto__' ? PROTO_KEY : key, value]),
    },
    example: one({ do: 'setAttribute', span: 0, key: '__proto__', value: 'a' }),
  },

  // ── Limits ───────────────────────────────────────────────────────────────────────────────────────
  {
    id: 'T-LIM-05',
    why: 'a surrogate pair is one character, and never cut; the official SDK cuts it',
    rewriting: {
      attributes: eachAttribute((key, value) => [key, inTexts(value, shortCharacters)]),
    },
    example: one(
      { do: 'setAttribute', span: 0, key: 'a', value: '😀😀' },
      { limits: { attributeValueLengthLimit: 1 } },
    ),
  },
  {
    id: 'T-LIM-06',
    why: 'a length of 0 leaves empty texts; for the official SDK it is no limit',
    outcome: (outcome, { setUp }) =>
      lengthLimit(setUp) === 0 ? eachAttributesOf(outcome, emptied) : outcome,
    example: one(
      { do: 'setAttribute', span: 0, key: 'a', value: 'text' },
      { limits: { attributeValueLengthLimit: 0 } },
    ),
  },
  {
    id: 'T-LINK-02',
    why: 'a link to nothing that says nothing is dropped, one that says something has the empty span context; the official SDK keeps what was given',
    outcome: (outcome) => eachSpan(outcome, withLinksThatSay),
    example: one({
      do: 'addLink',
      span: 0,
      link: { to: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 1 } },
    }),
  },
  {
    id: 'T-LIM-09',
    why: 'of too many events and links the first stay; the official SDK keeps the last',
    rewriting: {
      setUp: (setUp) => ({
        ...setUp,
        limits: { ...setUp.limits, eventCountLimit: Infinity, linkCountLimit: Infinity },
      }),
    },
    outcome: (outcome, { setUp: { limits } }) =>
      eachSpan(outcome, (span) =>
        withFirst(span, limits?.['eventCountLimit'], limits?.['linkCountLimit']),
      ),
    example: {
      setUp: { limits: { eventCountLimit: 1 } },
      steps: [
        { do: 'start', tracer: 0, name: 'span' },
        { do: 'addEvent', span: 0, name: 'first' },
        { do: 'addEvent', span: 0, name: 'second' },
        { do: 'end', span: 0 },
      ],
    },
  },

  // ── Spans ────────────────────────────────────────────────────────────────────────────────────────
  {
    id: 'T-SPAN-11',
    why: 'a name that is no text becomes one; the official SDK keeps what was given',
    rewriting: { name: (name) => (typeof name === 'string' ? name : String(name ?? '')) },
    example: one({ do: 'updateName', span: 0, name: undefined }),
  },
  {
    id: 'T-SPAN-11',
    why: 'a kind that there is not is INTERNAL; the official SDK keeps it',
    rewriting: {
      options: (options) =>
        options && 'kind' in options && ![0, 1, 2, 3, 4].includes(options.kind as number)
          ? { ...options, kind: 0 }
          : options,
    },
    example: {
      setUp: {},
      steps: [
        { do: 'start', tracer: 0, name: 'span', options: { kind: 9 } },
        { do: 'end', span: 0 },
      ],
    },
  },
  {
    id: 'T-SPAN-11',
    why: 'null options are none; the official SDK throws',
    rewriting: { options: (options) => options ?? undefined },
    example: {
      setUp: {},
      steps: [
        { do: 'start', tracer: 0, name: 'span', options: null },
        { do: 'end', span: 0 },
      ],
    },
  },
  {
    id: 'T-SPAN-11',
    why: 'a link that is none is dropped and counted; the official SDK throws',
    rewriting: { link: (link) => link ?? REFUSED_LINK },
    example: one({ do: 'addLink', span: 0, link: null }),
  },
  {
    id: 'T-SPAN-11',
    why: 'what is no time is now; the official SDK computes with it',
    rewriting: { time: (time) => (isUsableTime(time) ? time : undefined) },
    example: one({ do: 'addEvent', span: 0, name: 'e', time: NaN }),
  },
  {
    id: 'T-SPAN-16',
    why: 'nanoseconds are below a second; the official SDK rounds up to a whole one',
    outcome: (outcome) =>
      JSON.parse(
        JSON.stringify(outcome).replaceAll(
          /(\d+) s 1000000000 ns/g,
          (_, s) => `${Number(s) + 1} s 0 ns`,
        ),
      ) as Outcome,
    example: one({ do: 'addEvent', span: 0, name: 'e', time: 1e9 + 999.9999999 }),
  },
  {
    id: 'T-STAT-04',
    why: 'a status that is none, or has an unknown code, is ignored; the official SDK throws, or keeps it',
    rewriting: {
      step: (step) =>
        step.do === 'setStatus' && ![0, 1, 2].includes(step.status?.code as number)
          ? { do: 'nothing' }
          : step,
    },
    example: one({ do: 'setStatus', span: 0, status: undefined }),
  },
  {
    id: 'T-STAT-03',
    why: 'an empty description is none; the official SDK keeps it',
    rewriting: {
      step: (step) =>
        step.do === 'setStatus' && step.status?.message === ''
          ? { ...step, status: { code: step.status.code } }
          : step,
    },
    example: one({ do: 'setStatus', span: 0, status: { code: 2, message: '' } }),
  },
  ...(['T-EXC-02', 'T-EXC-04', 'T-EXC-06'] as const).map((id): Difference => ({
    id,
    why: {
      'T-EXC-02':
        'an empty message is a message; the official SDK leaves it out, or the whole event',
      'T-EXC-04':
        "an exception's type is its class; the official SDK takes its code, or its name alone",
      'T-EXC-06': 'whatever was thrown is recorded; the official SDK leaves it out',
    }[id],
    rewriting: { step: (step) => asEvent(step, THROWN[thrownIn(step)]?.id === id) },
    example: one({
      do: 'recordException',
      span: 0,
      thrown: Object.keys(THROWN).find((word) => THROWN[word]!.id === id)!,
    }),
  })),
  {
    id: 'T-EXC-03',
    why: 'an exception may be given more attributes; the official SDK does not take them',
    rewriting: {
      step: (step) => asEvent(step, step.do === 'recordException' && step.more !== undefined),
    },
    example: one({ do: 'recordException', span: 0, thrown: 'text', more: { a: 1 } }),
  },

  // ── Parents, samplers, ids ───────────────────────────────────────────────────────────────────────
  {
    id: 'T-ID-05',
    why: "a child has its parent's random bit; the official SDK clears it",
    started: (span, parent) => {
      const context = span.spanContext();
      const isChild = context.traceId === parent?.traceId && context.spanId !== parent.spanId;
      if (isChild && isSpanContextValid(context)) context.traceFlags |= parent.traceFlags & 2;
    },
    example: {
      setUp: {},
      steps: [
        {
          do: 'start',
          tracer: 0,
          name: 'span',
          at: { remote: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 3 } },
        },
        { do: 'end', span: 0 },
      ],
    },
  },
  {
    id: 'T-SPAN-03',
    why: 'an invalid parent is none for processors, too; the official SDK shows it to them',
    outcome: (outcome) =>
      eachSaid(outcome, (entry) => entry.replace('below an invalid parent', 'below nothing')),
    example: {
      setUp: { processors: ['watch'] },
      steps: [
        {
          do: 'start',
          tracer: 0,
          name: 'span',
          at: { remote: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 1 } },
        },
      ],
    },
  },
  {
    id: 'T-SAMP-11',
    why: 'a sampler that throws or talks nonsense drops the span; the official SDK throws, or records it',
    rewriting: {
      setUp: eachSampler((sampler) =>
        sampler === 'throws' || sampler === 'malformed' ? 'off' : sampler,
      ),
    },
    example: { setUp: { sampler: 'throws' }, steps: [{ do: 'start', tracer: 0, name: 'span' }] },
  },
  {
    id: 'T-SAMP-12',
    why: 'a ratio that is no number counts as 1; in the official SDK as 0',
    rewriting: {
      setUp: eachSampler((sampler) =>
        typeof sampler === 'object' && 'ratio' in sampler && Number.isNaN(sampler.ratio)
          ? { ratio: 1 }
          : sampler,
      ),
    },
    example: {
      setUp: { sampler: { ratio: NaN } },
      steps: [{ do: 'start', tracer: 0, name: 'span' }],
    },
  },
  {
    id: 'T-SAMP-07',
    why: 'ratios are decided by the right-most 56 bits of the trace id; the official SDK mixes all words',
    rewriting: {
      setUp: eachSampler((sampler) =>
        typeof sampler === 'object' && 'ratio' in sampler && sampler.ratio > 0 && sampler.ratio < 1
          ? { threshold: sampler.ratio }
          : sampler,
      ),
    },
    example: {
      setUp: { sampler: { ratio: 0.5 } },
      steps: Array.from({ length: 8 }, () => ({ do: 'start', tracer: 0, name: 'span' })),
    },
  },

  // ── Providers ────────────────────────────────────────────────────────────────────────────────────
  {
    id: 'C-RES-03',
    why: 'the name "opentelemetry" is reserved for the official SDK',
    outcome: (outcome) =>
      eachSpan(outcome, (span) => ({ ...span, resource: { ...span.resource, ...SDK_INFO } })),
    example: one({ do: 'nothing' }),
  },
  {
    id: 'T-PROV-03',
    why: 'a missing name of a tracer is the empty one; the official SDK keeps what was given',
    rewriting: { setUp: eachTracer((tracer) => ({ ...tracer, name: tracer.name ?? '' })) },
    example: one({ do: 'nothing' }, { tracers: [{ name: null }] }),
  },
  {
    id: 'T-PROV-01',
    why: 'the scope of a tracer has attributes; the official SDK loses them',
    rewriting: {
      setUp: eachTracer(({ attributes, ...tracer }) =>
        attributes
          ? { ...tracer, version: versionWith(tracer.version, attributes as object) }
          : tracer,
      ),
    },
    example: one({ do: 'nothing' }, { tracers: [{ name: 'lib', attributes: { a: 1 } }] }),
  },
  {
    id: 'T-PROC-06',
    why: 'a processor that throws is contained; in the official SDK it breaks the call',
    rewriting: {
      setUp: ({ processors, ...setUp }) => ({
        ...setUp,
        ...(processors && { processors: processors.filter((processor) => processor !== 'throws') }),
      }),
    },
    example: one({ do: 'nothing' }, { processors: ['throws', 'simple'] }),
  },
  {
    id: 'T-PROV-10',
    why: 'after shutdown tracers record nothing; those of the official SDK go on',
    rewriting: {
      steps: (steps) => {
        const at = steps.findIndex((step) => step.do === 'shutdown');
        return at < 0 ? steps : [...steps.slice(0, at), ...steps.slice(at).map(withoutTracer)];
      },
    },
    example: { setUp: {}, steps: [{ do: 'shutdown' }, { do: 'start', tracer: 0, name: 'span' }] },
  },
  {
    id: 'T-PROC-07',
    why: 'after shutdown processors see nothing; those of the official SDK do',
    outcome: (outcome) => {
      const at = outcome.said.indexOf('shut down');
      const isCall = (entry: string) => /^on(Start|Ending|End) /.test(entry);
      return at < 0
        ? outcome
        : { ...outcome, said: outcome.said.filter((entry, i) => i < at || !isCall(entry)) };
    },
    example: {
      setUp: { processors: ['watch'] },
      steps: [{ do: 'start', tracer: 0, name: 'span' }, { do: 'shutdown' }, { do: 'end', span: 0 }],
    },
  },
];

/** One span with one call. */
function one(step: Step, setUp: SetUp = {}): Program {
  return {
    setUp,
    steps: [{ do: 'start', tracer: 0, name: 'span' }, step, { do: 'end', span: 0 }],
  };
}
