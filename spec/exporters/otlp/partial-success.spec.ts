import { expect } from 'chai';
import * as fc from 'fast-check';
import { readErrorMessage, readPartialSuccess } from '../../../exporters/otlp/response.js';
import { ExportResultCode } from '../../../lib/exporter.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exported, exporting } from './exporting.js';

/** Written down by hand: partial_success = 1 { rejected_spans = 1, error_message = 2 } (E-PB-08). */
function partial(rejected: number, message: string): Uint8Array {
  const text = Buffer.from(message);
  const inner = [0x08, rejected, 0x12, text.length, ...text];
  return Uint8Array.from([0x0a, inner.length, ...inner]);
}

describe('OTLPTraceExporter, partial success (E-HTTP-03, E-HTTP-04)', () => {
  const e = exporting();

  const answers = {
    'http/protobuf': (rejected: number, message: string) => partial(rejected, message),
    'http/json': (rejected: number, message: string) =>
      Buffer.from(
        JSON.stringify({
          partialSuccess: { rejectedSpans: String(rejected), errorMessage: message },
        }),
      ),
  };

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    it(`counts and reports rejected spans, and does not send them again: ${protocol}`, async () => {
      e.collector.answer({ status: 200, body: answers[protocol](2, 'too old') });
      const exporter = e.exporter({ protocol });
      const { code } = await exported(exporter, readableSpans(5));
      expect(code).to.equal(ExportResultCode.SUCCESS);
      expect(e.collector.requests).to.have.length(1);
      expect(exporter.stats()).to.include({ delivered: 3, rejected: 2 });
      expect(e.diagnostics).to.have.length(1);
      expect(e.diagnostics[0]).to.include({ code: 'otlp.partial-success' });
      expect(e.diagnostics[0]!.message).to.include('2 spans: too old');
    });

    it(`takes a message without rejected spans as a warning: ${protocol}`, async () => {
      e.collector.answer({ status: 200, body: answers[protocol](0, 'use another name') });
      const exporter = e.exporter({ protocol });
      await exported(exporter, readableSpans(5));
      expect(exporter.stats()).to.include({ delivered: 5, rejected: 0 });
      expect(e.diagnostics[0]).to.include({ code: 'otlp.warning' });
    });

    it(`takes an empty partial success as success: ${protocol}`, async () => {
      e.collector.answer({ status: 200, body: answers[protocol](0, '') });
      await exported(e.exporter({ protocol }), readableSpans(5));
      expect(e.diagnostics).to.deep.equal([]);
    });
  }

  it('never rejects more than was sent', async () => {
    e.collector.answer({ status: 200, body: partial(100, '') });
    const exporter = e.exporter();
    await exported(exporter, readableSpans(5));
    expect(exporter.stats()).to.include({ delivered: 0, rejected: 5 });
  });

  it('repeats what a backend says about an error, on one line (E-HTTP-09)', async () => {
    const text = Buffer.from('bad\n\u001b[31mspan');
    e.collector.answer({
      status: 400,
      body: Uint8Array.from([0x08, 3, 0x12, text.length, ...text]),
    });
    const { error } = await exported(e.exporter(), readableSpans(1));
    expect(error?.message).to.match(/: 400 Bad Request: bad \[31mspan$/);
    e.collector.answer({ status: 400, body: JSON.stringify({ code: 3, message: 'bad json' }) });
    const json = await exported(e.exporter({ protocol: 'http/json' }), readableSpans(1));
    expect(json.error?.message).to.match(/: 400 Bad Request: bad json$/);
  });

  it('skips fields that it does not know (E-PB-08, E-JSON-07)', () => {
    const unknown = [
      0x50, 0x96, 0x01, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x62, 2, 9, 9, 0x6d, 1, 2, 3, 4,
    ];
    const body = Uint8Array.from([...unknown, ...partial(3, 'x'), ...unknown]);
    expect(readPartialSuccess(body, false)).to.deep.equal({ rejectedSpans: 3, errorMessage: 'x' });
    const json = Buffer.from('{"new":1,"partialSuccess":{"rejectedSpans":3,"newer":[]}}');
    expect(readPartialSuccess(json, true)).to.deep.equal({ rejectedSpans: 3, errorMessage: '' });
  });

  it('reads any bytes without a throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        fc.boolean(),
        (body, json) => {
          const { rejectedSpans, errorMessage } = readPartialSuccess(body, json);
          expect(Number.isSafeInteger(rejectedSpans) && rejectedSpans >= 0).to.equal(true);
          expect(errorMessage + readErrorMessage(body, json)).to.not.match(/\p{Cc}/u);
        },
      ),
    );
  });
});
