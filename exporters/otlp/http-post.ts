import type * as Http from 'node:http';
import type * as Https from 'node:https';
import { abortable } from './abortable.js';
import { boundConnecting } from './connect-bound.js';
import { createAgent } from './http-agent.js';
import type { ResolvedOptions } from './options.js';

/** An answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly retryAfter: string | undefined;
  readonly body: Uint8Array;
}

/** No answer: the connection could not be made, or was lost before the status came. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Whether an idle connection turned out to be closed: the request was never read. */
  readonly stale: boolean;

  constructor(cause: unknown, stale: boolean) {
    super(describe(cause), { cause });
    this.stale = stale;
  }
}

/** The answer is larger than allowed (E-HTTP-08). */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';

  constructor(limit: number) {
    super(`the response is larger than ${limit} bytes`);
  }
}

/**
 * Sends POST requests to one place over a few connections that are kept. Redirects are not followed: they
 * would carry credentials to another place (E-HTTP-12). Connections do not hold the process once they are
 * made.
 */
export class HttpPoster {
  readonly #options: ResolvedOptions;
  #agent: Promise<Http.Agent> | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  /**
   * One attempt.
   *
   * A connection that breaks after the status has come is no error: the backend has decided by then.
   *
   * @throws ConnectionError, ResponseTooLargeError, the signal's AbortError, or what the user's agent throws
   */
  async post(
    body: Uint8Array,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { timeoutMillis, tls } = this.#options;
    const { url, socketPath } = this.#options.http!;
    const agent = await abortable(this.#getAgent(), signal, 'no agent in time');
    // At first use, and without an import that every program would pay for.
    const { request }: typeof Http | typeof Https = process.getBuiltinModule(
      url.protocol === 'https:' ? 'node:https' : 'node:http',
    );
    return new Promise((resolve, reject) => {
      let answered = false;
      const sent = request(url, {
        method: 'POST',
        agent,
        headers,
        signal,
        // An agent of the user has them from nowhere else.
        ...tls,
        ...(socketPath && { socketPath }),
        // Also what a tunnel through a proxy has, whose connection nobody else would give up.
        ...(timeoutMillis > 0 && { timeout: timeoutMillis }),
      });
      // A request that has no connection yet, as its agent waits for a proxy, says nothing when it is aborted.
      const onAbort = (): void => {
        if (!answered) reject(new Error('no answer'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      sent.on('close', () => signal.removeEventListener('abort', onAbort));
      sent.on('socket', (socket) => {
        socket.unref();
        if (socket.connecting) boundConnecting(socket);
      });
      sent.on('error', (error) => {
        if (!answered)
          reject(signal.aborted ? error : new ConnectionError(error, sent.reusedSocket));
      });
      sent.on('response', (response) => {
        answered = true;
        this.#read(response).then(resolve, (error: unknown) => {
          reject(error);
          sent.destroy();
        });
      });
      sent.end(body);
    });
  }

  /** Closes idle connections; those in use are closed after their request. */
  close(): void {
    const isTheirs = typeof this.#options.httpAgentOptions === 'function';
    if (!isTheirs) this.#agent?.then((agent) => agent.destroy()).catch(() => {});
    this.#agent = undefined;
  }

  /** One for all requests; what could not be made is tried again with the next. */
  #getAgent(): Promise<Http.Agent> {
    if (this.#agent !== undefined) return this.#agent;
    const making = createAgent(this.#options);
    making.catch(() => {
      if (this.#agent === making) this.#agent = undefined;
    });
    return (this.#agent = making);
  }

  #read(response: Http.IncomingMessage): Promise<HttpResponse> {
    const { maxResponseBytes } = this.#options;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxResponseBytes) reject(new ResponseTooLargeError(maxResponseBytes));
        else chunks.push(chunk);
      });
      response.on('error', () => {});
      response.on('close', () => {
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          retryAfter: response.headers['retry-after'],
          body: Buffer.concat(chunks),
        });
      });
    });
  }
}

/** A failed attempt on several addresses has no message of its own. */
function describe(error: unknown): string {
  const { message, code, errors } = error as {
    message?: string;
    code?: string;
    errors?: readonly Error[];
  };
  return message || errors?.map((each) => each.message).join('; ') || code || 'connection failed';
}
