import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { diagLogger } from '../diagnostics.js';
import { placeOf } from './call-site.js';
import type { Findings } from './findings.js';

type Write = (...words: unknown[]) => void;

const SECOND =
  'another SDK tried to register itself behind the API after this one, in vain: its processors and exporters get ' +
  'nothing; set up one SDK only';
/** Said by the copy of the API that was refused, and found by looking at its provider. */
export const COPIES =
  'two copies of @opentelemetry/api that do not go together are loaded, and what uses the other one is not traced: ' +
  'make them one (npm ls @opentelemetry/api, npm dedupe), or load the newer one first';
/** Said by the instrumentation, and found by the order in which modules were loaded. */
export const LATE =
  'a library was loaded before its instrumentation, which therefore sees nothing of it: load spantree and the ' +
  'instrumentations first, with node --import';

/**
 * Listens to what the API and instrumentations tell its `diag` logger, which mostly nobody has set. With no logger
 * there it sets one that is silent but for what spantree itself says.
 *
 * @returns a function that ends it
 */
export function watchDiag(findings: Findings): () => void {
  const listen: Write = (...words) => hear(words.map(String).join(' '), findings);
  const logger = diagLogger() as DiagLogger | undefined;
  if (logger !== undefined) return wrap(logger, listen);
  diag.setLogger(silent(listen), DiagLogLevel.WARN);
  const own = diagLogger();
  return () => {
    if (diagLogger() === own) diag.disable();
  };
}

function hear(text: string, findings: Findings): void {
  if (/Attempted duplicate registration of API/.test(text)) {
    const api = /registration of API: (\w+)/.exec(text)?.[1] ?? 'API';
    // One registration asks for all three; it counts once.
    if (api === 'trace') findings.add('sdk.second', SECOND, `from ${placeOf({ stack: text })}`);
  } else if (/does not match previously registered API/.test(text)) {
    findings.add('api.copies', COPIES, text.split('\n', 1)[0]);
  } else if (/has been loaded before/.test(text)) {
    findings.add('instrumentation.late', LATE, /Module \S+/.exec(text)?.[0] ?? text);
  }
}

/** What `lib/diagnostics.ts` writes to the console where there is no logger is still written there. */
function silent(listen: Write): DiagLogger {
  const none = (): void => {};
  return {
    error: listen,
    warn: (text, ...details) => {
      if (text.startsWith('spantree: ')) console.warn(text, ...details);
      else listen(text, ...details);
    },
    info: none,
    debug: none,
    verbose: none,
  };
}

function wrap(logger: DiagLogger, listen: Write): () => void {
  const { error, warn } = logger;
  const both =
    (original: Write): Write =>
    (...words) => {
      listen(...words);
      original.apply(logger, words);
    };
  logger.error = both(error as Write);
  logger.warn = both(warn as Write);
  return () => Object.assign(logger, { error, warn });
}
