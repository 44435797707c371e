import { parentIdOf, type ReadableSpan } from '../lib/readable-span.js';
import { isLocalRoot } from './console-trace.js';

const MAX_TRACES = 1000;
const MAX_SPANS = 2000;

interface TraceDepths {
  open: number;
  readonly depths: Map<string, number>;
}

/**
 * How deep spans lie below their local root, for those whose starts are seen. A trace is known while
 * any of its spans is open. What is beyond the bounds has no depth.
 */
export class SpanDepths {
  readonly #traces = new Map<string, TraceDepths>();

  start(span: ReadableSpan): void {
    const { traceId, spanId } = span.spanContext();
    const trace = this.#traces.get(traceId);
    const above = trace?.depths.get(parentIdOf(span) ?? '');
    if (above === undefined && !isLocalRoot(span)) return;
    const depth = above === undefined ? 0 : above + 1;
    if (!trace) {
      if (this.#traces.size < MAX_TRACES) this.#traces.set(traceId, firstOf(spanId, depth));
    } else if (trace.depths.size < MAX_SPANS && !trace.depths.has(spanId)) {
      trace.depths.set(spanId, depth);
      trace.open++;
    }
  }

  /** The depth of a span that ends, 0 for a local root; `undefined` where it is not known. */
  end(span: ReadableSpan): number | undefined {
    const { traceId, spanId } = span.spanContext();
    const trace = this.#traces.get(traceId);
    const depth = trace?.depths.get(spanId);
    if (trace === undefined || depth === undefined) return undefined;
    trace.open--;
    if (trace.open <= 0) this.#traces.delete(traceId);
    return depth;
  }
}

function firstOf(spanId: string, depth: number): TraceDepths {
  return { open: 1, depths: new Map([[spanId, depth]]) };
}
