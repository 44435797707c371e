import { VERSION } from '../../lib/version.js';
import { checked, type OtlpHeaders, type ResolvedOptions } from './options.js';

/** Our product first, then what the specification asks for (E-CFG-14). */
export const USER_AGENT: string = `spantree/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;

/** The user's headers with those that describe the body, which win. */
export class RequestHeaders {
  readonly #given: OtlpHeaders;
  readonly #userAgent: string;
  readonly #fixed: Record<string, string>;
  /** What the user's function returned last. */
  #latest: Readonly<Record<string, string>> = {};

  constructor({ headers, protocol, compression, userAgent }: ResolvedOptions) {
    this.#given = headers;
    this.#userAgent = userAgent ? `${userAgent} ${USER_AGENT}` : USER_AGENT;
    this.#fixed = {
      'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
      ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
    };
  }

  /**
   * For one attempt.
   *
   * @throws what the user's function throws, and TypeError for headers that cannot be sent
   */
  async get(contentLength: number): Promise<Record<string, string>> {
    const given = typeof this.#given === 'function' ? await this.#given() : this.#given;
    this.#latest = checked(given);
    return this.#complete(contentLength);
  }

  /**
   * For a process that cannot wait: a function that answers later has to do with its last answer.
   *
   * @throws what the user's function throws, and TypeError for headers that cannot be sent
   */
  getSync(contentLength: number): Record<string, string> {
    const given = typeof this.#given === 'function' ? this.#given() : this.#given;
    if (given instanceof Promise) given.catch(() => {});
    else this.#latest = checked(given);
    return this.#complete(contentLength);
  }

  #complete(contentLength: number): Record<string, string> {
    const all: Record<string, string> = { 'user-agent': this.#userAgent };
    // Lower case, so that nothing is sent twice.
    for (const [name, value] of Object.entries(this.#latest)) all[name.toLowerCase()] = value;
    delete all['transfer-encoding'];
    delete all['content-encoding'];
    return { ...all, ...this.#fixed, 'content-length': String(contentLength) };
  }
}
