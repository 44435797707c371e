import { printable } from './printable.js';
import { fieldsOf, textOf } from './protobuf-fields.js';

/** What a backend says about a request that it took (OTLP: ExportTracePartialSuccess). */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

const NOTHING_REJECTED: PartialSuccess = { rejectedSpans: 0, errorMessage: '' };

/**
 * The partial success in the body of a response; an empty body, or one that is none of ours, means that
 * everything was taken (E-HTTP-03, E-HTTP-13). Never throws.
 */
export function readPartialSuccess(body: Uint8Array, json: boolean): PartialSuccess {
  try {
    return json ? partialSuccessOfJson(body) : partialSuccessOfProtobuf(body);
  } catch {
    return NOTHING_REJECTED;
  }
}

/** The `message` of the google.rpc.Status in an error's body, for people to read (E-HTTP-09). Never throws. */
export function readErrorMessage(body: Uint8Array, json: boolean): string {
  try {
    if (!json) return printable(textOf(new Map(fieldsOf(body)).get(2)));
    const { message } = JSON.parse(textOf(body)) as { message?: unknown };
    return typeof message === 'string' ? printable(message) : '';
  } catch {
    return '';
  }
}

function partialSuccessOfJson(body: Uint8Array): PartialSuccess {
  const { partialSuccess } = JSON.parse(textOf(body)) as {
    partialSuccess?: { rejectedSpans?: number | string; errorMessage?: unknown };
  };
  const { rejectedSpans = 0, errorMessage = '' } = partialSuccess ?? {};
  const message = typeof errorMessage === 'string' ? errorMessage : '';
  return { rejectedSpans: countOf(Number(rejectedSpans)), errorMessage: printable(message) };
}

function partialSuccessOfProtobuf(body: Uint8Array): PartialSuccess {
  const inner = new Map(fieldsOf(body)).get(1);
  if (!(inner instanceof Uint8Array)) return NOTHING_REJECTED;
  const partial = new Map(fieldsOf(inner));
  const rejected = partial.get(1);
  return {
    rejectedSpans: countOf(typeof rejected === 'number' ? rejected : 0),
    errorMessage: printable(textOf(partial.get(2))),
  };
}

/** What is no count of spans rejects none. */
function countOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
