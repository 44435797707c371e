import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/** Names with their entries; no name twice. */
export type BaggageEntries = [name: string, entry: BaggageEntry][];

/**
 * Baggage in a list: the API's copies its entries into a map twice when it is made, and takes 0.4 µs to list four of
 * them.
 */
export class ParsedBaggage implements Baggage {
  private readonly entries: Readonly<BaggageEntries>;

  constructor(entries: Readonly<BaggageEntries>) {
    this.entries = entries;
  }

  getEntry(key: string): BaggageEntry | undefined {
    const found = this.entries.find(([name]) => name === key);
    return found && { ...found[1] };
  }

  getAllEntries(): BaggageEntries {
    return this.entries.map((pair) => [pair[0], pair[1]]);
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    const entries = this.getAllEntries();
    putEntry(entries, key, entry);
    return new ParsedBaggage(entries);
  }

  removeEntry(key: string): Baggage {
    return this.removeEntries(key);
  }

  removeEntries(...keys: string[]): Baggage {
    return new ParsedBaggage(this.entries.filter(([name]) => !keys.includes(name)));
  }

  clear(): Baggage {
    return new ParsedBaggage([]);
  }
}

/** Adds an entry; one of the same name it replaces in its place. */
export function putEntry(entries: BaggageEntries, name: string, entry: BaggageEntry): void {
  for (let i = 0; i < entries.length; i++) {
    if (entries[i]![0] !== name) continue;
    entries[i] = [name, entry];
    return;
  }
  entries.push([name, entry]);
}
