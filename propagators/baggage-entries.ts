import { propagation, type Baggage, type BaggageEntry } from '@opentelemetry/api';

type Entries = ReadonlyMap<string, BaggageEntry>;

/** How baggage lists its entries that this copy of the API makes. */
// oxlint-disable-next-line typescript/unbound-method -- it is compared, and not called
const { getAllEntries: LISTING } = propagation.createBaggage();

/**
 * The entries of baggage, to be read at once.
 *
 * The API's own baggage lists them by copying its private map into an array of pairs, which is 0.3 of the 0.8 µs that it
 * takes to write a header of four; so that map itself is read, where it is there. Any other baggage is asked.
 */
export function entriesOf(baggage: Baggage): Iterable<readonly [string, BaggageEntry]> {
  // oxlint-disable-next-line typescript/unbound-method
  if (baggage.getAllEntries !== LISTING) return baggage.getAllEntries();
  const { _entries: entries } = baggage as { readonly _entries?: unknown };
  return entries instanceof Map ? (entries as Entries) : baggage.getAllEntries();
}
