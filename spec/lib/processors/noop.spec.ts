import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { NoopSpanProcessor } from '../../../lib/processors/noop.js';
import { TracerProvider } from '../../../lib/provider.js';

describe('NoopSpanProcessor', () => {
  it('lets spans record and pass (T-PROC-01)', async () => {
    const provider = new TracerProvider({ spanProcessors: [new NoopSpanProcessor()] });
    const span = provider.getTracer('t').startSpan('a', {}, ROOT_CONTEXT);
    expect(span.isRecording()).to.equal(true);
    span.end();
    expect(await provider.forceFlush()).to.equal(undefined);
    expect(await provider.shutdown()).to.equal(undefined);
  });
});
