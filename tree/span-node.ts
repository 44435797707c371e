import type { ReadableSpan } from '../lib/readable-span.js';

/** A span at its place in the tree. Times are milliseconds from the start of the trace. */
export interface SpanNode {
  readonly span: ReadableSpan;
  readonly id: string;
  /** The parent's span id as the span says, received or not; empty at a root. */
  readonly parentId: string;
  /** `service.name`, or empty. */
  readonly service: string;
  readonly start: number;
  /** Never before the start; of a running span, the last moment that the trace knows of. */
  end: number;
  readonly running: boolean;
  /** Whether the span's own status is an error. */
  readonly failed: boolean;
  parent: SpanNode | undefined;
  /** In order of their starts. */
  readonly children: SpanNode[];
  /** The parent that was not received, on the top spans that name one. */
  missing: MissingParent | undefined;
  depth: number;
  /** How many spans its subtree has, itself included. */
  size: number;
  /** Whether the step from the parent crossed to another process or service. */
  hop: boolean;
  /** Whether this is the server's side of the parent's call. */
  answers: boolean;
  /** Client time minus server time, where this is the only server span of a client span. */
  network: number | undefined;
  /** Between the end of a producer span and the start of this consumer span; else 0. */
  queued: number;
  /** Whether it went on after its parent had ended, so that the parent did not wait for its end. */
  detached: boolean;
  /** How long it went on after its parent's end; 0 when it did not, or is still running. */
  outlives: number;
  /** Whether the root waited for this span. */
  critical: boolean;
  /** The children that were waited for, last first. */
  readonly awaited: SpanNode[];
  /** The time in which it ran and none of its children did. */
  self: number;
  /** Where the error of this failed span began; itself at an origin. */
  origin: SpanNode | undefined;
  /** Whether something below it failed. */
  errorsBelow: boolean;
  /** What is wrong with the data of this span. */
  flaw: 'loop' | 'duplicate' | 'backwards' | undefined;
}

/** A span that others name as their parent and that was not received. */
export interface MissingParent {
  readonly spanId: string;
  /**
   * `remote`: a caller in another process, which may report elsewhere or not at all; `local`: a span
   * of the same process, so one that never ended, was dropped, or was lost at exit; `unknown`: the
   * data of SDK 1.x does not tell.
   */
  readonly kind: 'remote' | 'local' | 'unknown';
  /** What the caller calls itself, where the trace state carries it (`spantree=s:name`). */
  readonly caller: string | undefined;
  /** Its children, in order of their starts. */
  readonly orphans: SpanNode[];
}

/**
 * By how much clocks may be wrong in one parent's children: spans of the official SDK start on whole
 * milliseconds.
 */
export function clockGrain(node: SpanNode): number {
  return Math.min(1, (node.end - node.start) * 0.05);
}
