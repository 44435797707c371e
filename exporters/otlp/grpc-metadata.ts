import { abortable } from './abortable.js';
import type { OtlpHeaders } from './options.js';

/** One entry of a call's metadata; binary where the key ends with `-bin`. */
export type MetadataEntry = readonly [key: string, value: string | Buffer];

/** What HTTP/2 and gRPC say themselves; in a call of ours the user's word on it would break it. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** The user's headers as metadata. */
export class GrpcHeaders {
  readonly #given: OtlpHeaders;
  /** What was given, or what the user's function returned last. */
  #latest: MetadataEntry[] = [];

  /** @throws TypeError with the name of a header that cannot be sent */
  constructor(given: OtlpHeaders) {
    this.#given = given;
    if (typeof given !== 'function') this.#latest = metadataEntries(given);
  }

  /**
   * For one attempt; a function that gets tokens may take long, but no longer than the signal allows.
   *
   * @throws what the user's function throws, and TypeError for headers that cannot be sent
   */
  async get(signal: AbortSignal): Promise<MetadataEntry[]> {
    if (typeof this.#given !== 'function') return this.#latest;
    this.#latest = metadataEntries(await abortable(this.#given(), signal, 'no headers in time'));
    return this.#latest;
  }

  /**
   * For a process that cannot wait: a function that answers later has to do with its last answer.
   *
   * @throws what the user's function throws, and TypeError for headers that cannot be sent
   */
  getSync(): MetadataEntry[] {
    const given = typeof this.#given === 'function' ? this.#given() : undefined;
    if (given instanceof Promise) given.catch(() => {});
    else if (given !== undefined) this.#latest = metadataEntries(given);
    return this.#latest;
  }
}

/**
 * Request headers as gRPC metadata (E-GRPC-07). The value of a key that ends with `-bin` is base64, padded
 * or not. Those that gRPC sets itself are left out, as are names that begin with `grpc-`.
 *
 * @throws TypeError with the name of one that cannot be sent
 */
export function metadataEntries(headers: Readonly<Record<string, string>>): MetadataEntry[] {
  const entries = new Map<string, string | Buffer>();
  for (const [name, value] of Object.entries(headers)) {
    // Lower case, so that nothing is sent twice.
    const key = name.toLowerCase();
    if (!/^[0-9a-z_.-]+$/.test(key)) {
      throw new TypeError(`headers: "${name}" is no name that gRPC can send`);
    }
    if (RESERVED.has(key) || key.startsWith('grpc-')) continue;
    entries.set(key, key.endsWith('-bin') ? binary(name, value) : ascii(name, value));
  }
  return [...entries];
}

/** A time limit as the header `grpc-timeout` (E-GRPC-07); 0 and infinity have none. */
export function grpcTimeout(millis: number): string | undefined {
  if (!(millis > 0 && millis < Infinity)) return undefined;
  const whole = Math.ceil(millis);
  // Eight digits are the most.
  return whole < 1e8 ? `${whole}m` : `${Math.min(99_999_999, Math.ceil(millis / 1000))}S`;
}

/** Spaces around it may be lost on the way, so they are taken off here. */
function ascii(name: string, value: string): string {
  if (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value)) return value.trim();
  throw new TypeError(`headers: the value of "${name}" is no string that gRPC can send`);
}

function binary(name: string, value: string): Buffer {
  if (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    const bytes = Buffer.from(value, 'base64');
    if (bytes.toString('base64').replace(/=+$/, '') === value.replace(/=+$/, '')) return bytes;
  }
  throw new TypeError(`headers: the value of "${name}" is no base64`);
}
