import { expect } from 'chai';
import type { ExportStats } from '../../exporters/otlp/export-stats.js';
import type { Answer } from '../support/collector.js';
import { readableSpans } from '../support/readable-spans.js';
import type { RemoteExporting, RemoteOptions } from '../support/remote-exporting.js';
import type { OutboxParts } from './outbox.js';

/** Spans in each case: so many batches of ten. */
const BATCHES = 8;
const SPANS = BATCHES * 10;

/** What a backend does to the requests of an exporter, one after the other. */
export interface FaultCase {
  readonly what: string;
  readonly answers: readonly Answer[];
  readonly options?: RemoteOptions;
  /** Where the rest of the spans is; all are delivered by default. */
  readonly lost?: Partial<Pick<ExportStats, 'rejected'>> & Partial<ExportStats['dropped']>;
  readonly codes?: readonly string[];
}

/** What is particular to an exporter. */
export interface FaultParts extends OutboxParts {
  /** Room for the ten spans of one batch, and not for those of two. */
  readonly maxRequestBytes: number;
  /** Faults that only its protocol knows. */
  readonly more?: readonly FaultCase[];
}

/** Every exporter with an outbox must get through the faults of a backend, and count every span. */
export function countsThroughFaults(e: RemoteExporting, parts: FaultParts): void {
  const { name, maxRequestBytes, more = [] } = parts;
  for (const { what, answers, options, lost = {}, codes = [] } of [...faults(parts), ...more]) {
    it(`counts every span through ${what}`, async () => {
      e.collector.answer(...answers);
      // So that no two batches are joined.
      const exporter = e.exporter({ maxRequestBytes, ...options });
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
      expect(e.seenIds().size, 'spans that arrived').to.equal(SPANS);
      expect(new Set(e.codes().filter((code) => code !== `${name}.waiting`))).to.deep.equal(
        new Set(codes),
      );
    });
  }
}

function faults({ name, ok }: OutboxParts): FaultCase[] {
  const OK: Answer = { status: ok };
  return [
    { what: 'resets', answers: ['reset', 'reset', OK, 'reset'] },
    { what: 'answers that are no HTTP', answers: ['no http', OK, 'no http'] },
    { what: 'hangs', answers: ['hang', OK, 'hang'], options: { timeoutMillis: 60 } },
    { what: 'bodies that hang', answers: ['hang in body', OK], options: { timeoutMillis: 60 } },
    { what: 'responses that break off', answers: ['reset in body', 'reset in body'] },
    {
      what: 'slowness',
      answers: [
        { status: ok, delay: 80 },
        { status: ok, delay: 20 },
      ],
    },
    { what: 'connections closed after an answer', answers: Array<Answer>(8).fill('close after') },
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
      codes: [`${name}.rejected`],
    })),
    {
      what: 'garbage',
      answers: [
        { status: ok, body: 'ÿ<html>' },
        { status: 503, body: 'ÿ\0' },
      ],
    },
    {
      what: 'huge bodies',
      answers: [{ status: ok, body: 'x'.repeat(500_000) }, OK],
      options: { maxResponseBytes: 1000 },
      lost: { responseTooLarge: 10 },
      codes: [`${name}.response-too-large`],
    },
  ];
}
