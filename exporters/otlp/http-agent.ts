import type * as Http from 'node:http';
import type * as Https from 'node:https';
import { report } from '../../lib/diagnostics.js';
import type { ResolvedOptions } from './options.js';
import { NO_PROXY, proxyFor, proxyOptions, type ProxyOptions } from './proxy.js';

/** What makes the connections: options for an agent of Node's, or what makes an agent of the user's. */
export type HttpAgentOptions = Http.AgentOptions | Https.AgentOptions | HttpAgentFactory;

/** Makes an agent for `http:` or `https:`. The exporter asks once, and leaves it open in the end. */
export type HttpAgentFactory = (
  protocol: string,
) => Http.Agent | Https.Agent | Promise<Http.Agent> | Promise<Https.Agent>;

/** What Node's agents need to know of the target and the way to it. */
export type AgentSettings = Https.AgentOptions & Partial<ProxyOptions>;

/**
 * The settings of an agent for the target: the user's over those of TLS and of the proxy that the
 * environment names. A proxy that cannot be used is reported, and the target is reached without it.
 */
export function agentSettings({ http, tls, httpAgentOptions }: ResolvedOptions): AgentSettings {
  const given = typeof httpAgentOptions === 'object' ? httpAgentOptions : {};
  if (http!.socketPath || 'proxyEnv' in given || typeof httpAgentOptions === 'function') {
    return { ...tls, ...given };
  }
  return { ...tls, ...proxySettings(http!.url), ...given };
}

/**
 * An agent with the settings that keeps its connections, or the user's own.
 *
 * @throws what the user's function throws, and TypeError when that makes no agent
 */
export async function createAgent(options: ResolvedOptions): Promise<Http.Agent> {
  const { http, httpAgentOptions, concurrencyLimit } = options;
  const { protocol } = http!.url;
  if (typeof httpAgentOptions === 'function') return usable(await httpAgentOptions(protocol));
  // Without an import that every program would pay for.
  const { Agent }: typeof Http | typeof Https = process.getBuiltinModule(
    protocol === 'https:' ? 'node:https' : 'node:http',
  );
  return new Agent({ keepAlive: true, maxSockets: concurrencyLimit, ...agentSettings(options) });
}

function proxySettings(url: URL): ProxyOptions {
  const proxy = proxyFor(url, process.env);
  if (proxy === undefined) return NO_PROXY;
  const settings = proxyOptions(proxy);
  if (settings === undefined) {
    // The rest of it may hold a password.
    const scheme = proxy.slice(0, proxy.indexOf(':'));
    report(
      'otlp.proxy-unsupported',
      `the environment names a proxy (${scheme}) for ${url.host}, which Node ${process.versions.node} cannot ` +
        'use: spans are sent past it. Node 22.21, 24.5 and later can use http and https proxies; ' +
        'for others, httpAgentOptions takes a function that makes an agent, such as https-proxy-agent',
    );
  }
  return settings ?? NO_PROXY;
}

function usable(agent: unknown): Http.Agent {
  if (typeof (agent as { addRequest?: unknown } | undefined)?.addRequest === 'function')
    return agent as Http.Agent;
  throw new TypeError(`httpAgentOptions must make an agent, not ${String(agent)}`);
}
