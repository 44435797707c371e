import { unrefTimer } from '../lib/deadline.js';

/** More than any strategy needs; whatever answers with more is no backend. */
const MAX_BYTES = 4 * 1024 * 1024;

/** How {@link fetchJaegerStrategy} asks. */
export interface FetchOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMillis: number;
  readonly signal: AbortSignal;
}

/**
 * Where the strategy of a service is.
 *
 * @throws TypeError for an endpoint that is no http URL, or a service without a name
 */
export function strategyUrl(endpoint: string, serviceName: string): string {
  if (typeof serviceName !== 'string' || serviceName === '') {
    throw new TypeError(
      `serviceName must be the name of a service, not ${typeof serviceName === 'string' ? 'empty' : typeof serviceName}`,
    );
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`endpoint must be an http or https URL, not "${endpoint}"`);
  }
  if (!/\/sampling\/?$/.test(url.pathname)) {
    url.pathname = `${url.pathname.replace(/\/$/, '')}/sampling`;
  }
  url.searchParams.set('service', serviceName);
  return url.href;
}

/** The answer as text. @throws what went wrong */
export async function fetchJaegerStrategy(url: string, options: FetchOptions): Promise<string> {
  const { headers, timeoutMillis, signal } = options;
  const deadline = new AbortController();
  const timer = unrefTimer(
    () => deadline.abort(new Error(`no answer within ${timeoutMillis} ms`)),
    timeoutMillis,
  );
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    if (response.ok) return await textOf(response);
    await response.body?.cancel();
    throw new Error(`it answered with status ${response.status}`);
  } finally {
    clearTimeout(timer);
  }
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      await reader.cancel();
      throw new Error(`its answer is longer than ${MAX_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
