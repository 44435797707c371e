/** Longer collections are not kept this way. */
const DEEPEST = 128;
/** How many collections are remembered before all are forgotten and remembering begins anew. */
const MOST = 4096;
/** How many different keys are remembered to follow the same ones. */
const MOST_BRANCHES = 64;

/** Lists are begun with room for so many values at most. */
export const MOST_ROOM = 16;
/** And with room for so many where nothing is known. */
const LEAST_ROOM = 4;

let remembered = 0;

/**
 * The keys of a collection of attributes in the order in which they were set, shared by all
 * collections that were filled alike: programs set the same keys in the same order again and again. So a
 * span holds one reference instead of its keys, and that a key is new is found by one comparison. An
 * attribute costs 13 ns, where searching a list of ten takes 30 and a map of more takes 45.
 *
 * What is remembered is bounded, whatever keys strangers make up.
 */
export class AttributeKeys {
  readonly length: number;
  private readonly parent: AttributeKeys | undefined;
  private readonly key: string;
  /** The first of these keys, alone. */
  private readonly first: AttributeKeys;
  private room = LEAST_ROOM;
  /** Two keys that followed lately, '' if none has yet, and what they led to. */
  private nextKey = '';
  private next: AttributeKeys | undefined = undefined;
  private otherKey = '';
  private other: AttributeKeys | undefined = undefined;
  /** All that have followed, where there are several. */
  private branches: Map<string, AttributeKeys> | undefined = undefined;
  private collected: readonly string[] | undefined = undefined;

  constructor(parent: AttributeKeys | undefined, key: string) {
    this.parent = parent;
    this.key = key;
    this.length = parent === undefined ? 0 : parent.length + 1;
    this.first = this.length > 1 ? parent!.first : this;
  }

  /**
   * How many values to make room for, where there is none for the last of these keys: as many as there were in lists
   * that began with the same key.
   */
  makeRoom(): number {
    const { first, length } = this;
    if (length > first.room) first.room = Math.min(length + 1, MOST_ROOM);
    return first.room;
  }

  /** These keys and one that has followed them lately; undefined when it has not. */
  expected(key: string): AttributeKeys | undefined {
    if (this.nextKey === key) return this.next;
    return this.otherKey === key ? this.other : undefined;
  }

  /** These keys and a new one; undefined when that would be too many. */
  with(key: string): AttributeKeys | undefined {
    const expected = this.expected(key);
    if (expected !== undefined) return expected;
    const known = this.branches?.get(key);
    if (known !== undefined) {
      this.expect(key, known);
      return known;
    }
    if (this.length >= DEEPEST) return undefined;
    const longer = new AttributeKeys(this, key);
    this.remember(key, longer);
    return longer;
  }

  /** Where a key stands, -1 if it is not among them. */
  indexOf(key: string): number {
    let keys: AttributeKeys = this;
    while (keys.parent !== undefined) {
      if (keys.key === key) return keys.length - 1;
      keys = keys.parent;
    }
    return -1;
  }

  /** All keys; the same frozen array each time. */
  get list(): readonly string[] {
    return (this.collected ??= this.collect());
  }

  private remember(key: string, longer: AttributeKeys): void {
    if (++remembered > MOST) forgetAll();
    if (this.next !== undefined) {
      this.branches ??= new Map([[this.nextKey, this.next]]);
      if (this.branches.size >= MOST_BRANCHES) return;
      this.branches.set(key, longer);
    }
    this.expect(key, longer);
  }

  private expect(key: string, longer: AttributeKeys): void {
    this.otherKey = this.nextKey;
    this.other = this.next;
    this.nextKey = key;
    this.next = longer;
  }

  /** Forgets what has followed these keys. */
  forget(): void {
    this.nextKey = this.otherKey = '';
    this.next = this.other = undefined;
    this.branches = undefined;
  }

  private collect(): readonly string[] {
    const list: string[] = [];
    for (let keys: AttributeKeys = this; keys.parent !== undefined; keys = keys.parent)
      list.push(keys.key);
    return Object.freeze(list.toReversed());
  }
}

/** No keys. */
export const NO_KEYS = new AttributeKeys(undefined, '');

function forgetAll(): void {
  NO_KEYS.forget();
  remembered = 0;
}
