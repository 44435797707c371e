import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';

/*
 * How to keep secrets out of spans: a processor that overwrites them while the span is ending, before
 * any exporting processor sees it. Where it stands in the list does not matter.
 */

/** Overwrites attributes whose key looks like a secret's. */
function redacting(secret: RegExp): SpanProcessor {
  return {
    onStart: () => {},
    onEnding(span) {
      for (const key of Object.keys(span.attributes)) {
        if (secret.test(key)) span.setAttribute(key, '[redacted]');
      }
    },
    onEnd: () => {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

describe('a processor can redact attributes', () => {
  it('in onEnding, for all exporters, wherever it stands (T-PROC-04)', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter), redacting(/password|token/i)],
    });
    const span = provider.getTracer('app').startSpan('login', { attributes: { user: 'me' } });
    span.setAttribute('user.password', 'hunter2').setAttribute('accessToken', 'abc').end();
    expect(exporter.getFinishedSpans()[0]?.attributes).to.deep.equal({
      user: 'me',
      'user.password': '[redacted]',
      accessToken: '[redacted]',
    });
  });

  it('for one exporter alone, by handing on a span in front of the span', () => {
    const [inside, outside] = [new InMemorySpanExporter(), new InMemorySpanExporter()];
    const outward = new SimpleSpanProcessor(outside);
    const provider = new TracerProvider({
      spanProcessors: [
        new SimpleSpanProcessor(inside),
        {
          onStart: (span, parent) => outward.onStart(span, parent),
          onEnd(span) {
            const { user: _user, ...attributes } = span.attributes;
            outward.onEnd(
              Object.create(span, { attributes: { value: attributes } }) as typeof span,
            );
          },
          forceFlush: () => outward.forceFlush(),
          shutdown: () => outward.shutdown(),
        },
      ],
    });
    const attributes = { user: 'me', 'http.route': '/login' };
    provider.getTracer('app').startSpan('login', { attributes }).end();
    expect(inside.getFinishedSpans()[0]?.attributes).to.deep.equal(attributes);
    expect(outside.getFinishedSpans()[0]?.attributes).to.deep.equal({ 'http.route': '/login' });
    expect(outside.getFinishedSpans()[0]?.name).to.equal('login');
  });
});
