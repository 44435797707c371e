import { expect } from 'chai';
import type { ExportStats } from '../../exporters/otlp/export-stats.js';
import type { ZipkinExporterOptions } from '../../exporters/zipkin.js';
import type { Answer } from '../support/collector.js';
import { readableSpans } from '../support/readable-spans.js';
import { zipkinExporting } from './zipkin-exporting.js';

/** Spans in each case: so many batches of ten. */
const BATCHES = 8;
const SPANS = BATCHES * 10;

describe('ZipkinExporter, enqueue, faults', () => {
  const z = zipkinExporting();

  interface Case {
    what: string;
    answers: Answer[];
    options?: ZipkinExporterOptions;
    /** Where the rest of the spans is; all are delivered by default. */
    lost?: Partial<Pick<ExportStats, 'rejected'>> & Partial<ExportStats['dropped']>;
    codes?: string[];
  }

  const OK: Answer = { status: 202 };
  const cases: Case[] = [
    { what: 'resets', answers: ['reset', 'reset', OK, 'reset'] },
    { what: 'answers that are no HTTP', answers: ['no http', OK, 'no http'] },
    { what: 'hangs', answers: ['hang', OK, 'hang'], options: { timeoutMillis: 60 } },
    { what: 'bodies that hang', answers: ['hang in body'], options: { timeoutMillis: 60 } },
    { what: 'responses that break off', answers: ['reset in body', 'reset in body'] },
    { what: 'connections closed after an answer', answers: Array<Answer>(8).fill('close after') },
    { what: 'slowness', answers: [{ status: 202, delay: 80 }] },
    ...[429, 502, 503, 504].map((status) => ({
      what: `status ${status}`,
      answers: [{ status }, OK, { status }, { status }],
    })),
    {
      what: 'status 503 with Retry-After',
      answers: [{ status: 503, headers: { 'retry-after': new Date().toUTCString() } }],
    },
    ...[301, 400, 401, 413, 500].map((status) => ({
      what: `status ${status}`,
      answers: [{ status, headers: { location: '/elsewhere' } }, OK, { status }],
      lost: { rejected: 20 },
      codes: ['zipkin.rejected'],
    })),
    {
      what: 'garbage',
      answers: [
        { status: 202, body: 'ÿ<html>' },
        { status: 503, body: 'ÿ\0' },
      ],
    },
    {
      what: 'huge bodies',
      answers: [{ status: 202, body: 'x'.repeat(500_000) }],
      options: { maxResponseBytes: 1000 },
      lost: { responseTooLarge: 10 },
      codes: ['zipkin.response-too-large'],
    },
  ];

  for (const { what, answers, options, lost = {}, codes = [] } of cases) {
    it(`counts every span through ${what}`, async () => {
      z.zipkin.answer(...answers);
      // So that no two batches are joined.
      const exporter = z.exporter({ maxRequestBytes: 4000, ...options });
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
      expect(z.seenIds().size, 'spans that arrived').to.equal(SPANS);
      expect(new Set(z.codes().filter((code) => code !== 'zipkin.waiting'))).to.deep.equal(
        new Set(codes),
      );
    });
  }
});
