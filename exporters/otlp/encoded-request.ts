import { report } from '../../lib/diagnostics.js';

/** An OTLP `ExportTraceServiceRequest`, ready to be sent. */
export interface EncodedRequest {
  readonly body: Uint8Array;
  /** The spans in it; fewer than were given when some could not be encoded. */
  readonly spans: number;
}

/** A span that is left out: its ids are invalid, or code of another maker threw while it was read. */
export function reportUnencodable(error: unknown): void {
  report('otlp.span', 'a span cannot be encoded: it is left out', error);
}
