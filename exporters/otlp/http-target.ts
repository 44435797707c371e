/** Where requests go by HTTP. */
export interface HttpTarget {
  /** An http or https URL. */
  readonly url: URL;
  /** The socket in the file system to connect to, in place of the URL's host. */
  readonly socketPath?: string;
}

/**
 * The target that an endpoint names: an http or https URL, or `unix:` with the path of a socket.
 *
 * @throws TypeError with the value, when it is neither
 */
export function httpTarget(endpoint: string, socketPath?: string): HttpTarget {
  const path = /^unix:(?:\/\/(?=\/))?([^\0]+)$/.exec(endpoint)?.[1];
  if (path !== undefined) {
    return { url: new URL('http://localhost/v1/traces'), socketPath: socketPath ?? path };
  }
  const url = httpUrl(endpoint);
  return socketPath ? { url, socketPath } : { url };
}

/**
 * The URL for traces below a base URL such as `OTEL_EXPORTER_OTLP_ENDPOINT` (E-CFG-03): `v1/traces` is
 * added to its path, with one slash between. A URL meant for traces alone
 * (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is used as it is instead (E-CFG-04).
 *
 * @throws TypeError when it is no http or https URL
 */
export function tracesUrl(baseEndpoint: string): string {
  const url = httpUrl(baseEndpoint);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.pathname += 'v1/traces';
  return url.href;
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TypeError(`url must be an http or https URL, not "${text}"`);
}
