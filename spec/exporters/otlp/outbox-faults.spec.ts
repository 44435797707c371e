import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { ExportStats } from '../../../exporters/otlp/export-stats.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { spansOf, type Answer } from '../../support/collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exporting, until } from './exporting.js';

/** Spans in each case: so many batches of ten. */
const BATCHES = 8;
const SPANS = BATCHES * 10;

describe('OTLPTraceExporter, enqueue, faults', () => {
  const e = exporting();

  interface Case {
    what: string;
    answers: Answer[];
    options?: OTLPTraceExporterOptions;
    /** Where the rest of the spans is; all are delivered by default. */
    lost?: Partial<Pick<ExportStats, 'rejected'>> & Partial<ExportStats['dropped']>;
    codes?: string[];
  }

  const cases: Case[] = [
    { what: 'resets', answers: ['reset', 'reset', { status: 200 }, 'reset'] },
    { what: 'answers that are no HTTP', answers: ['no http', { status: 200 }, 'no http'] },
    { what: 'hangs', answers: ['hang', { status: 200 }, 'hang'], options: { timeoutMillis: 60 } },
    {
      what: 'bodies that hang',
      answers: ['hang in body', { status: 200 }],
      options: { timeoutMillis: 60 },
    },
    { what: 'responses that break off', answers: ['reset in body', 'reset in body'] },
    {
      what: 'slowness',
      answers: [
        { status: 200, delay: 80 },
        { status: 200, delay: 20 },
      ],
    },
    { what: 'connections closed after an answer', answers: Array<Answer>(8).fill('close after') },
    ...[429, 502, 503, 504].map((status) => ({
      what: `status ${status}`,
      answers: [{ status }, { status: 200 }, { status }, { status }],
    })),
    {
      what: 'status 503 with Retry-After',
      answers: [{ status: 503, headers: { 'retry-after': new Date().toUTCString() } }],
    },
    ...[301, 400, 401, 413, 500].map((status) => ({
      what: `status ${status}`,
      answers: [{ status, headers: { location: '/elsewhere' } }, { status: 200 }, { status }],
      lost: { rejected: 20 },
      codes: ['otlp.rejected'],
    })),
    {
      what: 'partial success',
      answers: [{ status: 200, body: Uint8Array.of(0x0a, 2, 0x08, 3) }],
      lost: { rejected: 3 },
      codes: ['otlp.partial-success'],
    },
    {
      what: 'garbage',
      answers: [
        { status: 200, body: 'ÿ<html>' },
        { status: 503, body: 'ÿ\0' },
      ],
    },
    {
      what: 'huge bodies',
      answers: [{ status: 200, body: 'x'.repeat(500_000) }, { status: 200 }],
      options: { maxResponseBytes: 1000 },
      lost: { responseTooLarge: 10 },
      codes: ['otlp.response-too-large'],
    },
  ];

  for (const { what, answers, options, lost = {}, codes = [] } of cases) {
    it(`counts every span through ${what}`, async () => {
      e.collector.answer(...answers);
      // So that no two batches are joined.
      const exporter = e.exporter({ maxRequestBytes: 1000, ...options });
      for (let i = 0; i < BATCHES; i++) exporter.enqueue(readableSpans(10));
      await exporter.forceFlush().catch(() => {});
      const { rejected = 0, ...dropped } = lost;
      const sum = Object.values(dropped).reduce((total, count) => total + count, 0);
      expect(exporter.stats()).to.deep.include({
        accepted: SPANS,
        delivered: SPANS - rejected - sum,
        rejected,
        pending: 0,
      });
      expect(exporter.stats().dropped).to.include(dropped);
      const seen = e.collector.traces().flatMap(spansOf);
      expect(new Set(seen.map(({ spanId }) => spanId)).size, 'spans that arrived').to.equal(SPANS);
      expect(new Set(e.codes().filter((code) => code !== 'otlp.waiting'))).to.deep.equal(
        new Set(codes),
      );
    });
  }

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
