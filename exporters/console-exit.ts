/** What holds traces that are not printed yet. */
export interface UnfinishedPrinter {
  /** Prints everything before it returns. */
  flushSync(timeoutMillis: number): void;
}

/** How long a process that is ending is held up, at most, by all printers together. */
const EXIT_MILLIS = 1000;

const unfinished = new Set<UnfinishedPrinter>();
let listening = false;

/**
 * Has the printer print what it holds if the process ends before it gets to it: its timers do not hold
 * the process, so a short script would end within the linger and print nothing.
 */
export function flushAtExit(printer: UnfinishedPrinter): void {
  unfinished.add(printer);
  if (listening) return;
  listening = true;
  process.once('exit', flushAll);
}

/** Takes that back: the printer holds nothing any more. */
export function releaseAtExit(printer: UnfinishedPrinter): void {
  unfinished.delete(printer);
}

function flushAll(): void {
  const deadline = performance.now() + EXIT_MILLIS;
  for (const printer of unfinished) printer.flushSync(Math.max(0, deadline - performance.now()));
}
