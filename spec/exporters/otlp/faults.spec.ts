import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { ExportStats } from '../../../exporters/otlp/export-stats.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { ExportResultCode } from '../../../lib/exporter.js';
import { refusingUrl, type Answer } from '../../support/collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exported, exporting } from './exporting.js';

const NOTHING_DROPPED: ExportStats['dropped'] = {
  invalid: 0,
  requestTooLarge: 0,
  responseTooLarge: 0,
  timeout: 0,
  shutdown: 0,
  queueFull: 0,
  expired: 0,
  spoolFull: 0,
  spoolExpired: 0,
  spoolFailed: 0,
};

describe('OTLPTraceExporter, faults', () => {
  const e = exporting();

  interface Case {
    what: string;
    answers: Answer[];
    options?: OTLPTraceExporterOptions;
    /** Requests that the backend must have seen. */
    requests: number;
    stats: Partial<Pick<ExportStats, 'delivered' | 'rejected'>> & {
      dropped?: Partial<ExportStats['dropped']>;
    };
    error?: RegExp;
  }

  const retried = (answer: Answer): Pick<Case, 'answers' | 'requests' | 'stats'> => ({
    answers: [answer, answer],
    requests: 3,
    stats: { delivered: 5 },
  });
  const refused = (answer: Answer): Pick<Case, 'answers' | 'requests' | 'stats'> => ({
    answers: [answer],
    requests: 1,
    stats: { rejected: 5 },
  });

  const cases: Case[] = [
    ...[429, 502, 503, 504].map((status) => ({
      what: `retries after ${status} (E-HTTP-05)`,
      ...retried({ status }),
    })),
    ...[301, 302, 307, 308, 400, 401, 403, 404, 408, 413, 500, 501, 505].map((status) => ({
      what: `gives up after ${status} (E-HTTP-05, E-HTTP-12)`,
      ...refused({ status, headers: { location: '/elsewhere' } }),
      error: new RegExp(`: ${status} `),
    })),
    { what: 'retries after a reset (E-HTTP-07)', ...retried('reset') },
    { what: 'retries after something that is no HTTP', ...retried('no http') },
    {
      what: 'takes any status from 200 to 299 as success',
      answers: [{ status: 202 }],
      requests: 1,
      stats: { delivered: 5 },
    },
    {
      what: 'takes a garbage body with 200 as success (E-HTTP-13)',
      answers: [{ status: 200, body: 'ÿ<html>it works</html>' }],
      requests: 1,
      stats: { delivered: 5 },
    },
    {
      what: 'takes a body that breaks off after 200 as success',
      answers: ['reset in body'],
      requests: 1,
      stats: { delivered: 5 },
    },
    {
      what: 'waits for a body until its time is over, and knows the status (T-EXP-02)',
      answers: ['hang in body'],
      options: { timeoutMillis: 250 },
      requests: 1,
      stats: { delivered: 5 },
    },
    {
      what: 'gives up after a hang (T-EXP-02, E-CFG-07)',
      answers: ['hang'],
      options: { timeoutMillis: 250 },
      requests: 1,
      stats: { dropped: { timeout: 5 } },
      error: /no answer \(given up after 1 attempt\)/,
    },
    {
      what: 'fails on a response over its limit (E-HTTP-08)',
      answers: [{ status: 200, body: 'x'.repeat(2000) }],
      options: { maxResponseBytes: 1000 },
      requests: 1,
      stats: { dropped: { responseTooLarge: 5 } },
      error: /larger than 1000 bytes/,
    },
    {
      what: 'fails on an error response over its limit without a retry (E-HTTP-08)',
      answers: [{ status: 503, body: 'x'.repeat(2000) }],
      options: { maxResponseBytes: 1000 },
      requests: 1,
      stats: { dropped: { responseTooLarge: 5 } },
    },
    {
      what: 'takes a response at its limit',
      answers: [{ status: 200, body: 'x'.repeat(1000) }],
      options: { maxResponseBytes: 1000 },
      requests: 1,
      stats: { delivered: 5 },
    },
    {
      what: 'gives up at once when Retry-After is beyond its time (E-RET-03)',
      answers: [{ status: 503, headers: { 'retry-after': '60' } }],
      requests: 1,
      stats: { dropped: { timeout: 5 } },
      error: /503 .*given up after 1 attempt/,
    },
    {
      what: 'ends after 10 attempts without a time limit',
      answers: Array.from({ length: 20 }, () => ({ status: 503 })),
      options: { timeoutMillis: 0 },
      requests: 10,
      stats: { dropped: { timeout: 5 } },
    },
    {
      what: 'does not send a request over its limit (E-HTTP-08, E-CFG-09)',
      answers: [],
      options: { maxRequestBytes: 100 },
      requests: 0,
      stats: { dropped: { requestTooLarge: 5 } },
      error: /more than maxRequestBytes 100/,
    },
  ];

  for (const { what, answers, options, requests, stats, error } of cases) {
    it(`${what}, and counts every span`, async () => {
      e.collector.answer(...answers);
      const exporter = e.exporter(options);
      const result = await exported(exporter, readableSpans(5));
      expect(e.collector.requests).to.have.length(requests);
      expect(exporter.stats()).to.deep.equal({
        accepted: 5,
        delivered: 0,
        rejected: 0,
        pending: 0,
        pendingBytes: 0,
        spooled: 0,
        ...stats,
        dropped: { ...NOTHING_DROPPED, ...stats.dropped },
      });
      const succeeded = stats.delivered === 5;
      expect(result.code).to.equal(succeeded ? ExportResultCode.SUCCESS : ExportResultCode.FAILED);
      if (!succeeded) expect(result.error?.message).to.match(/^5 spans could not be sent to http/);
      if (error !== undefined) expect(result.error?.message).to.match(error);
    });
  }

  it('keeps trying a refused connection until its time is over (E-HTTP-07)', async () => {
    const exporter = e.exporter({ url: await refusingUrl(), timeoutMillis: 400 });
    const { error } = await exported(exporter, readableSpans(2));
    expect(error?.message).to.match(/ECONNREFUSED.*given up after \d+ attempts/);
    expect(exporter.stats().dropped.timeout).to.equal(2);
  });

  it('says why a name with several addresses cannot be reached', async () => {
    const url = (await refusingUrl()).replace('127.0.0.1', 'localhost');
    const { error } = await exported(e.exporter({ url, timeoutMillis: 400 }), readableSpans(1));
    expect(error?.message).to.match(/ECONNREFUSED/);
  });

  it('delivers when the backend comes up in time', async () => {
    const url = await refusingUrl();
    const exporter = e.exporter({ url, timeoutMillis: 5000 });
    const result = exported(exporter, readableSpans(2));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    });
    server.listen(Number(new URL(url).port), '127.0.0.1');
    expect((await result).code).to.equal(ExportResultCode.SUCCESS);
    expect((server.address() as AddressInfo).port).to.be.above(0);
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends the same bytes again, not another request', async () => {
    e.collector.answer({ status: 503 });
    await exported(e.exporter(), readableSpans(3));
    const [first, second] = e.collector.requests;
    expect(first!.body.equals(second!.body)).to.equal(true);
  });

  it('repeats on a new connection, at once, when the kept one was closed meanwhile (E-HTTP-07)', async () => {
    e.collector.answer({ status: 200 }, 'reset');
    const exporter = e.exporter({ initialBackoffMillis: 60_000, maxBackoffMillis: 60_000 });
    await exported(exporter, readableSpans(1));
    await exported(exporter, readableSpans(1));
    expect(exporter.stats().delivered).to.equal(2);
    expect(e.collector.requests).to.have.length(3);
  });

  it('closes the connection of a response that is too large', async () => {
    e.collector.answer({ status: 200, body: 'x'.repeat(1_000_000) });
    await exported(e.exporter({ maxResponseBytes: 1000 }), readableSpans(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(e.collector.connections()).to.equal(0);
  });
});
