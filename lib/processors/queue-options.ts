import { report } from '../diagnostics.js';
import type { SpanExporter } from '../exporter.js';
import { requireMethods } from '../require-methods.js';

/**
 * What a processor was made with, in either of the two forms that the official SDK has: `(exporter, options)`
 * in its 2.x, `({ exporter, ...options })` in its 3.x.
 *
 * @throws TypeError when the exporter is none
 */
export function exporterAndOptions<O extends object>(
  first: SpanExporter | (O & { readonly exporter: SpanExporter }),
  second: O | undefined,
): { exporter: SpanExporter; options: Partial<O> } {
  const inOne = isOptions(first);
  const exporter = inOne ? first.exporter : first;
  requireMethods('exporter', exporter, ['export', 'shutdown']);
  return { exporter, options: (inOne ? first : second) ?? {} };
}

/** An exporter may have a property of that name, but only an exporter exports. */
function isOptions<O>(first: SpanExporter | O): first is O {
  if (typeof first !== 'object' || first === null) return false;
  return 'exporter' in first && typeof (first as Partial<SpanExporter>).export !== 'function';
}

/** A size that a user gave, or the default (specification: invalid values are reported and replaced). */
export function sizeOr(fallback: number, name: string, value: number | undefined): number {
  return usable(fallback, name, value, Number.isInteger(value) && value! > 0);
}

/** A time that a user gave, or the default; 0 and infinity are times. */
export function millisOr(fallback: number, name: string, value: number | undefined): number {
  return usable(fallback, name, value, typeof value === 'number' && value >= 0);
}

function usable(fallback: number, name: string, value: number | undefined, ok: boolean): number {
  if (value === undefined) return fallback;
  if (ok) return value;
  report('processor.option', `${name} cannot be ${String(value)}: ${fallback} is used`);
  return fallback;
}
