import { baggageEntryMetadataFromString } from '@opentelemetry/api';
import type {
  Baggage,
  BaggageEntry,
  Context,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed, setValue } from '../lib/context.js';
import { report } from '../lib/diagnostics.js';
import { BaggageBudget } from './baggage-budget.js';
import { consistsOf, isToken, joinedValue, readHeader, table, trimOws } from './header.js';
import { percentDecoded, percentEncoded, utf8Length } from './percent.js';
import { ParsedBaggage } from './parsed-baggage.js';
import { contained } from './shield.js';

const BAGGAGE = 'baggage';

/** Where the API keeps baggage; its key is the `Symbol.for` of this name in every copy of the API. */
const BAGGAGE_KEY = Symbol.for('OpenTelemetry Baggage Key');

/**
 * Carries baggage in the `baggage` header (W3C Baggage): up to 180 members and 8192 bytes. Names go
 * out as they are, so names that are no header tokens are left out and reported; values may be any
 * text. What follows a member's first `;` is kept as one opaque metadata text.
 */
export class W3CBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const baggage = outgoingBaggage(context);
      if (baggage === undefined) return;
      const header = formatBaggage(baggage);
      if (header !== '') setter.set(carrier, BAGGAGE, header);
    } catch (error) {
      contained('inject', 'W3CBaggagePropagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = joinedValue(readHeader(carrier, getter, BAGGAGE));
      return header === undefined ? context : withParsedBaggage(context, header);
    } catch (error) {
      contained('extract', 'W3CBaggagePropagator', error);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

/** The baggage to write; none where tracing is suppressed. */
export function outgoingBaggage(context: Context): Baggage | undefined {
  const baggage = context.getValue(BAGGAGE_KEY) as Baggage | undefined;
  return baggage === undefined || isTracingSuppressed(context) ? undefined : baggage;
}

/** The context with the baggage of a header, or unchanged if no member of it is valid. */
export function withParsedBaggage(context: Context, header: string): Context {
  const entries = parseBaggage(header);
  return entries === undefined ? context : withBaggage(context, new ParsedBaggage(entries));
}

/** The context with this baggage instead of its own. */
export function withBaggage(context: Context, baggage: Baggage): Context {
  return setValue(context, BAGGAGE_KEY, baggage);
}

/** Baggage as a header value, all ASCII; empty when nothing in it can be sent. */
export function formatBaggage(baggage: Baggage): string {
  const budget = new BaggageBudget();
  let header = '';
  for (const [name, entry] of baggage.getAllEntries()) {
    const member = formatMember(name, entry);
    // Members are all ASCII by now.
    if (member !== undefined && budget.takes(member.length)) {
      header = header === '' ? member : header + ',' + member;
    }
  }
  return header;
}

function formatMember(name: string, { value, metadata }: BaggageEntry): string | undefined {
  if (!isSendableName(name)) return undefined;
  const properties =
    metadata === undefined ? '' : trimOws(percentEncoded(metadata.toString(), NOT_METADATA));
  const member = `${name}=${encodedValue(value)}`;
  return properties === '' ? member : `${member};${properties}`;
}

/** Whether a baggage name can be written in a header; says so once if not. */
export function isSendableName(name: string): boolean {
  if (isToken(name)) return true;
  report(
    'baggage.invalid-name',
    `the baggage entry ${JSON.stringify(name)} was not sent: its name can not be written in a header`,
  );
  return false;
}

function encodedValue(value: unknown): string {
  return typeof value === 'string' && consistsOf(value, BAGGAGE_OCTETS)
    ? value
    : percentEncoded(value, NOT_BAGGAGE_OCTETS);
}

const BAGGAGE_OCTETS = table(/[\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/);

/** Everything but the bytes that W3C Baggage lets a value hold as they are; `%` starts an escape. */
const NOT_BAGGAGE_OCTETS = /[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;
/** Metadata is opaque and goes as it is, but for what would break the list or the header. */
const NOT_METADATA = /[^\t\x20-\x2b\x2d-\x7e]+/g;

/** The valid members of a header, or `undefined` if there is none; of repeated names the last wins. */
function parseBaggage(header: string): Map<string, BaggageEntry> | undefined {
  const entries = new Map<string, BaggageEntry>();
  const budget = new BaggageBudget();
  let found = false;
  let last = 0;
  for (let start = 0; start <= header.length && !budget.isSpent; start = last + 1) {
    const comma = header.indexOf(',', start);
    last = comma === -1 ? header.length : comma;
    const member = trimOws(header.slice(start, last));
    if (member === '' || !budget.takes(utf8Length(member))) continue;
    if (addMember(entries, member)) found = true;
  }
  return found ? entries : undefined;
}

/** `key OWS = OWS value`, then metadata after a semicolon; whether the member was valid. */
function addMember(entries: Map<string, BaggageEntry>, member: string): boolean {
  const semicolon = member.indexOf(';');
  const pair = semicolon === -1 ? member : member.slice(0, semicolon);
  const equals = pair.indexOf('=');
  if (equals === -1) return false;
  const name = trimOws(pair.slice(0, equals));
  if (!isToken(name)) return false;
  const value = percentDecoded(trimOws(pair.slice(equals + 1)));
  const metadata = semicolon === -1 ? '' : trimOws(member.slice(semicolon + 1));
  entries.set(
    name,
    metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  );
  return true;
}
