import type { CompleteOptions } from './console-options.js';
import type { Presenter } from './console-presenter.js';
import type { TracePart } from './console-trace.js';
import { isWanted, judge } from './console-verdict.js';
import type { ConsoleWriter } from './console-writer.js';
import { encodeTracesJson } from './otlp/json.js';

/**
 * Writes a trace as one line of OTLP JSON. Spans that are still open come in a line of their own when
 * they have ended, since readers of OTLP take a span once. A flood is written whole.
 */
export class JsonPresenter implements Presenter {
  readonly #options: CompleteOptions;
  readonly #writer: ConsoleWriter;

  constructor(options: CompleteOptions, writer: ConsoleWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  show({ trace, spans, earlier }: TracePart): void {
    const known = [...earlier, ...spans];
    if (trace.fate !== 'shown' && !isWanted(judge(known), this.#options)) return;
    const news = (trace.fate === 'shown' ? spans : known).filter((span) => span.ended);
    trace.fate = 'shown';
    if (news.length > 0) this.#writer.write(`${encodeTracesJson(news)}\n`);
  }

  nextDue(): number {
    return Infinity;
  }

  /** Nothing: a reader of JSON would choke on it. What is lost has been reported. */
  say(): void {}
}
