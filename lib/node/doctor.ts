import { createRequire } from 'node:module';
import { trace, type TracerProvider as ApiTracerProvider } from '@opentelemetry/api';
import { COPIES, LATE } from '../doctor/diag-watch.js';
import { DoctorAtWork, type DoctorOptions } from '../doctor/doctor.js';
import type { Findings } from '../doctor/findings.js';
import { loadedApiCopies } from './api-copies.js';
import type { Flushable } from './exit.js';

/** What the doctor of a process looks at. */
export interface NodePatient {
  /** What is registered behind the API. */
  readonly registered: ApiTracerProvider;
  processorStats(): readonly object[];
}

const REPLACED =
  'the tracer provider behind the API is no longer that of spantree, which gets no spans any more: somebody called ' +
  'disable() on the API, and registered another SDK or none; set up one SDK only';

/** Has the doctor of a provider look after the end of the process too. */
export function attended(provider: Flushable, doctor: DoctorAtWork): Flushable {
  return {
    get endedSpans() {
      return provider.endedSpans;
    },
    forceFlush: (options) => provider.forceFlush(options),
    flushSync: (timeoutMillis) => provider.flushSync(timeoutMillis),
    isDone: () => doctor.close(),
    isGone: () => doctor.end(true),
  };
}

/**
 * Begins, and has the doctor say what it has found when the process exits, unless it has by then. To be called after
 * those that flush at exit.
 */
export function beginUntilExit(doctor: DoctorAtWork): void {
  const end = (): void => doctor.end();
  process.on('exit', end);
  doctor.begin(() => process.off('exit', end));
}

/** A doctor for this process. Until `begin()` it does nothing. */
export function createDoctor(patient: NodePatient, options: DoctorOptions): DoctorAtWork {
  const told = new Set<string>();
  /** What holds for good is found once, however often it is looked for. */
  const once = (findings: Findings): Pick<Findings, 'add'> => ({
    add(code, message, detail) {
      const key = `${code} ${detail}`;
      if (told.has(key)) return;
      told.add(key);
      findings.add(code, message, detail);
    },
  });
  let seenModules = -1;
  return new DoctorAtWork(
    {
      processorStats: () => patient.processorStats(),
      checkProcess(findings) {
        if (!checkRegistration(patient.registered, once(findings))) return;
        const files = loadedFiles();
        if (files.length === seenModules) return;
        seenModules = files.length;
        checkCopies(patient.registered, once(findings));
        for (const module of instrumentedLate(files)) {
          once(findings).add('instrumentation.late', LATE, `Module ${module}`);
        }
      },
    },
    (text) => process.stderr.write(text),
    options,
  );
}

/** Whether spans come to us. */
function checkRegistration(own: ApiTracerProvider, findings: Pick<Findings, 'add'>): boolean {
  const globals = (globalThis as Record<symbol, Record<string, unknown> | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  const holder = behind(globals?.['trace'] as ApiTracerProvider | undefined);
  if (holder !== own) {
    findings.add('sdk.replaced', REPLACED, `now there is ${holder?.constructor.name ?? 'none'}`);
  } else if (behind(trace.getTracerProvider()) !== own) {
    findings.add('api.copies', COPIES, `the first one is ${String(globals?.['version'])}`);
  }
  return holder === own;
}

/** Copies of the API that CommonJS modules have loaded and that do not see what we registered. */
function checkCopies(own: ApiTracerProvider, findings: Pick<Findings, 'add'>): void {
  for (const { file, trace: copy } of loadedApiCopies()) {
    if (behind(copy.getTracerProvider()) !== own) findings.add('api.copies', COPIES, file);
  }
}

function behind(provider: ApiTracerProvider | undefined): ApiTracerProvider | undefined {
  const { getDelegate } = (provider ?? {}) as { getDelegate?: () => ApiTracerProvider };
  return getDelegate?.call(provider) ?? provider;
}

/** The files that CommonJS has loaded, in the order in which loading them began. */
function loadedFiles(): string[] {
  try {
    return Object.keys(createRequire(import.meta.url).cache);
  } catch {
    // Bundled into a format without import.meta.
    return [];
  }
}

const INSTRUMENTATION =
  /[\\/]node_modules[\\/]@opentelemetry[\\/]instrumentation-([a-z0-9.-]+)[\\/]/;
const PACKAGE = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** The libraries of instrumentations that have another name. */
const LIBRARIES: Readonly<Record<string, string>> = {
  grpc: '@grpc/grpc-js',
  hapi: '@hapi/hapi',
  'nestjs-core': '@nestjs/core',
  'redis-4': 'redis',
};

/** Libraries that were loaded before the official instrumentation for them. */
function instrumentedLate(files: readonly string[]): string[] {
  const packages = new Set<string>();
  const late = new Set<string>();
  for (const file of files) {
    const name = PACKAGE.exec(file)?.[1]?.replace('\\', '/');
    const instrumented = INSTRUMENTATION.exec(file)?.[1];
    if (instrumented !== undefined && name === `@opentelemetry/instrumentation-${instrumented}`) {
      const library = LIBRARIES[instrumented] ?? instrumented;
      if (!packages.has(name) && packages.has(library)) late.add(library);
    }
    if (name !== undefined) packages.add(name);
  }
  return [...late];
}
