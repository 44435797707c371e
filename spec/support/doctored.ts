import { context, diag, propagation, trace } from '@opentelemetry/api';
import type { DoctorOptions } from '../../lib/doctor/doctor.js';
import type { Finding } from '../../lib/doctor/findings.js';
import { start, type Sdk, type StartOptions } from '../../lib/start.js';

/** What a spec of the doctor works with. */
export interface Doctored {
  /** Starts the SDK with a doctor. */
  readonly begin: (options?: StartOptions, doctor?: DoctorOptions) => Sdk;
  /** What the doctor has said so far. */
  readonly said: () => string;
  /** The only finding of that code; fails when there is none. */
  readonly finding: (code: string) => Finding;
  readonly codes: () => string[];
  /** Resolves when there is a finding of that code. */
  readonly found: (code: string) => Promise<Finding>;
}

/** Lets the surrounding `describe` start the SDK with a doctor, and ends it after each test. */
export function doctored(): Doctored {
  let sdk: Sdk | undefined;
  let texts: string[];

  beforeEach(() => {
    texts = [];
    // What other specs may have set.
    diag.disable();
  });

  afterEach(async () => {
    await sdk?.shutdown().catch(() => {});
    trace.disable();
    context.disable();
    propagation.disable();
  });

  const all = (): Finding[] => sdk!.doctor!.findings();
  const finding = (code: string): Finding => {
    const found = all().find((one) => one.code === code);
    if (found !== undefined) return found;
    throw new Error(
      `no finding ${code}; there are: ${all()
        .map((one) => one.code)
        .join(', ')}`,
    );
  };
  return {
    begin(options = {}, doctor = {}) {
      sdk = start({
        exporters: [],
        flushAtExit: false,
        ...options,
        doctor: { write: (text) => texts.push(text), ...doctor },
      });
      return sdk;
    },
    said: () => texts.join(''),
    finding,
    codes: () => all().map(({ code }) => code),
    async found(code) {
      const deadline = performance.now() + 8000;
      while (!all().some((one) => one.code === code) && performance.now() < deadline) {
        await new Promise((turn) => setTimeout(turn, 10));
      }
      return finding(code);
    },
  };
}
