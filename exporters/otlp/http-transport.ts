import { postSync } from '../../lib/node/sync-http.js';
import { abortable } from './abortable.js';
import { causeOfError } from './cause.js';
import { agentSettings } from './http-agent.js';
import {
  ConnectionError,
  HttpPoster,
  ResponseTooLargeError,
  type HttpResponse,
} from './http-post.js';
import type { ResolvedOptions } from './options.js';
import { RequestHeaders } from './request-headers.js';
import { readErrorMessage, readPartialSuccess } from './response.js';
import { isRetryableStatus, retryAfterMillis } from './retry.js';
import type { AttemptResult, OtlpTransport } from './transport.js';

const TOO_LARGE = 413;

/** OTLP/HTTP, with either encoding (specification: OTLP/HTTP; E-HTTP-01 to 13). */
export function createHttpTransport(options: ResolvedOptions): OtlpTransport {
  return new HttpTransport(options);
}

class HttpTransport implements OtlpTransport {
  readonly #options: ResolvedOptions;
  readonly #json: boolean;
  readonly #headers: RequestHeaders;
  readonly #poster: HttpPoster;
  /** What has been compressed is sent again as it is. */
  readonly #compressed = new WeakMap<Uint8Array, Uint8Array>();

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#json = options.protocol === 'http/json';
    this.#headers = new RequestHeaders(options);
    this.#poster = new HttpPoster(options);
  }

  async attempt(body: Uint8Array, signal: AbortSignal): Promise<AttemptResult> {
    try {
      const sent = await this.#compress(body);
      const headers = await abortable(this.#headers.get(sent.length), signal, 'no headers in time');
      const response = await this.#post(sent, headers, signal);
      return judge(response, this.#json);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof ResponseTooLargeError) {
        return { kind: 'dropped', reason: 'responseTooLarge', why };
      }
      const cause = causeOfError(error, signal.aborted);
      return { kind: 'again', why: signal.aborted ? 'no answer' : why, ...cause };
    }
  }

  attemptSync(body: Uint8Array, timeoutMillis: number): AttemptResult {
    const deadline = performance.now() + timeoutMillis;
    try {
      const gzips = this.#options.compression === 'gzip';
      const sent = gzips ? process.getBuiltinModule('node:zlib').gzipSync(body) : body;
      const headers = this.#headers.getSync(sent.length);
      const { url, socketPath } = this.#options.http!;
      const left = Math.max(0, Math.round(deadline - performance.now()));
      const { ok, status, error } = postSync(
        {
          url: url.href,
          headers,
          body: sent,
          ...(socketPath && { socketPath }),
          agentOptions: agentSettings(this.#options),
        },
        left,
      );
      if (ok) return { kind: 'delivered', rejected: 0, message: '', status };
      if (status === undefined) return { kind: 'again', why: error ?? 'no answer' };
      const why = `status ${status}`;
      return { kind: isRetryableStatus(status) ? 'again' : 'rejected', why, status };
    } catch (error) {
      return { kind: 'again', why: String(error) };
    }
  }

  close(): void {
    this.#poster.close();
  }

  /** A kept connection that the backend had closed says nothing about the backend: once more at once. */
  async #post(
    body: Uint8Array,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    try {
      return await this.#poster.post(body, headers, signal);
    } catch (error) {
      if (!(error instanceof ConnectionError && error.stale)) throw error;
      return this.#poster.post(body, headers, signal);
    }
  }

  async #compress(body: Uint8Array): Promise<Uint8Array> {
    if (this.#options.compression === 'none') return body;
    const known = this.#compressed.get(body);
    if (known !== undefined) return known;
    const { gzip } = process.getBuiltinModule('node:zlib');
    const zipped = await new Promise<Uint8Array>((resolve, reject) => {
      gzip(body, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
    this.#compressed.set(body, zipped);
    return zipped;
  }
}

function judge(
  { status, statusText, retryAfter, body }: HttpResponse,
  json: boolean,
): AttemptResult {
  if (status >= 200 && status < 300) {
    const { rejectedSpans, errorMessage } = readPartialSuccess(body, json);
    return { kind: 'delivered', rejected: rejectedSpans, message: errorMessage, status };
  }
  const said = readErrorMessage(body, json);
  const why = `${status} ${statusText}`.trim() + (said && `: ${said}`);
  if (!isRetryableStatus(status)) {
    return { kind: 'rejected', why, tooLarge: status === TOO_LARGE, status };
  }
  const waitMillis = retryAfterMillis(retryAfter, Date.now());
  return { kind: 'again', why, status, ...(waitMillis !== undefined && { waitMillis }) };
}
