import type { Carried, Headers } from './carry.js';

// What the table of header differences is made of.

type Value = string | readonly string[];

/** Changes one header, if it is there; `undefined` takes it out. */
export function changed(
  name: string,
  change: (value: Value) => Value | undefined,
): (headers: Headers) => Headers {
  return (headers) => {
    const { [name]: value, ...others } = headers;
    const better = value === undefined ? undefined : change(value);
    return better === undefined ? others : { ...others, [name]: better };
  };
}

/** Changes a header that was written, and the trace state that was read. */
export function inHeader(
  name: string,
  change: (text: string) => string,
): (carried: Carried) => Carried {
  return (carried) => {
    const [ids, state] = splitOnce(carried.parent, ' remote ');
    const parent =
      name === 'tracestate' && state !== undefined
        ? `${ids} remote ${change(state)}`
        : carried.parent;
    const text = carried.headers[name];
    const headers =
      text === undefined ? carried.headers : { ...carried.headers, [name]: change(text) };
    return { ...carried, parent, headers };
  };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

export function joined(value: Value): string {
  return typeof value === 'string' ? value : value.join(',');
}

export function firstOfList(value: Value): Value {
  const first = typeof value === 'string' ? value : value[0];
  return first === undefined ? value : trimOws(first.split(',')[0]!);
}

export function trimOws(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}

/** The members of a list that are not empty. */
export function membersOf(list: string): string[] {
  return list
    .split(',')
    .map(trimOws)
    .filter((member) => member !== '');
}

/** W3C Trace Context Level 2, 3.3.1.3. */
export function isTraceStateMember(member: string): boolean {
  return /^[a-z\d][a-z\d_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/.test(
    member,
  );
}

/** The key of a trace state's member. */
export function keyOf(member: string): string {
  return member.split('=')[0]!;
}

/** W3C Trace Context Level 1, 3.3.1.3.1. */
export function isLevel1Key(key: string): boolean {
  return /^(?:[a-z][\da-z_\-*/]{0,255}|[a-z\d][\da-z_\-*/]{0,240}@[a-z][\da-z_\-*/]{0,13})$/.test(
    key,
  );
}

/** The member under a key in hexadecimal. */
export function withLevel1Key(member: string): string {
  const key = keyOf(member);
  return `l2-${Buffer.from(key).toString('hex')}${member.slice(key.length)}`;
}

/** Changes the members of baggage; `undefined` takes one out. */
export function eachBaggageMember(
  change: (member: string) => string | undefined,
): (headers: Headers) => Headers {
  return changed('baggage', (list) =>
    membersOf(joined(list))
      .map(change)
      .filter((member) => member !== undefined)
      .join(','),
  );
}

/** Changes the value of a baggage member, spaces around it left out. */
export function withBaggageValue(member: string, change: (value: string) => string): string {
  const [, name, value, metadata] = /^([^=]*)=([^;]*)(.*)$/.exec(member)!;
  return `${name}=${change(trimOws(value!))}${metadata}`;
}

/** Escapes that decode to what the given ones stand for, as readers with U+FFFD understand them. */
export function withDecodableEscapes(value: string): string {
  return value.replaceAll(/(?:%[\da-f]{2})+|%/gi, (escapes) =>
    encodeURIComponent(
      escapes === '%' ? '%' : Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
    ),
  );
}

/** Baggage without the escapes that its grammar does not ask for. */
export function minimallyEncoded(list: string): string {
  return list.replaceAll(/(?<=(?:^|,)[^=,]*=)[^;,]+/g, (value) =>
    value.replaceAll(/%([\da-f]{2})/gi, (escape, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return BAGGAGE_OCTET.test(character) ? character : escape;
    }),
  );
}

const BAGGAGE_OCTET = /[\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/;

/** Whether a single header is whole and well-formed. */
export function isB3(header: string): boolean {
  const form = /^((?:[\da-f]{16}){1,2})-([\da-f]{16})(?:-[01d](?:-[\da-f]{16})?)?$/;
  const [, trace = '0', span = '0'] = form.exec(header) ?? [];
  return !/^0+$/.test(trace) && !/^0+$/.test(span);
}

/** The parts of an uber-trace-id, of full length and in lower case; none where one is not what it must be. */
export function jaegerParts(header: string): string[] | undefined {
  let parts: string[];
  try {
    parts = decodeURIComponent(header).toLowerCase().split(':');
  } catch {
    return undefined;
  }
  const [trace = '', span = '', parent = '', flags = ''] = parts;
  const isRight =
    parts.length === 4 &&
    /^(?!0*$)[\da-f]{1,32}$/.test(trace) &&
    /^(?!0*$)[\da-f]{1,16}$/.test(span) &&
    /^[\da-f]{1,2}$/.test(flags);
  return isRight ? [trace, span, parent, flags] : undefined;
}
