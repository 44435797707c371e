import { countsThroughFaults } from '../contract/outbox-faults.js';
import { zipkinExporting } from './zipkin-exporting.js';

describe('ZipkinExporter, enqueue, faults', () => {
  countsThroughFaults(zipkinExporting(), { name: 'zipkin', ok: 202, maxRequestBytes: 4000 });
});
