import { report } from '../lib/diagnostics.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import {
  renderAddendum,
  renderFlood,
  renderTree,
  terminalOptions,
  type TreeOptions,
} from '../tree/index.js';
import { FloodGate, type HeldBack } from './console-gate.js';
import { sortLate } from './console-late.js';
import type { CompleteOptions } from './console-options.js';
import type { Presenter } from './console-presenter.js';
import type { CollectedTrace, TracePart } from './console-trace.js';
import { isWanted, judge } from './console-verdict.js';
import type { ConsoleWriter } from './console-writer.js';

interface Tree {
  readonly trace: CollectedTrace;
  readonly spans: ReadableSpan[];
  readonly dropped: number;
}

/**
 * Draws traces as trees, each in one write, followed by an empty line; late spans as additions below.
 * Only ever appends. Size and colours are asked of the terminal at each print.
 */
export class TreePresenter implements Presenter {
  readonly #options: CompleteOptions;
  readonly #writer: ConsoleWriter;
  readonly #gate: FloodGate<Tree>;
  readonly #drawing: TreeOptions;

  constructor(options: CompleteOptions, writer: ConsoleWriter) {
    this.#options = options;
    this.#writer = writer;
    this.#gate = new FloodGate(options.treesPerSecond);
    this.#drawing = drawingOptions(options);
  }

  show(part: TracePart, now: number): void {
    const { trace, spans, before, earlier, dropped } = part;
    if (dropped > 0) {
      report(
        'console.too-many-spans',
        'a trace has more spans than its tree holds: not all are shown; other exporters get them all',
      );
    }
    const whole = { trace, dropped, spans: earlier.length === 0 ? spans : [...earlier, ...spans] };
    if (trace.fate !== 'shown') {
      // Held back in a flood, and summed up there: only an error brings it up again.
      if (trace.fate !== 'held' || judge(spans).hasErrors) this.#showTree(whole, now);
      return;
    }
    const { redraw, additions, otherTree } = sortLate(before, spans);
    if (redraw) this.#showTree(whole, now);
    else {
      if (otherTree.length > 0) this.#showTree({ trace, dropped, spans: otherTree }, now);
      if (additions.length > 0) this.#showAdditions(part, additions, now);
    }
  }

  nextDue(): number {
    return this.#gate.nextDue();
  }

  say(now: number, refusedTraces: number): void {
    const held = this.#gate.take(now);
    if (held?.slowest) this.#print(held.slowest);
    const options = this.#treeOptions();
    const lines = [
      ...(held ? heldBackLines(held, options) : []),
      ...notice(refusedTraces, 'more traces not shown: too many were open at once', options),
      ...notice(this.#writer.takeLostCount(), 'prints lost: they could not be written', options),
    ];
    if (lines.length > 0) this.#write([...lines, '']);
  }

  #showTree(tree: Tree, now: number): void {
    const verdict = judge(tree.spans);
    const shown = tree.trace.fate === 'shown';
    if (!isWanted(verdict, this.#options)) {
      if (!shown) tree.trace.fate = 'unwanted';
    } else if (this.#gate.admit(tree, verdict, now)) this.#print(tree);
    else if (!shown) tree.trace.fate = 'held';
  }

  #print({ trace, spans, dropped }: Tree): void {
    const options = this.#treeOptions();
    trace.fate = 'shown';
    this.#write([
      ...renderTree(spans, options),
      ...notice(dropped, 'more spans of this trace not kept', options),
      '',
    ]);
  }

  #showAdditions(part: TracePart, spans: ReadableSpan[], now: number): void {
    if (!this.#gate.admitAdditions(judge(spans).hasErrors, now)) return;
    const options = this.#treeOptions();
    this.#write([
      ...renderAddendum(part.earlier, spans, part.lateByMillis, options),
      ...notice(part.dropped, 'more late spans not kept', options),
      '',
    ]);
  }

  #write(lines: string[]): void {
    this.#writer.write(`${lines.join('\n')}\n`);
  }

  /** What the user chose, else what the terminal is now. */
  #treeOptions(): TreeOptions {
    const { columns } = this.#options;
    return {
      ...terminalOptions(this.#writer.stream, process.env),
      ...(columns !== undefined && { bars: columns >= BARS_FROM }),
      ...this.#drawing,
    };
  }
}

/** In a pipe bars are drawn only when a width is asked for: nobody knows how wide its reader is. */
const BARS_FROM = 90;

const DRAWING = [
  'columns',
  'color',
  'unicode',
  'bars',
  'hops',
  'ids',
  'attributes',
  'utc',
  'traceUrl',
  'cwd',
] as const satisfies (keyof TreeOptions)[];

/** What is said about drawing. What is `undefined` is not said. */
function drawingOptions(options: TreeOptions): TreeOptions {
  const given = DRAWING.filter((name) => options[name] !== undefined);
  return Object.fromEntries([
    ['cwd', currentFolder()],
    ...given.map((name) => [name, options[name]]),
  ]);
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return ''; // it has been deleted
  }
}

function heldBackLines(held: HeldBack<Tree>, options: TreeOptions): string[] {
  const { traces, ok, failed, slowestHidden: slowest, additions } = held;
  return [
    ...(traces > 0
      ? [renderFlood({ traces, ok, failed, ...(slowest && { slowest }) }, options)]
      : []),
    ...notice(additions, 'more additions to trees in the last second', options),
  ];
}

/** A line about something that is not shown, if there is any of it. */
function notice(count: number, what: string, { unicode, color }: TreeOptions): string[] {
  if (count === 0) return [];
  const text = `${unicode === false ? '..' : '…'} ${count} ${what}`;
  return [color ? `\u001b[2m${text}\u001b[22m` : text];
}
