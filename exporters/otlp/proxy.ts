import type * as Http from 'node:http';
import type * as Net from 'node:net';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The name that options of Node's agents have for proxies: Node 22.21, 24.5 and later. */
export interface ProxyOptions {
  readonly proxyEnv: { readonly http_proxy?: string; readonly https_proxy?: string };
}

/** Agents are to use no proxy, whatever Node itself was told to do. */
export const NO_PROXY: ProxyOptions = { proxyEnv: {} };

/**
 * The URL of the proxy that the environment names for a URL, by the conventions of curl: `http_proxy` or
 * `https_proxy` by the URL's scheme, without those that `no_proxy` names; in lower or, after that, in upper
 * case. A proxy without a scheme is reached by http. This machine itself (localhost, 127.0.0.0/8, ::1) has no
 * proxy: a collector beside the service is the usual case, and no proxy could find it.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxy = env[name] || env[name.toUpperCase()];
  if (!proxy || isHere(url.hostname) || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) {
    return undefined;
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

/** How an agent is told to use the proxy; `undefined` when Node cannot. */
export function proxyOptions(proxy: string): ProxyOptions | undefined {
  const isUsable = /^https?:\/\//i.test(proxy) && URL.canParse(proxy) && isKnownToNode();
  // Which of them counts is up to the agent.
  return isUsable ? { proxyEnv: { http_proxy: proxy, https_proxy: proxy } } : undefined;
}

/** Whether agents of this Node can use a proxy: one that can looks for it. */
export function isKnownToNode(): boolean {
  let looked = false;
  const proxyEnv = {
    get http_proxy(): undefined {
      looked = true;
      return undefined;
    },
  };
  const { Agent } = process.getBuiltinModule('node:http');
  new Agent({ proxyEnv } as Http.AgentOptions).destroy();
  return looked;
}

function isHere(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(hostname);
}

function isExempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const hostname = withoutBrackets(url.hostname).replace(/\.$/, '');
  return list.split(/[\s,]+/).some((entry) => {
    // An address with colons of its own stands in brackets where it has a port.
    const [, place = entry, only = port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
    if (only !== port || place === '') return false;
    return place === '*' || covers(withoutBrackets(place).toLowerCase(), hostname);
  });
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a place in the list is the host, its domain, or a range of addresses that it is in. */
function covers(place: string, hostname: string): boolean {
  const { BlockList, isIP }: typeof Net = process.getBuiltinModule('node:net');
  const family = isIP(hostname) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(hostname) === 0) {
    const domain = place.replace(/^\*?\./, '').replace(/\.$/, '');
    return domain !== '' && (hostname === domain || hostname.endsWith(`.${domain}`));
  }
  const [, address = '', bits] = /^(.*?)(?:\/(\d+))?$/s.exec(place) ?? [];
  try {
    const ranges = new BlockList();
    if (bits === undefined) ranges.addAddress(address, family);
    else ranges.addSubnet(address, Number(bits), family);
    return ranges.check(hostname, family);
  } catch {
    return false; // a name, an address of the other family, or none
  }
}
