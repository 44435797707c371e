/** What a backend says about a request that it took (OTLP: ExportTracePartialSuccess). */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

const NOTHING_REJECTED: PartialSuccess = { rejectedSpans: 0, errorMessage: '' };

/** The longest text of a backend that is repeated in a message. */
const LONGEST_TEXT = 300;

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
    if (!json) return printable(decode(fields(body).get(2)));
    const { message } = JSON.parse(decode(body)) as { message?: unknown };
    return typeof message === 'string' ? printable(message) : '';
  } catch {
    return '';
  }
}

function partialSuccessOfJson(body: Uint8Array): PartialSuccess {
  const { partialSuccess } = JSON.parse(decode(body)) as {
    partialSuccess?: { rejectedSpans?: number | string; errorMessage?: unknown };
  };
  const { rejectedSpans = 0, errorMessage = '' } = partialSuccess ?? {};
  const message = typeof errorMessage === 'string' ? errorMessage : '';
  return { rejectedSpans: countOf(Number(rejectedSpans)), errorMessage: printable(message) };
}

function partialSuccessOfProtobuf(body: Uint8Array): PartialSuccess {
  const inner = fields(body).get(1);
  if (!(inner instanceof Uint8Array)) return NOTHING_REJECTED;
  const partial = fields(inner);
  const rejected = partial.get(1);
  return {
    rejectedSpans: countOf(typeof rejected === 'number' ? rejected : 0),
    errorMessage: printable(decode(partial.get(2))),
  };
}

/** What is no count of spans rejects none. */
function countOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/**
 * The fields of a small protobuf message by number, the last of each; numbers beyond 2^53 lose digits.
 *
 * @throws RangeError when it is none
 */
function fields(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const found = new Map<number, number | Uint8Array>();
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the message ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = take(1)[0]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      if (factor > 2 ** 63) throw new RangeError('a number has no end');
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        found.set(number, varint());
        break;
      case 1:
        take(8);
        break;
      case 2:
        found.set(number, take(varint()));
        break;
      case 5:
        take(4);
        break;
      default:
        throw new RangeError('a field has no known type');
    }
  }
  return found;
}

function decode(bytes: number | Uint8Array | undefined): string {
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '';
}

/** A stranger's text for one line of a log. */
function printable(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
