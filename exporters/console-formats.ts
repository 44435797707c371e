import { TraceCollector } from './console-collector.js';
import { JsonPresenter } from './console-json-presenter.js';
import { LinePrinter } from './console-line-printer.js';
import { completeOptions, type ConsoleOptions } from './console-options.js';
import type { SpanPrinter } from './console-printer.js';
import type { CollectorLimits } from './console-trace.js';
import { TracePrinter } from './console-trace-printer.js';
import { TreePresenter } from './console-tree-presenter.js';
import { ConsoleWriter } from './console-writer.js';

/** The printer for these options. Throws where one is wrong. */
export function makePrinter(
  given: ConsoleOptions,
  limits: Partial<CollectorLimits> = {},
): SpanPrinter {
  const options = completeOptions(given);
  const writer = new ConsoleWriter(options.stream);
  if (options.format === 'line') return new LinePrinter(options, writer);
  const presenter =
    options.format === 'json'
      ? new JsonPresenter(options, writer)
      : new TreePresenter(options, writer);
  return new TracePrinter(new TraceCollector(limits), presenter, writer);
}
