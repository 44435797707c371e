import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AWSXRayIdGenerator as OfficialAWSXRayIdGenerator } from '@opentelemetry/id-generator-aws-xray';
import { expect } from 'chai';
import { TracerProvider } from '../../lib/provider.js';
import { AWSXRayIdGenerator } from '../../propagators/aws-xray-id-generator.js';

describe('AWSXRayIdGenerator', () => {
  const ids = new AWSXRayIdGenerator();
  const seconds = (traceId: string) => parseInt(traceId.slice(0, 8), 16);

  it('begins trace ids with the time, as the official generator does (T-ID-07)', () => {
    const before = Math.floor(Date.now() / 1000);
    const times = [ids, new OfficialAWSXRayIdGenerator()].map((generator) =>
      seconds(generator.generateTraceId()),
    );
    const after = Math.floor(Date.now() / 1000);
    for (const time of times) expect(time).to.be.within(before, after);
  });

  it('makes ids of the right form, no two of them alike (T-ID-07)', () => {
    const traceIds = new Set<string>();
    const spanIds = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      traceIds.add(ids.generateTraceId());
      spanIds.add(ids.generateSpanId());
    }
    expect(traceIds.size).to.equal(1000);
    expect(spanIds.size).to.equal(1000);
    for (const id of traceIds) expect(id).to.match(/^[0-9a-f]{32}$/);
    for (const id of spanIds) expect(id).to.match(/^[0-9a-f]{16}$/);
  });

  it('has a clock that is wrong still make 8 digits', () => {
    const { now } = Date;
    try {
      for (const [millis, digits] of [
        [0, '00000000'],
        [1000, '00000001'],
        [2 ** 31 * 1000, '80000000'],
        [2 ** 32 * 1000 + 5000, '00000005'],
      ] as const) {
        Date.now = () => millis;
        expect(ids.generateTraceId()).to.match(new RegExp(`^${digits}[0-9a-f]{24}$`));
      }
    } finally {
      Date.now = now;
    }
  });

  it('makes roots with the random flag: 56 bits at the right are random (T-ID-03, T-ID-04)', () => {
    const tracer = new TracerProvider({ idGenerator: ids }).getTracer('spec');
    const span = tracer.startSpan('root', {}, ROOT_CONTEXT);
    const { traceId, traceFlags } = trace.getSpanContext(trace.setSpan(ROOT_CONTEXT, span))!;
    expect(traceFlags & 0x02).to.equal(0x02);
    expect(seconds(traceId)).to.be.closeTo(Date.now() / 1000, 5);
    span.end();
  });
});
