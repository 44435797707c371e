import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { Delivery } from '../../../exporters/otlp/delivery.js';
import type { OtlpTransport, Outcome } from '../../../exporters/otlp/transport.js';
import {
  refusingGrpcUrl,
  startGrpcCollector,
  type GrpcAnswer,
  type GrpcCollector,
} from '../../support/grpc-collector.js';
import { frame, ok, respond, startHttp2Server } from './http2-server.js';
import { field, retryStatus } from './status-details.js';
import { BODY, soon, transportTo } from './transporting.js';

const DELIVERED: Outcome = { kind: 'delivered', rejected: 0, message: '' };

/** The three spans, with all the attempts that they get in the time. */
function delivered(transport: OtlpTransport, timeoutMillis = 5000): Promise<Outcome> {
  return new Delivery({
    timeoutMillis,
    initialBackoffMillis: 5,
    maxBackoffMillis: 10,
    attempt: (signal) => transport.attempt(BODY, signal),
  }).run();
}

describe('createGrpcTransport, faults', () => {
  let collector: GrpcCollector;
  beforeEach(async () => {
    collector = await startGrpcCollector();
  });
  afterEach(() => collector.close());

  /** Three spans were asked for; so many arrived in an accepted call, after so many calls. */
  function expectArrived(spans: number, calls: number): void {
    expect(collector.spans()).to.have.length(spans);
    expect(collector.calls).to.have.length(calls);
  }

  const retried: [what: string, answer: GrpcAnswer][] = [
    ...[1, 4, 10, 11, 14, 15].map((code): [string, GrpcAnswer] => [
      `${code} ${status[code]} (E-GRPC-02)`,
      { code },
    ]),
    [
      'RESOURCE_EXHAUSTED with a wait (E-GRPC-02)',
      { code: status.RESOURCE_EXHAUSTED, statusDetails: retryStatus({ nanos: 1e6 }) },
    ],
    ['a connection that breaks', 'reset'],
  ];
  for (const [what, answer] of retried) {
    it(`delivers all after ${what}, twice`, async () => {
      collector.answer(answer, answer);
      using transport = transportTo(collector.url);
      expect(await delivered(transport)).to.include(DELIVERED);
      expectArrived(3, 3);
    });
  }

  for (const code of [2, 3, 5, 6, 7, 8, 9, 12, 13, 16]) {
    it(`gives up after ${code} ${status[code]}, and says why (E-GRPC-02)`, async () => {
      collector.answer({ code, details: 'no, never' });
      using transport = transportTo(collector.url);
      const outcome = await delivered(transport);
      expect(outcome).to.include({
        kind: 'rejected',
        why: `${code} ${status[code]}: no, never`,
      });
      expectArrived(0, 1);
    });
  }

  for (const made of ['grpc: received', 'Received']) {
    it(`says that a request is too large for the backend, as "${made} message …"`, async () => {
      collector.answer({ code: 8, details: `${made} message larger than max (9 vs. 4)` });
      using transport = transportTo(collector.url);
      expect(await delivered(transport)).to.include({ kind: 'rejected', tooLarge: true });
      expectArrived(0, 1);
    });
  }

  it('waits as long as RetryInfo says (E-GRPC-03)', async () => {
    collector.answer({ code: 14, statusDetails: retryStatus({ nanos: 200e6 }) });
    using transport = transportTo(collector.url);
    expect(await delivered(transport)).to.include(DELIVERED);
    const [first, second] = collector.calls.map(({ at }) => at);
    expect(second! - first!).to.be.within(195, 1000);
    expectArrived(3, 2);
  });

  it('gives up at once when the wait is longer than the time (E-RET-03)', async () => {
    collector.answer({ code: 14, statusDetails: retryStatus({ seconds: 60 }) });
    using transport = transportTo(collector.url);
    const begun = performance.now();
    expect(await delivered(transport, 2000)).to.include({ kind: 'dropped', reason: 'timeout' });
    expect(performance.now() - begun).to.be.below(1000);
    expectArrived(0, 1);
  });

  it('gives up a backend that never answers when the time is over', async () => {
    collector.always('hang');
    using transport = transportTo(collector.url);
    const begun = performance.now();
    expect(await delivered(transport, 150)).to.include({
      kind: 'dropped',
      reason: 'timeout',
      why: 'no answer (given up after 1 attempt)',
    });
    expect(performance.now() - begun).to.be.within(140, 1000);
    expectArrived(0, 1);
  });

  it('leaves a connection over which nothing came', async () => {
    collector.answer('hang');
    using transport = transportTo(collector.url);
    await transport.attempt(BODY, AbortSignal.timeout(50));
    expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    expect(collector.connections).to.equal(2);
  });

  it('does not disturb the calls beside one that is cut off', async () => {
    // Longer than what is left to a connection that is closed.
    collector.answer('hang', { delay: 800 });
    using transport = transportTo(collector.url);
    const short = transport.attempt(BODY, AbortSignal.timeout(100));
    await collector.received(1);
    const long = transport.attempt(BODY, soon());
    expect(await short).to.include({ kind: 'again', why: 'no answer' });
    expect(await long).to.include(DELIVERED);
    expect(collector.connections).to.equal(1);
  });

  it('closes the connections that it has left, also those that never came to be', async () => {
    collector.block();
    using transport = transportTo(collector.url);
    for (let i = 0; i < 3; i++) await transport.attempt(BODY, AbortSignal.timeout(30));
    while (collector.open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(collector.connections).to.equal(3);
  });

  it('says that nobody listens', async () => {
    using transport = transportTo(await refusingGrpcUrl());
    const outcome = await delivered(transport, 100);
    expect(outcome).to.include({ kind: 'dropped', reason: 'timeout' });
    expect(outcome)
      .to.have.property('why')
      .that.matches(/ECONNREFUSED 127\.0\.0\.1:\d+ \(given/);
  });

  it('says that a name is not known, again and again', async () => {
    using transport = transportTo('http://nobody.invalid:4317');
    for (let i = 0; i < 2; i++) {
      const result = await transport.attempt(BODY, soon());
      expect(result).to.have.property('kind', 'again');
      expect(result)
        .to.have.property('why')
        .that.matches(/resolution failed.*nobody\.invalid/);
    }
  });

  it('reaches a backend that was down as soon as it is tried again', async () => {
    using transport = transportTo(collector.url);
    expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    await collector.down();
    for (let i = 0; i < 3; i++) {
      expect(await transport.attempt(BODY, soon())).to.have.property('kind', 'again');
    }
    await collector.up();
    // The library would wait for a second and longer before it connects again.
    expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    expectArrived(6, 2);
  });

  describe('partial success (E-GRPC-04)', () => {
    const partial = (rejected: number, message: string): Buffer =>
      field(1, Buffer.concat([field(1, rejected), field(2, message)]));

    it('tells what the backend rejected, and does not send it again', async () => {
      collector.answer({ body: partial(2, 'too old') });
      using transport = transportTo(collector.url);
      const outcome = await delivered(transport);
      expect(outcome).to.include({ kind: 'delivered', rejected: 2, message: 'too old' });
      expectArrived(3, 1);
    });

    it('takes a body that is none for success', async () => {
      collector.answer({ body: Buffer.from('garbage') });
      using transport = transportTo(collector.url);
      expect(await delivered(transport)).to.include(DELIVERED);
    });
  });

  describe('large responses (E-GRPC-05)', () => {
    const TOO_LARGE = { kind: 'dropped', reason: 'responseTooLarge' };

    it('takes one of just the limit', async () => {
      collector.answer({ body: Buffer.alloc(1000) });
      using transport = transportTo(collector.url, { maxResponseBytes: 1000 });
      expect(await delivered(transport)).to.have.property('kind', 'delivered');
    });

    it('gives up after one above it', async () => {
      collector.answer({ body: Buffer.alloc(1001) });
      using transport = transportTo(collector.url, { maxResponseBytes: 1000 });
      expect(await delivered(transport)).to.include(TOO_LARGE);
      expect(collector.calls).to.have.length(1);
    });

    it('gives up after one that grows above it when it is decompressed', async () => {
      await using server = await startHttp2Server((stream) =>
        respond(
          stream,
          frame(gzipSync(Buffer.alloc(1_000_000)), true),
          { 'grpc-status': '0' },
          { 'grpc-encoding': 'gzip' },
        ),
      );
      using transport = transportTo(server.url, { maxResponseBytes: 10_000 });
      expect(await delivered(transport)).to.include(TOO_LARGE);
      expect(server.requests).to.have.length(1);
    });
  });

  describe('on the level of HTTP/2', () => {
    const statuses: [http: number, why: RegExp, kind: string][] = [
      [400, /^13 INTERNAL: .*400/, 'rejected'],
      [401, /^16 UNAUTHENTICATED: .*401/, 'rejected'],
      [403, /^7 PERMISSION_DENIED: .*403/, 'rejected'],
      [404, /^12 UNIMPLEMENTED: .*404/, 'rejected'],
      ...[429, 502, 503, 504].map((http): [number, RegExp, string] => [
        http,
        /^14 UNAVAILABLE/,
        'again',
      ]),
      [500, /^2 UNKNOWN: .*500/, 'rejected'],
    ];
    for (const [http, why, kind] of statuses) {
      it(`takes HTTP status ${http} of a proxy for what gRPC says it is (E-GRPC-09)`, async () => {
        await using server = await startHttp2Server((stream) => {
          stream.respond({ ':status': http, 'content-type': 'text/html' });
          stream.end('<html>not here, says a proxy</html>');
        });
        using transport = transportTo(server.url);
        const result = await transport.attempt(BODY, soon());
        expect(result).to.have.property('kind', kind);
        expect(result).to.have.property('why').that.matches(why);
      });
    }

    it('tries again after a stream that was refused (E-GRPC-10)', async () => {
      await using server = await startHttp2Server((stream) => {
        if (server.requests.length === 1) stream.close(7);
        else ok(stream);
      });
      using transport = transportTo(server.url);
      expect(await delivered(transport)).to.include(DELIVERED);
      expect(server.requests).to.have.length(2);
    });

    it('tries again elsewhere when the backend says good-bye in the middle of a call', async () => {
      await using server = await startHttp2Server((stream) => {
        if (server.requests.length > 1) return ok(stream);
        stream.session!.goaway();
        stream.session!.destroy();
      });
      using transport = transportTo(server.url);
      expect(await delivered(transport)).to.include(DELIVERED);
      expect(server.requests).to.have.length(2);
    });

    it('gives up after an answer without a status', async () => {
      await using server = await startHttp2Server((stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.end(frame(Buffer.alloc(0)));
      });
      using transport = transportTo(server.url);
      expect(await delivered(transport)).to.have.property('kind', 'rejected');
    });

    it('gives up after a message that is none', async () => {
      await using server = await startHttp2Server((stream) =>
        respond(stream, Buffer.from('no frame at all, but text'), { 'grpc-status': '0' }),
      );
      using transport = transportTo(server.url);
      expect(await delivered(transport))
        .to.have.property('kind')
        .that.is.not.equal('delivered');
    });

    it('does not trust what is no HTTP/2', async () => {
      const { startCollector } = await import('../../support/collector.js');
      const http1 = await startCollector();
      using transport = transportTo(http1.url);
      expect(await delivered(transport, 200)).to.include({ kind: 'dropped', reason: 'timeout' });
      await http1.close();
    });
  });

  describe('close', () => {
    it('lets a call end that is under way', async () => {
      collector.answer({ delay: 100 });
      using transport = transportTo(collector.url);
      const attempt = transport.attempt(BODY, soon());
      await collector.received(1);
      transport.close();
      expect(await attempt).to.include(DELIVERED);
    });

    it('closes the connection, and makes no other', async () => {
      using transport = transportTo(collector.url);
      await transport.attempt(BODY, soon());
      transport.close();
      transport.close();
      while (collector.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await transport.attempt(BODY, soon())).to.include({
        kind: 'dropped',
        reason: 'shutdown',
      });
      expect(collector.connections).to.equal(1);
    });
  });
});
