/** Headers as Node.js gives them: lower-case names, repeated ones mostly joined by commas. */
export type HeaderTable = Readonly<Record<string, string | string[] | undefined>>;

/** What the first proxy saw, as far as the proxies say. */
export interface Forwarded {
  /** The client's address, without port and brackets. */
  readonly for?: string | undefined;
  /** Host and port that the client asked for. */
  readonly host?: string | undefined;
  /** `http` or `https`. */
  readonly proto?: string | undefined;
}

/**
 * Reads `Forwarded` (RFC 7239), and `X-Forwarded-For`, `-Host` and `-Proto` for what that does not
 * say. The first entry counts, the one nearest to the client. Anybody can send these headers: read
 * them only where a trusted proxy sets them.
 */
export function readForwarded(headers: HeaderTable): Forwarded {
  const first = forwardedElement(text(headers['forwarded']));
  return {
    for: address(first['for']) ?? address(firstOf(headers['x-forwarded-for'])),
    host: first['host'] ?? firstOf(headers['x-forwarded-host']),
    proto: scheme(first['proto']) ?? scheme(firstOf(headers['x-forwarded-proto'])),
  };
}

/** A host with an optional port, as the `Host` header has it. */
export interface Authority {
  /** Without the brackets of an IPv6 address. */
  readonly address: string;
  readonly port?: number;
}

/** Takes apart `host`, `host:port`, `[v6]` and `[v6]:port`; `undefined` when there is no host in it. */
export function parseAuthority(value: string): Authority | undefined {
  const host = value.slice(value.lastIndexOf('@') + 1).trim();
  const bracket = host.startsWith('[') ? host.indexOf(']') : -1;
  const colon = host.indexOf(':', Math.max(bracket, 0));
  // More than one colon and no brackets: an IPv6 address as it should not be written.
  const bare = colon < 0 || (bracket < 0 && host.includes(':', colon + 1));
  const name = bare ? host : host.slice(0, colon);
  const address = bracket < 0 ? name : name.slice(1, bracket);
  if (address === '') return undefined;
  const digits = bare ? '' : host.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : undefined;
  return port === undefined || port > 65_535 ? { address } : { address, port };
}

/** The header's text; of a repeated header the first. */
export function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

function firstOf(value: string | string[] | undefined): string | undefined {
  const all = text(value);
  if (all === undefined) return undefined;
  const comma = all.indexOf(',');
  return (comma < 0 ? all : all.slice(0, comma)).trim() || undefined;
}

// name=token or name="quoted string", then what ends it: a semicolon, or the comma before the next
// proxy's element.
const PAIR = /\s*([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*))\s*(;|,|$)/iy;

function forwardedElement(header: string | undefined): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  if (header === undefined) return pairs;
  PAIR.lastIndex = 0;
  for (let pair = PAIR.exec(header); pair !== null; pair = PAIR.exec(header)) {
    const value = pair[2]?.replaceAll(/\\(.)/g, '$1') ?? pair[3]!;
    if (value !== '') pairs[pair[1]!.toLowerCase()] ??= value;
    if (pair[4] !== ';') break;
  }
  return pairs;
}

function scheme(value: string | undefined): string | undefined {
  const lower = value?.toLowerCase();
  return lower === 'http' || lower === 'https' ? lower : undefined;
}

/** The address of a node; `unknown` and names made up to hide it (RFC 7239, 6.3) are none. */
function address(node: string | undefined): string | undefined {
  if (node === undefined || node.startsWith('_') || node.toLowerCase() === 'unknown')
    return undefined;
  return parseAuthority(node)?.address;
}
