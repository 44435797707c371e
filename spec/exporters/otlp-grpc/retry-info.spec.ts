import { expect } from 'chai';
import fc from 'fast-check';
import { retryDelayMillis } from '../../../exporters/otlp/grpc-retry-info.js';
import { field, retryStatus, varint } from './status-details.js';

describe('retryDelayMillis', () => {
  it('reads the delay of a RetryInfo (E-GRPC-03)', () => {
    expect(retryDelayMillis(retryStatus({ seconds: 3, nanos: 250_000_000 }))).to.equal(3250);
    expect(retryDelayMillis(retryStatus({ seconds: 2 }))).to.equal(2000);
    expect(retryDelayMillis(retryStatus({ nanos: 5_000_000 }))).to.equal(5);
  });

  it('reads bytes that were put together by hand', () => {
    const url = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
    // Status 14 { details: [Any { url (40 bytes), value: RetryInfo { Duration { 1 s, 500,000,000 ns } } }] }
    const head = Buffer.from('080e1a360a28', 'hex');
    const value = Buffer.from('120a0a0808011080cab5ee01', 'hex');
    const bytes = Buffer.concat([head, url, value]);
    expect(retryDelayMillis(bytes)).to.equal(1500);
  });

  it('finds it behind other details', () => {
    const other = field(3, Buffer.concat([field(1, 'type.googleapis.com/google.rpc.Help')]));
    const status = Buffer.concat([
      field(1, 14),
      field(2, 'busy'),
      other,
      retryStatus({ seconds: 1 }),
    ]);
    expect(retryDelayMillis(status)).to.equal(1000);
  });

  it('passes over fields of every wire type', () => {
    const fixed = Buffer.concat([varint((9 << 3) | 1), Buffer.alloc(8)]);
    const short = Buffer.concat([varint((9 << 3) | 5), Buffer.alloc(4)]);
    const status = Buffer.concat([fixed, short, retryStatus({ seconds: 1 })]);
    expect(retryDelayMillis(status)).to.equal(1000);
  });

  it('is 0 for a RetryInfo without a usable delay', () => {
    expect(retryDelayMillis(retryStatus({}))).to.equal(0);
    expect(retryDelayMillis(retryStatus(undefined))).to.equal(0);
    expect(retryDelayMillis(retryStatus({ seconds: -1 }))).to.equal(0);
    expect(retryDelayMillis(retryStatus({ nanos: 2e9 }))).to.equal(0);
    expect(retryDelayMillis(retryStatus({ seconds: 2 ** 60 }))).to.equal(0);
  });

  it('is undefined where there is none', () => {
    expect(retryDelayMillis(new Uint8Array())).to.equal(undefined);
    expect(retryDelayMillis(field(3, field(1, 'type.googleapis.com/google.rpc.Help')))).to.equal(
      undefined,
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(retryDelayMillis(bytes)).to.satisfy(
          (delay: number | undefined) => delay === undefined || delay >= 0,
        );
      }),
    );
  });

  it('survives a message that was cut or changed anywhere', () => {
    const whole = retryStatus({ seconds: 3, nanos: 5 });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) bytes[at] = byte;
        const delay = retryDelayMillis(bytes);
        expect(delay === undefined || delay >= 0).to.equal(true);
      }),
    );
  });

  it('reads any duration', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(999_999_999), (seconds, nanos) => {
        const delay = retryDelayMillis(retryStatus({ seconds, nanos }));
        expect(delay).to.equal(seconds * 1000 + nanos / 1e6);
      }),
    );
  });
});
