import { expect } from 'chai';
import { readableSpan, readableSpans } from '../support/readable-spans.js';
import type { RemoteExporting } from '../support/remote-exporting.js';

/** What is particular to an exporter. */
export interface OutboxParts {
  /** What the codes of its reports begin with. */
  readonly name: string;
  /** The status that its backend answers with. */
  readonly ok: number;
}

/** What every exporter with an outbox must do with the spans that it is given by `enqueue`. */
export function behavesLikeAnOutbox(e: RemoteExporting, { name, ok }: OutboxParts): void {
  it('drops the newest beyond its bytes, counts them and says so once', async () => {
    e.collector.always({ status: ok, delay: 30 });
    const exporter = e.exporter({ maxQueueBytes: 4000 });
    const taken = Array.from({ length: 30 }, () => exporter.enqueue(readableSpans(2)));
    expect([taken[0], taken.at(-1)]).to.deep.equal([true, false]);
    await exporter.forceFlush();
    const { delivered, dropped } = exporter.stats();
    expect(delivered).to.equal(taken.filter((each) => each).length * 2);
    expect(delivered + dropped.queueFull).to.equal(60);
    expect(e.codes()).to.deep.equal([`${name}.queue-full`]);
    expect(exporter.enqueue(readableSpans(2)), 'room again').to.equal(true);
  });

  it('counts and sends the others when a span is invalid', async () => {
    const exporter = e.exporter();
    const bad = readableSpan({ spanContext: () => ({ traceId: 'x', spanId: 'y', traceFlags: 1 }) });
    expect(exporter.enqueue([...readableSpans(2), bad])).to.equal(true);
    expect(exporter.enqueue([bad])).to.equal(true);
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ accepted: 4, delivered: 2 });
    expect(exporter.stats().dropped.invalid).to.equal(2);
    expect(e.collector.requests).to.have.length(1);
  });

  it('makes several requests of what is too large for one (E-HTTP-08)', async () => {
    const exporter = e.exporter({ maxRequestBytes: 3000 });
    const small = { attributes: { text: 'x'.repeat(500) } };
    const large = readableSpan({ attributes: { text: 'x'.repeat(4000) } });
    exporter.enqueue([...Array.from({ length: 20 }, () => readableSpan(small)), large]);
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ accepted: 21, delivered: 20 });
    expect(exporter.stats().dropped.requestTooLarge).to.equal(1);
    for (const { body } of e.collector.requests) expect(body.length).to.be.at.most(3000);
    expect(e.codes()).to.deep.equal([`${name}.request-too-large`]);
  });

  it('refuses spans after shutdown, and counts them (T-EXP-03)', async () => {
    const exporter = e.exporter();
    await exporter.shutdown();
    expect(exporter.enqueue(readableSpans(3))).to.equal(false);
    expect(exporter.stats().dropped.shutdown).to.equal(3);
  });
}
