import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A payment provider that drops every connection after a while: real, but not traced. */
export async function startProvider(): Promise<{ server: Server; url: string }> {
  const server = createServer((req) => setTimeout(() => req.socket.destroy(), 60));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
