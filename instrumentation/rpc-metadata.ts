import { TraceFlags, type Context, type Span } from '@opentelemetry/api';
import { RPC_METADATA_KEY, setValue } from '../lib/context.js';

/**
 * What the instrumentation that made an HTTP server span leaves in the context, under a key that it
 * shares with the official instrumentations: frameworks find the span there and add the route.
 */
export interface HttpServerMetadata {
  readonly type: 'http';
  /** The server span. */
  readonly span: Span;
  /** `http.route`, once a framework knows it. */
  route?: string;
  /** Set where the maker of the span sees what handlers throw, as ours does. */
  readonly recordsErrors?: boolean;
}

/** The context with the metadata of the server span that was made for it. */
export function withServerMetadata(context: Context, metadata: HttpServerMetadata): Context {
  return setValue(context, RPC_METADATA_KEY, metadata);
}

/**
 * The metadata of the server span that another instrumentation has made for this request, if one has.
 * A sampled span that has ended is not this request's: a server that was started while a request was
 * served inherits that request's context.
 */
export function serverMetadata(context: Context): HttpServerMetadata | undefined {
  const value = context.getValue(RPC_METADATA_KEY) as Partial<HttpServerMetadata> | undefined;
  if (value?.type !== 'http' || value.span === undefined) return undefined;
  const sampled = (value.span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  return sampled && !value.span.isRecording() ? undefined : (value as HttpServerMetadata);
}
