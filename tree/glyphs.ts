/** Every sign the tree draws. Each is one cell a character, so that its length is its width. */
export interface Glyphs {
  readonly failed: string;
  readonly ok: string;
  readonly below: string;
  readonly running: string;
  readonly late: string;
  readonly context: string;
  /** Child with siblings after it, last child; the same for a call that crossed to another process. */
  readonly branch: string;
  readonly lastBranch: string;
  readonly hop: string;
  readonly lastHop: string;
  readonly guide: string;
  readonly blank: string;
  readonly deep: string;
  readonly event: string;
  readonly up: string;
  readonly out: string;
  readonly link: string;
  readonly times: string;
  readonly dash: string;
  readonly dot: string;
  readonly ellipsis: string;
  readonly micro: string;
  /** Bars: the span itself was waited for; it waited for a child; nobody waited; on the network. */
  readonly own: string;
  readonly waiting: string;
  readonly aside: string;
  readonly network: string;
  readonly pastEnd: string;
  readonly beforeStart: string;
}

/** For terminals that show UTF-8. No emoji: their widths differ between terminals. */
export const UNICODE: Glyphs = {
  failed: '✖',
  ok: '●',
  below: '!',
  running: '…',
  late: '+',
  context: '⋯',
  branch: '├─ ',
  lastBranch: '└─ ',
  hop: '╞═ ',
  lastHop: '╘═ ',
  guide: '│  ',
  blank: '   ',
  deep: '⋮',
  event: '◆',
  up: '↑',
  out: '⇢',
  link: '↗',
  times: '×',
  dash: '—',
  dot: '·',
  ellipsis: '…',
  micro: 'µs',
  own: '█',
  waiting: '░',
  aside: '▒',
  network: '·',
  pastEnd: '›',
  beforeStart: '‹',
};

/** For old consoles and `LANG=C`. */
export const ASCII: Glyphs = {
  failed: 'x',
  ok: 'o',
  below: '!',
  running: '~',
  late: '+',
  context: ':',
  branch: '|- ',
  lastBranch: '`- ',
  hop: '|= ',
  lastHop: '`= ',
  guide: '|  ',
  blank: '   ',
  deep: ':',
  event: '*',
  up: '^',
  out: '->',
  link: '->',
  times: 'x',
  dash: '-',
  dot: '-',
  ellipsis: '..',
  micro: 'us',
  own: '#',
  waiting: '-',
  aside: '=',
  network: '.',
  pastEnd: '>',
  beforeStart: '<',
};
