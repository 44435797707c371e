/** This bit says that the next one is known (OTLP: SpanFlags). */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** `flags` of a span or link: its trace flags, and whether the parent or linked span is remote (E-PB-05). */
export function otlpFlags(
  traceFlags: number,
  other: { readonly isRemote?: boolean | undefined } | undefined,
): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (other?.isRemote ? IS_REMOTE : 0);
}

/** `kind` of a span: the API counts from 0, OTLP from 1, and its 0 is never sent (E-PB-06). */
export function otlpKind(kind: number): number {
  return Number.isInteger(kind) && kind >= 0 && kind <= 4 ? kind + 1 : 1;
}
