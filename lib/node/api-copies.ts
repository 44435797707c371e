import { createRequire } from 'node:module';
import type { TraceAPI } from '@opentelemetry/api';

/** Where the API's entry point lies in its package: in 1.9 and in 1.10. */
const ENTRY = /[\\/]@opentelemetry[\\/]api[\\/](?:build[\\/]src|dist)[\\/]index\.c?js$/;

/** A copy of the API. */
export interface ApiCopy {
  readonly file: string;
  readonly trace: TraceAPI;
}

/**
 * All copies of `@opentelemetry/api` that CommonJS modules have loaded so far. API 1.10 is two copies by itself:
 * one for `import`, which is ours, and one for `require`.
 */
export function loadedApiCopies(): ApiCopy[] {
  let cache: NodeJS.Dict<NodeJS.Module>;
  try {
    ({ cache } = createRequire(import.meta.url));
  } catch {
    // Bundled into a format without import.meta.
    return [];
  }
  return Object.keys(cache)
    .filter((file) => ENTRY.test(file))
    .flatMap((file) => {
      const trace = (cache[file]?.exports as { trace?: TraceAPI } | undefined)?.trace;
      return trace === undefined ? [] : [{ file, trace }];
    });
}

/** The tracing APIs of {@link loadedApiCopies}. */
export function loadedTraceApis(): TraceAPI[] {
  return loadedApiCopies().map(({ trace }) => trace);
}
