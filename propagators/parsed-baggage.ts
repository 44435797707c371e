import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/** Baggage over a map of its own: the API's copies its entries twice when it is made. */
export class ParsedBaggage implements Baggage {
  private readonly entries: ReadonlyMap<string, BaggageEntry>;

  constructor(entries: ReadonlyMap<string, BaggageEntry>) {
    this.entries = entries;
  }

  getEntry(key: string): BaggageEntry | undefined {
    const entry = this.entries.get(key);
    return entry === undefined ? undefined : { ...entry };
  }

  getAllEntries(): [string, BaggageEntry][] {
    return Array.from(this.entries);
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    return new ParsedBaggage(new Map(this.entries).set(key, entry));
  }

  removeEntry(key: string): Baggage {
    return this.removeEntries(key);
  }

  removeEntries(...keys: string[]): Baggage {
    const entries = new Map(this.entries);
    for (const key of keys) entries.delete(key);
    return new ParsedBaggage(entries);
  }

  clear(): Baggage {
    return new ParsedBaggage(new Map());
  }
}
