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
import { endWithoutOws, startWithoutOws, trimOws } from '../lib/ows.js';
import { BaggageBudget, MAX_BYTES } from './baggage-budget.js';
import { entriesOf } from './baggage-entries.js';
import { isToken, joinedValue, readHeader, table } from './header.js';
import { percentDecoded, percentEncoded, utf8Length } from './percent.js';
import { ParsedBaggage, putEntry, type BaggageEntries } from './parsed-baggage.js';
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
  for (const [name, entry] of entriesOf(baggage)) {
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
  const member = name + '=' + percentEncoded(value, BAGGAGE_OCTETS);
  if (metadata === undefined) return member;
  const properties = trimOws(percentEncoded(metadata.toString(), METADATA));
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

/** The bytes that W3C Baggage lets a value hold as they are, but for `%`, which starts an escape. */
const BAGGAGE_OCTETS = table(/[\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/);
/** Metadata is opaque and goes as it is, but for what would break the list or the header. */
const METADATA = table(/[\t\x20-\x2b\x2d-\x7e]/);

/**
 * The valid members of a header, or `undefined` if there is none; of repeated names the last wins. Places in the header
 * are handed around instead of parts of it, whose characters take up to twice as long to look at.
 */
function parseBaggage(header: string): BaggageEntries | undefined {
  const entries: BaggageEntries = [];
  const budget = new BaggageBudget();
  // No character takes more than three bytes: those of most headers need not be counted.
  const fits = header.length * 3 <= MAX_BYTES;
  const hasMetadata = header.includes(';');
  for (let start = 0; start <= header.length && !budget.isSpent;) {
    const comma = header.indexOf(',', start);
    const end = comma === -1 ? header.length : comma;
    const from = startWithoutOws(header, start, end);
    const to = endWithoutOws(header, from, end);
    if (from < to && budget.takes(fits ? to - from : utf8Length(header, from, to))) {
      const semicolon = hasMetadata ? placeOf(SEMICOLON, header, from, to) : to;
      addMember(entries, header, from, to, semicolon);
    }
    start = end + 1;
  }
  return entries.length === 0 ? undefined : entries;
}

/** `key OWS = OWS value`, then metadata after a semicolon; a member that is not valid is left out. */
function addMember(
  entries: BaggageEntries,
  header: string,
  from: number,
  to: number,
  semicolon: number,
): void {
  const equals = placeOf(EQUALS, header, from, semicolon);
  const nameEnd = endWithoutOws(header, from, equals);
  if (equals === semicolon || !isToken(header, from, nameEnd)) return;
  const start = startWithoutOws(header, equals + 1, semicolon);
  const value = percentDecoded(header, start, endWithoutOws(header, start, semicolon));
  const metadata = semicolon === to ? '' : trimOws(header, semicolon + 1, to);
  putEntry(
    entries,
    header.slice(from, nameEnd),
    metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  );
}

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/** Where a character stands first between two places; the second of them where it does not. */
function placeOf(character: number, text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) !== character) at++;
  return at;
}
