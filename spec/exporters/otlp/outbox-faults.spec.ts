import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { countsThroughFaults } from '../../contract/outbox-faults.js';
import type { Answer } from '../../support/collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exporting, until } from './exporting.js';

describe('OTLPTraceExporter, enqueue, faults', () => {
  const e = exporting();

  countsThroughFaults(e, {
    name: 'otlp',
    ok: 200,
    maxRequestBytes: 1000,
    more: [
      {
        what: 'partial success',
        answers: [{ status: 200, body: Uint8Array.of(0x0a, 2, 0x08, 3) }],
        lost: { rejected: 3 },
        codes: ['otlp.partial-success'],
      },
    ],
  });

  it('gets through any mixture of faults that allow another attempt', async () => {
    const faults: Answer[] = [
      'reset',
      'no http',
      'close after',
      'reset in body',
      { status: 429 },
      { status: 503 },
      { status: 200, delay: 3 },
    ];
    e.collector.answer(...Array.from({ length: 60 }, (_, i) => faults[(i * i + 3 * i) % 7]!));
    const exporter = e.exporter({
      maxRequestBytes: 1000,
      initialBackoffMillis: 2,
      maxBackoffMillis: 2,
    });
    for (let i = 0; i < 40; i++) exporter.enqueue(readableSpans(10));
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ delivered: 400, rejected: 0 });
  });

  describe('of a server that is no collector', () => {
    let server: Server;
    let sockets: Socket[];
    const listen = async (onSocket: (socket: Socket) => void): Promise<number> => {
      sockets = [];
      server = createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => {});
        onSocket(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    afterEach(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    it('gives up a TLS handshake that is never answered, and counts (half-open TLS)', async () => {
      const port = await listen(() => {});
      const url = `https://127.0.0.1:${port}/v1/traces`;
      const exporter = e.exporter({ url, timeoutMillis: 50, maxAgeMillis: 150 });
      exporter.enqueue(readableSpans(5));
      await until(() => exporter.stats().pending === 0);
      expect(exporter.stats().dropped.expired).to.equal(5);
      expect(sockets.length).to.be.above(1);
    });

    it('gives up a TLS handshake that breaks off', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
      const url = `https://127.0.0.1:${port}/v1/traces`;
      const exporter = e.exporter({ url, maxAgeMillis: 100 });
      exporter.enqueue(readableSpans(5));
      await until(() => exporter.stats().pending === 0);
      expect(exporter.stats().dropped.expired).to.equal(5);
    });

    it('gives up headers that do not end', async () => {
      const port = await listen((socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nx:')),
      );
      const url = `http://127.0.0.1:${port}/v1/traces`;
      const exporter = e.exporter({ url, timeoutMillis: 50, maxAgeMillis: 100 });
      exporter.enqueue(readableSpans(5));
      await until(() => exporter.stats().pending === 0);
      expect(exporter.stats().dropped.expired).to.equal(5);
    });

    it('delivers when connections are closed just while the next request is sent', async () => {
      let requests = 0;
      const port = await listen((socket) => {
        socket.on('data', () => {
          requests++;
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
          setTimeout(() => socket.resetAndDestroy(), requests % 3);
        });
      });
      const url = `http://127.0.0.1:${port}/v1/traces`;
      const exporter = e.exporter({ url, maxRequestBytes: 1000 });
      for (let i = 0; i < 30; i++) {
        exporter.enqueue(readableSpans(10));
        await new Promise((resolve) => setTimeout(resolve, i % 3));
      }
      await exporter.forceFlush();
      expect(exporter.stats()).to.include({ delivered: 300, rejected: 0 });
    });
  });
});
