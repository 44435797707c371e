import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '../lib/readable-span.js';
import { defaultResource, type Resource } from '../lib/resource.js';
import { attributeText } from './zipkin-text.js';

/** A service in Zipkin's model. */
export interface ZipkinEndpoint {
  serviceName?: string;
  ipv4?: string;
  ipv6?: string;
  port?: number;
}

const SERVICE_NAME = 'service.name';

/** The service that made the span; without a name of its own, the default resource's (E-ZIP-02). */
export function localEndpoint({ attributes }: Resource, name?: string): ZipkinEndpoint {
  const given = name ?? attributes[SERVICE_NAME];
  const serviceName = given === undefined || given === '' ? defaultName() : attributeText(given);
  return { serviceName };
}

let known: string | undefined;

function defaultName(): string {
  return (known ??= String(defaultResource().attributes[SERVICE_NAME]));
}

/**
 * What names the other side, the best first, each with the attribute that has its port. Current names,
 * then those of conventions that have gone: spans come from libraries of any age.
 */
const PEERS: readonly (readonly [name: string, port?: string])[] = [
  ['peer.service'],
  ['server.address', 'server.port'],
  ['net.peer.name', 'net.peer.port'],
  ['network.peer.address', 'network.peer.port'],
  ['server.socket.domain', 'server.socket.port'],
  ['server.socket.address', 'server.socket.port'],
  ['net.sock.peer.name', 'net.sock.peer.port'],
  ['net.sock.peer.addr', 'net.sock.peer.port'],
  ['peer.hostname', 'peer.port'],
  ['peer.address', 'peer.port'],
  ['db.name'],
];

/**
 * The service that a client or producer span calls (E-ZIP-04). It has its name even where that is an
 * address: without one Zipkin shows no dependency.
 */
export function remoteEndpoint({ kind, attributes }: ReadableSpan): ZipkinEndpoint | undefined {
  if (kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) return undefined;
  for (const [name, port] of PEERS) {
    const serviceName = textOf(attributes, name);
    if (serviceName === '') continue;
    const number = port === undefined ? NaN : Number(textOf(attributes, port) || NaN);
    const hasPort = Number.isInteger(number) && number > 0 && number <= 0xffff;
    return { serviceName, ...addressOf(serviceName), ...(hasPort && { port: number }) };
  }
  return undefined;
}

function textOf(attributes: Attributes, name: string): string {
  const value = attributes[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function addressOf(text: string): ZipkinEndpoint {
  const { isIP } = process.getBuiltinModule('node:net');
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '');
  switch (isIP(address)) {
    case 4:
      return { ipv4: address };
    case 6:
      return { ipv6: address };
    default:
      return {};
  }
}
