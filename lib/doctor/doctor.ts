import { unrefTimer } from '../deadline.js';
import { observeReports, type Diagnostic } from '../diagnostics.js';
import { ClockWatch } from './clock-watch.js';
import { watchDiag } from './diag-watch.js';
import { exportTrouble } from './export-trouble.js';
import { Findings, type Finding } from './findings.js';
import { checkQueues } from './queue-watch.js';
import { SpanWatch } from './span-watch.js';

/** Options of the doctor: `start({ doctor })`. */
export interface DoctorOptions {
  /** A span that is open for so many seconds counts as never ended, until it ends. Default 60. */
  readonly openSeconds?: number;
  /** Takes what it has to say, in whole lines. Default: standard error. */
  readonly write?: (text: string) => void;
}

/** What the doctor of a running SDK can be asked. */
export interface Doctor {
  /** What was found so far, in the order in which it was found. */
  findings(): Finding[];
}

/** What the doctor looks at besides spans. */
export interface DoctorPatient {
  /** What the processors tell. */
  processorStats(): readonly object[];
  /** Looks at the process: API, SDKs, modules. */
  checkProcess(findings: Findings): void;
}

const TICK_MILLIS = 1000;

/**
 * Finds what goes wrong without a word. Each sort of finding is said once, when it is first seen, and counted;
 * at the end there is a summary.
 */
export class DoctorAtWork implements Doctor {
  /** To be the first of the processors. */
  readonly spans: SpanWatch;
  readonly #findings: Findings;
  readonly #clock: ClockWatch;
  readonly #write: (text: string) => void;
  readonly #patient: DoctorPatient;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatchDiag = (): void => {};
  #onEnd = (): void => {};
  #isOver = false;

  /** @throws RangeError when `openSeconds` is no number above 0 */
  constructor(patient: DoctorPatient, write: (text: string) => void, options: DoctorOptions = {}) {
    const { openSeconds = 60 } = options;
    if (!(typeof openSeconds === 'number' && openSeconds > 0)) {
      throw new RangeError(`doctor.openSeconds must be a number above 0, not ${openSeconds}`);
    }
    this.#patient = patient;
    this.#write = options.write ?? write;
    this.#findings = new Findings((code, message, detail) => {
      const where = detail === undefined ? '' : `: ${detail}`;
      this.#say(`spantree doctor: ${message}${where} [${code}]\n`);
    });
    this.spans = new SpanWatch(this.#findings, openSeconds);
    this.#clock = new ClockWatch(this.#findings);
  }

  /** To be called when the SDK is registered. `onEnd` is called when the doctor is done. */
  begin(onEnd: () => void): void {
    this.#onEnd = onEnd;
    observeReports((diagnostic) => this.#hear(diagnostic));
    this.#unwatchDiag = watchDiag(this.#findings);
    this.#plan();
  }

  findings(): Finding[] {
    this.#check();
    return this.#findings.list();
  }

  /** What is open now is never ended: nothing is left to do for the process, or the SDK is shut down. */
  close(): void {
    if (!this.#isOver) this.spans.finish(true);
  }

  /** After the last flush: says what was found, once. `isSudden`: spans may just have been at work. */
  end(isSudden = false): void {
    if (this.#isOver) return;
    this.spans.finish(!isSudden);
    this.#check();
    this.#isOver = true;
    clearTimeout(this.#timer);
    observeReports(undefined);
    this.#unwatchDiag();
    this.#onEnd();
    this.#say(summaryOf(this.#findings.list()));
  }

  #plan(): void {
    this.#timer = unrefTimer(() => {
      this.spans.tick();
      this.#check();
      this.#plan();
    }, TICK_MILLIS);
  }

  #check(): void {
    if (this.#isOver) return;
    this.spans.check();
    this.#clock.check();
    checkQueues(this.#patient.processorStats(), this.#findings);
    this.#patient.checkProcess(this.#findings);
  }

  #hear(diagnostic: Diagnostic): void {
    const trouble = exportTrouble(diagnostic);
    if (trouble === undefined) return;
    this.#findings.add(trouble.code, trouble.message, detailOf(diagnostic));
  }

  /** Whoever takes the words must not harm the app by it. */
  #say(text: string): void {
    try {
      this.#write(text);
    } catch {
      // There is nobody left to tell.
    }
  }
}

function detailOf({ message, error }: Diagnostic): string {
  return error instanceof Error ? error.message : message;
}

function summaryOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'spantree doctor: nothing found\n';
  const lines = findings.flatMap(({ code, message, count, details }, index) => [
    `  ${index + 1}. ${message} [${code}, ${count}×]`,
    ...details.map(({ text, count: times }) => `       ${times}× ${text}`),
  ]);
  const what = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  return [`spantree doctor: ${what}`, ...lines, ''].join('\n');
}
