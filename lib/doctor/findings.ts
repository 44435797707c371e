/** Something that goes wrong without a word, as the doctor has found it. */
export interface Finding {
  /** A stable name such as `spans.never-ended`; docs/doctor.md has them all. */
  readonly code: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** How often it was seen. */
  readonly count: number;
  /** When it was first seen, in ISO 8601. */
  readonly since: string;
  /** Where, the most frequent first, at most {@link MOST_DETAILS}. */
  readonly details: readonly FindingDetail[];
}

/** One place where it was seen. */
export interface FindingDetail {
  readonly text: string;
  readonly count: number;
}

/** Details that one finding can have; what is elsewhere is only counted. */
const MOST_DETAILS = 20;

interface Entry {
  readonly message: string;
  readonly since: string;
  count: number;
  readonly details: Map<string, number>;
}

/** What was found so far: each sort once, counted. Codes are constants, which bounds it. */
export class Findings {
  readonly #entries = new Map<string, Entry>();
  readonly #onNew: (code: string, message: string, detail: string | undefined) => void;

  /** `onNew` is called when a sort of finding is made for the first time. */
  constructor(onNew: (code: string, message: string, detail: string | undefined) => void) {
    this.#onNew = onNew;
  }

  /** Counts a finding. The message of the first one stands for all of its code. */
  add(code: string, message: string, detail?: string, count = 1): void {
    let entry = this.#entries.get(code);
    const isNew = entry === undefined;
    if (entry === undefined) {
      entry = { message, since: new Date().toISOString(), count: 0, details: new Map() };
      this.#entries.set(code, entry);
    }
    entry.count += count;
    if (detail !== undefined && (entry.details.has(detail) || entry.details.size < MOST_DETAILS)) {
      entry.details.set(detail, (entry.details.get(detail) ?? 0) + count);
    }
    if (isNew) this.#onNew(code, message, detail);
  }

  /** Takes one back that turned out to be none. */
  retract(code: string, detail: string): void {
    const entry = this.#entries.get(code);
    if (entry === undefined) return;
    entry.count--;
    const left = (entry.details.get(detail) ?? 0) - 1;
    if (left > 0) entry.details.set(detail, left);
    else entry.details.delete(detail);
    if (entry.count <= 0) this.#entries.delete(code);
  }

  /** Copies that do not change, in the order in which they were found. */
  list(): Finding[] {
    return [...this.#entries].map(([code, { message, since, count, details }]) => ({
      code,
      message,
      count,
      since,
      details: [...details]
        .map(([text, times]) => ({ text, count: times }))
        .toSorted((a, b) => b.count - a.count),
    }));
  }
}
