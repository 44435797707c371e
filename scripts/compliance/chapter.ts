/** Facts that belong together. */
export interface Chapter {
  readonly title: string;
  /** Which texts they were drawn from. */
  readonly source: string;
  /** A short title by id. */
  readonly facts: Readonly<Record<string, string>>;
}
