/*
 * What JavaScript programs hand over beside plain values, each under a word that a program's data holds in its place,
 * and what is right to be kept of it.
 */

/** Marks what cannot be kept: it is dropped, and counted (T-ATTR-10). */
export const REFUSED: unique symbol = Symbol('refused');

interface Odd {
  readonly make: () => unknown;
  readonly kept: unknown;
}

/** Attribute values by their word. */
export const ODD: Readonly<Record<string, Odd>> = {
  '⟦function⟧': { make: () => () => 1, kept: REFUSED },
  '⟦symbol⟧': { make: () => Symbol('odd'), kept: REFUSED },
  '⟦cycle⟧': { make: cycle, kept: REFUSED },
  '⟦throws inside⟧': { make: throwing, kept: REFUSED },
  '⟦undefined⟧': { make: () => undefined, kept: undefined },
  '⟦bytes⟧': { make: () => Uint8Array.of(1, 2, 3), kept: Uint8Array.of(1, 2, 3) },
  '⟦bigint⟧': { make: () => 12n, kept: 12n },
  '⟦huge bigint⟧': { make: () => 2n ** 70n, kept: '1180591620717411303424' },
  '⟦Date⟧': { make: () => new Date(0), kept: '1970-01-01T00:00:00.000Z' },
  '⟦Map⟧': { make: () => new Map([['a', 1]]), kept: { a: 1 } },
  '⟦Set⟧': { make: () => new Set(['a', 1]), kept: ['a', 1] },
  '⟦Error⟧': { make: () => new RangeError('far'), kept: 'RangeError: far' },
  '⟦URL⟧': { make: () => new URL('http://a/'), kept: 'http://a/' },
  '⟦String⟧': { make: () => Object('boxed') as unknown, kept: 'boxed' },
};

/** An attribute value as it is given. */
export function given(value: unknown): unknown {
  const odd = typeof value === 'string' ? ODD[value] : undefined;
  return odd === undefined ? value : odd.make();
}

/** Attributes one of which cannot be read. */
export const THROWING_ATTRIBUTES = '⟦throws⟧';

/** Attributes as they are given. */
export function givenAttributes(attributes: unknown): unknown {
  if (attributes === THROWING_ATTRIBUTES) return throwing();
  if (typeof attributes !== 'object' || attributes === null) return attributes;
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, given(value)]));
}

function cycle(): unknown {
  const one: Record<string, unknown> = {};
  one['itself'] = one;
  return one;
}

function throwing(): unknown {
  return {
    a: 1,
    get b(): never {
      throw new Error('nobody reads this');
    },
    c: 2,
  };
}

interface Thrown {
  readonly make: () => unknown;
  /** What is right to be recorded of it, `exception.` left out. */
  readonly recorded: {
    readonly type?: string;
    readonly message: string;
    readonly stacktrace?: string;
  };
  /** The checklist's id, where the official SDK records something else, or nothing, or throws. */
  readonly id?: 'T-EXC-02' | 'T-EXC-04' | 'T-EXC-06';
}

class Declined extends Error {}

/** Exceptions by their word. */
export const THROWN: Readonly<Record<string, Thrown>> = {
  text: { make: () => 'broken', recorded: { message: 'broken' } },
  'no text': { make: () => '', recorded: { message: '' }, id: 'T-EXC-02' },
  'a TypeError': {
    make: () => withStack(new TypeError('not a function')),
    recorded: { type: 'TypeError', message: 'not a function', stacktrace: 'at a line' },
  },
  'a plain Error': {
    make: () => withStack(new Error('broken')),
    recorded: { type: 'Error', message: 'broken', stacktrace: 'at a line' },
  },
  'an Error without stack': {
    make: () => withoutStack(new Error('broken')),
    recorded: { type: 'Error', message: 'broken' },
  },
  'a named object': {
    make: () => ({ name: 'Odd', message: 'broken' }),
    recorded: { type: 'Odd', message: 'broken' },
  },
  'an Error with code': {
    make: () => withStack(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
    recorded: { type: 'Error', message: 'refused', stacktrace: 'at a line' },
    id: 'T-EXC-04',
  },
  'an Error of a class': {
    make: () => withStack(new Declined('no money')),
    recorded: { type: 'Declined', message: 'no money', stacktrace: 'at a line' },
    id: 'T-EXC-04',
  },
  'an object': {
    make: () => ({ message: 'broken' }),
    recorded: { type: 'Object', message: 'broken' },
    id: 'T-EXC-04',
  },
  'an Error without message': {
    make: () => withStack(new Error('')),
    recorded: { type: 'Error', message: '', stacktrace: 'at a line' },
    id: 'T-EXC-02',
  },
  null: { make: () => null, recorded: { message: 'null' }, id: 'T-EXC-06' },
  undefined: { make: () => undefined, recorded: { message: 'undefined' }, id: 'T-EXC-06' },
  'a number': { make: () => 5, recorded: { message: '5' }, id: 'T-EXC-06' },
};

/** The right attributes of an exception's event. */
export function recordedOf(word: string): Record<string, string> {
  const entries = Object.entries(THROWN[word]!.recorded);
  return Object.fromEntries(entries.map(([key, value]) => [`exception.${key}`, value]));
}

/** A stack of its own: a real one says who ran the program. */
function withStack(error: Error): Error {
  error.stack = 'at a line';
  return error;
}

function withoutStack(error: Error): Error {
  delete error.stack;
  return error;
}
