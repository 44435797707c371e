/** Where a gRPC client connects. */
export interface GrpcTarget {
  /** As gRPC names it: `dns:host:port`, `ipv4:address:port`, `unix:path` and so on. */
  readonly name: string;
  /** Whether the connection is made with TLS. */
  readonly secure: boolean;
  /** The place itself, for whoever connects without a resolver: the first one of a list. */
  readonly address: Address;
}

/** A host and port, or the path of a socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

const FORMS = 'http://host:port, https://host:port, host:port or unix:path';
/** What a gRPC name without a port means. */
const DEFAULT_PORT = 443;

/**
 * The target that an endpoint names (E-CFG-12, E-CFG-13): an http or https URL, whose scheme decides on
 * TLS and whose path means nothing here, or a gRPC name (`host:port`, `unix:path`, `dns:`, `ipv4:`, `ipv6:`).
 *
 * `insecure` counts for names alone. By default they are reached with TLS, but for sockets in the file
 * system: nobody in between can read those.
 *
 * @throws TypeError with the endpoint, when it is none of these; credentials in it are not repeated
 */
export function parseGrpcTarget(endpoint: string, insecure?: boolean): GrpcTarget {
  if (/^https?:\/\//i.test(endpoint)) return urlTarget(endpoint);
  const [, scheme = 'dns', rest = ''] = /^(?:(dns|ipv4|ipv6|unix):)?(.*)$/s.exec(endpoint)!;
  const secure = !(insecure ?? scheme === 'unix');
  if (scheme === 'unix') {
    const path = rest.replace(/^\/{2,}/, '/');
    // `unix://name/…` would be a socket on another machine.
    if (path === '' || /^\/\/[^/]/.test(rest)) throw unusable(endpoint);
    return { name: `unix:${path}`, secure, address: { path } };
  }
  // `dns://server/host` names who is to resolve the host.
  const [, server = '', hosts = ''] = /^(\/\/[^/]*\/)?(.*)$/s.exec(rest)!;
  const addresses = (scheme === 'dns' ? [hosts] : hosts.split(',')).map(hostAndPort);
  const [address] = addresses;
  if (address === undefined || addresses.includes(undefined)) throw unusable(endpoint);
  const list = (addresses as HostAndPort[]).map(joined).join(',');
  return { name: `${scheme}:${scheme === 'dns' ? server : ''}${list}`, secure, address };
}

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

function urlTarget(endpoint: string): GrpcTarget {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || url.port === '0') throw unusable(endpoint);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(
      `url: credentials in it are not sent over gRPC, use headers (${url.protocol}//…@${url.host})`,
    );
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = { host, port: Number(url.port) || (secure ? 443 : 80) };
  return { name: `dns:${joined(address)}`, secure, address };
}

function hostAndPort(text: string): HostAndPort | undefined {
  const { isIPv6 } = process.getBuiltinModule('node:net');
  // Without brackets it is an address alone.
  if (isIPv6(text)) return { host: text, port: DEFAULT_PORT };
  const [, bracketed, bare, digits] =
    /^(?:\[([^\]]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed !== undefined && isIPv6(bracketed) ? bracketed : bare;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function joined({ host, port }: HostAndPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function unusable(endpoint: string): TypeError {
  const shown = endpoint.replace(/\/\/[^/]*@/, '//…@');
  return new TypeError(`url must be ${FORMS} for gRPC, not "${shown}"`);
}
