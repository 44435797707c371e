import type { Attributes } from '@opentelemetry/api';

/**
 * The path of a request without its query, from the attributes that instrumentations of HTTP give a span when it
 * starts: `url.path` or `url.full`, before 2023 `http.target` or `http.url`.
 */
export function pathOf(attributes: Attributes): string | undefined {
  const path = attributes['url.path'] ?? attributes['http.target'];
  if (typeof path === 'string') return withoutQuery(path);
  const url = attributes['url.full'] ?? attributes['http.url'];
  return typeof url === 'string' ? pathOfUrl(url) : undefined;
}

function pathOfUrl(url: string): string | undefined {
  const host = url.indexOf('://');
  if (host === -1) return undefined;
  const rest = url.slice(host + 3);
  const from = rest.search(/[/?#]/);
  if (from === -1) return '/';
  return withoutQuery(rest.slice(from)) || '/';
}

function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}
