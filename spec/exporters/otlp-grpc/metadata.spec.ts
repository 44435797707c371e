import { Metadata } from '@grpc/grpc-js';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  GrpcHeaders,
  grpcTimeout,
  metadataEntries,
} from '../../../exporters/otlp/grpc-metadata.js';
import { soon } from './transporting.js';

describe('metadataEntries', () => {
  it('makes lower-case keys and keeps the last of several cases (E-GRPC-07)', () => {
    expect(metadataEntries({ 'X-Key': '1', 'x-key': '2', 'a_b.c-1': ' 3 ' })).to.deep.equal([
      ['x-key', '2'],
      ['a_b.c-1', '3'],
    ]);
  });

  it('leaves out what gRPC says itself', () => {
    const reserved = {
      'Content-Type': 'text/plain',
      TE: 'gzip',
      Host: 'h',
      'User-Agent': 'u',
      'Transfer-Encoding': 'chunked',
      Connection: 'close',
      'grpc-timeout': '1H',
      'grpc-encoding': 'zstd',
    };
    expect(metadataEntries(reserved)).to.deep.equal([]);
  });

  it('takes base64 for binary keys, padded or not (E-GRPC-07)', () => {
    for (const value of ['AQI=', 'AQI']) {
      expect(metadataEntries({ 'x-bin': value })).to.deep.equal([['x-bin', Buffer.from([1, 2])]]);
    }
    expect(metadataEntries({ 'x-bin': '' })).to.deep.equal([['x-bin', Buffer.alloc(0)]]);
  });

  it('names what it refuses, not the value', () => {
    const bad: Record<string, string>[] = [
      { 'secret name': 'secret' },
      { 'x!': 'secret' },
      { ':path': 'secret' },
      { '': 'secret' },
      { key: 'secret\n' },
      { key: 'secret\u00e9' },
      { key: 7 as unknown as string },
      { 'key-bin': 'sec!ret' },
      { 'key-bin': 'secre' },
      { 'key-bin': 'AQ-_' },
    ];
    for (const headers of bad) {
      const [name] = Object.keys(headers);
      expect(() => metadataEntries(headers), name)
        .to.throw(TypeError, `"${name}"`)
        .with.property('message')
        .that.does.not.match(/secret(?! name)/);
    }
  });

  it('gives only what the library takes', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,8}(-bin)?$/));
    const value = fc.oneof(fc.string(), fc.base64String());
    fc.assert(
      fc.property(fc.dictionary(text, value), (headers) => {
        try {
          const metadata = new Metadata();
          for (const [key, value] of metadataEntries(headers)) metadata.set(key, value);
          metadata.toHttp2Headers();
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError);
        }
      }),
    );
  });
});

describe('GrpcHeaders', () => {
  it('asks the function before each attempt, and keeps its last answer for the end', async () => {
    let asked = 0;
    const headers = new GrpcHeaders(async () => ({ token: String(++asked) }));
    expect(await headers.get(soon())).to.deep.equal([['token', '1']]);
    expect(await headers.get(soon())).to.deep.equal([['token', '2']]);
    expect(headers.getSync()).to.deep.equal([['token', '2']]);
  });

  it('takes a function that answers at once also at the end', () => {
    expect(new GrpcHeaders(() => ({ token: '1' })).getSync()).to.deep.equal([['token', '1']]);
  });

  it('waits no longer than the signal allows', async () => {
    const headers = new GrpcHeaders(() => new Promise(() => {}));
    const why = await headers.get(AbortSignal.timeout(10)).catch((error: Error) => error.message);
    expect(why).to.equal('no headers in time');
    const late = await headers.get(AbortSignal.abort()).catch((error: Error) => error.message);
    expect(late).to.equal('no headers in time');
  });

  it('fails with what the function throws', async () => {
    const boom = new Error('boom');
    const throwing = new GrpcHeaders(() => {
      throw boom;
    });
    expect(await throwing.get(soon()).catch((error: unknown) => error)).to.equal(boom);
    const rejecting = new GrpcHeaders(() => Promise.reject(boom));
    expect(await rejecting.get(soon()).catch((error: unknown) => error)).to.equal(boom);
    expect(rejecting.getSync()).to.deep.equal([]);
  });
});

describe('grpcTimeout', () => {
  it('has at most eight digits and a unit (E-GRPC-07)', () => {
    expect(grpcTimeout(10_000)).to.equal('10000m');
    expect(grpcTimeout(0.2)).to.equal('1m');
    expect(grpcTimeout(99_999_999)).to.equal('99999999m');
    expect(grpcTimeout(100_000_000)).to.equal('100000S');
    expect(grpcTimeout(1e300)).to.equal('99999999S');
  });

  it('is none for no limit (E-CFG-07)', () => {
    expect(grpcTimeout(0)).to.equal(undefined);
    expect(grpcTimeout(Infinity)).to.equal(undefined);
  });
});
