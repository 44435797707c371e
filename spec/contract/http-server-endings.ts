import { expect } from 'chai';
import { SpanStatusCode } from '@opentelemetry/api';
import axios from 'axios';
import { Readable } from 'node:stream';
import { hangUp, quiet } from '../support/app.js';
import { promise, type Serving } from './http-server-serving.js';

/** When spans end, and what they say of failures. */
export function servedEndings(served: Serving): void {
  const { route, h, start, get, onlySpan, spanOf } = served;

  describe('streamed body', () => {
    it('keeps the span open until it is sent', async () => {
      const body = new Readable({ read() {} });
      body.push('first');
      const answer = axios.get<Readable>(`${await start(() => ({ body }))}/users/1`, {
        responseType: 'stream',
      });
      const { data } = await answer;
      await new Promise((first) => data.once('data', first));
      await quiet();
      expect(h.spans(), 'while it is sent').to.deep.equal([]);
      body.push(null);
      const span = await onlySpan();
      expect(span.status.code).to.equal(SpanStatusCode.UNSET);
      expect(span.name).to.equal(`GET ${route}`);
    });
  });

  describe('error', () => {
    it('that is thrown is recorded, and answered by the framework (C-HTTP-06, C-HTTP-08, C-GEN-01, C-GEN-02)', async () => {
      const url = await start(() => {
        throw new RangeError('no such shelf');
      });
      const { status } = await get(`${url}/users/42`);
      const span = await onlySpan();
      expect(status).to.equal(500);
      expect(span.attributes['http.response.status_code']).to.equal(500);
      expect(span.attributes['error.type']).to.equal('500');
      expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'no such shelf' });
      expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
      expect(span.events[0]!.attributes).to.include({
        'exception.type': 'RangeError',
        'exception.message': 'no such shelf',
      });
    });

    it('that is the caller’s fault is none of ours (C-HTTP-06)', async () => {
      const span = await spanOf(() => {
        throw Object.assign(new Error('not yours'), { status: 403 });
      });
      expect(span.attributes['http.response.status_code']).to.equal(403);
      expect(span.status.code).to.equal(SpanStatusCode.UNSET);
      expect(span.events).to.deep.equal([]);
    });

    it('of a body that fails breaks the response off, is recorded, and leaves the status as sent (C-HTS-07)', async () => {
      const body = new Readable({ read() {} });
      body.push('first');
      const url = await start(() => ({ body }));
      const { data } = await axios.get<Readable>(`${url}/users/1`, { responseType: 'stream' });
      data.on('error', () => {});
      await new Promise((first) => data.once('data', first));
      body.destroy(new RangeError('out of shelves'));
      const span = await onlySpan();
      expect(span.attributes['http.response.status_code']).to.equal(200);
      expect(span.attributes['error.type']).to.equal('RangeError');
      expect(span.status).to.deep.equal({
        code: SpanStatusCode.ERROR,
        message: 'out of shelves',
      });
      expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
    });
  });

  describe('client that goes away', () => {
    const request = 'GET /users/1 HTTP/1.1\r\nHost: h\r\n\r\n';

    it('before the headers were sent gets no status, and is an error (C-HTTP-08, C-HTTP-11)', async () => {
      const handling = promise();
      const gone = promise();
      const url = await start(async () => {
        handling.resolve();
        await gone.promise;
        return { body: 'too late' };
      });
      hangUp(url, request, handling.promise);
      const span = await onlySpan();
      gone.resolve();
      await quiet();
      expect(h.spans(), 'after the handler is done').to.have.length(1);
      expect(span.attributes).to.not.have.property('http.response.status_code');
      expect(span.attributes['error.type']).to.equal('ECONNRESET');
      expect(span.status).to.deep.equal({
        code: SpanStatusCode.ERROR,
        message: 'connection lost',
      });
      expect(span.name, 'the route was known').to.equal(`GET ${route}`);
    });

    it('after the headers were sent leaves the status as sent, and is an error (C-HTS-07)', async () => {
      const body = new Readable({ read() {} });
      body.push('first');
      hangUp(await start(() => ({ body })), request);
      const span = await onlySpan();
      expect(span.attributes['http.response.status_code']).to.equal(200);
      expect(span.attributes['error.type']).to.equal('ECONNRESET');
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(span.events).to.deep.equal([]);
    });

    it('with most of a long body on its way is an error, although all was handed over', async () => {
      hangUp(await start(() => ({ body: 'x'.repeat(16_000_000) })), request);
      const span = await onlySpan();
      expect(span.attributes['http.response.status_code']).to.equal(200);
      expect(span.attributes['error.type']).to.equal('ECONNRESET');
    });

    it('in the middle of its request is an error, too', async () => {
      const handling = promise();
      const gone = promise();
      const url = await start(async () => {
        handling.resolve();
        await gone.promise;
        return {};
      });
      const half = 'POST /users/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf';
      hangUp(url, half, handling.promise);
      const span = await onlySpan();
      gone.resolve();
      await quiet();
      expect(span.attributes).to.not.have.property('http.response.status_code');
      expect(span.attributes['error.type']).to.equal('ECONNRESET');
    });
  });
}
