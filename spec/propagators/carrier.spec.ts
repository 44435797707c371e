import { expect } from 'chai';
import { AxiosHeaders } from 'axios';
import { createServer, OutgoingMessage, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { headerGetter, headerSetter } from '../../propagators/carrier.js';

describe('headerGetter (P-GEN-05, P-GEN-10)', () => {
  const carriers: [string, unknown][] = [
    ['a plain object', { 'X-Name': 'value', other: '1' }],
    ['Headers', new Headers({ 'X-Name': 'value', other: '1' })],
    ['a Map', new Map(Object.entries({ 'X-Name': 'value', other: '1' }))],
    ["axios's headers", new AxiosHeaders({ 'X-Name': 'value', other: '1' })],
    ["Node's raw headers", ['X-Name', 'value', 'other', '1']],
    ['pairs', Object.entries({ 'X-Name': 'value', other: '1' })],
  ];
  for (const [what, carrier] of carriers) {
    it(`reads ${what} in any case`, () => {
      for (const name of ['X-Name', 'x-name', 'X-NAME', 'x-Name']) {
        expect(headerGetter.get(carrier, name), name).to.equal('value');
      }
      expect(headerGetter.get(carrier, 'other')).to.equal('1');
      expect(headerGetter.get(carrier, 'x-none')).to.equal(undefined);
    });

    it(`lists the names in ${what}`, () => {
      const names = headerGetter.keys(carrier).map((name) => name.toLowerCase());
      expect(names).to.have.members(['x-name', 'other']);
    });
  }

  it('reads lower-cased headers by a name in another case', () => {
    expect(headerGetter.get({ host: 'h', 'x-name': 'value' }, 'X-Name')).to.equal('value');
  });

  it('returns several values as an array', () => {
    expect(headerGetter.get({ a: ['1', '2'] }, 'a')).to.deep.equal(['1', '2']);
    expect(headerGetter.get(['a', '1', 'b', '2', 'A', '3'], 'a')).to.deep.equal(['1', '3']);
    expect(headerGetter.keys(['a', '1', 'b', '2', 'a', '3'])).to.deep.equal(['a', 'b']);
  });

  it('returns one value in an array as it is, and none as undefined', () => {
    expect(headerGetter.get({ a: ['1'] }, 'a')).to.equal('1');
    expect(headerGetter.get({ a: [] }, 'a')).to.equal(undefined);
  });

  it('returns numbers as text, and nothing that is no header', () => {
    const carrier = { length: 7, object: {}, nothing: null };
    expect(headerGetter.get(carrier, 'length')).to.equal('7');
    expect(headerGetter.get(carrier, 'object')).to.equal(undefined);
    expect(headerGetter.get(carrier, 'nothing')).to.equal(undefined);
    expect(headerGetter.get({}, 'constructor')).to.equal(undefined);
  });

  it('bears carriers that are none', () => {
    for (const carrier of [undefined, null, 1, 'text', []]) {
      expect(headerGetter.get(carrier, 'a')).to.equal(undefined);
      expect(headerGetter.keys(carrier)).to.deep.equal([]);
    }
  });

  it('sees in a real request that a header came twice', async () => {
    const received = await rawRequest(['Traceparent', 'a', 'traceparent', 'b', 'Host', 'h']);
    expect(headerGetter.get(received.rawHeaders, 'traceparent')).to.deep.equal(['a', 'b']);
    expect(headerGetter.get(received.headers, 'traceparent')).to.equal('a, b');
  });
});

describe('headerSetter (P-GEN-06)', () => {
  const makers: [string, (entries: [string, string][]) => unknown][] = [
    ['a plain object', (entries) => Object.fromEntries(entries)],
    ['Headers', (entries) => new Headers(entries)],
    ['a Map', (entries) => new Map(entries)],
    ["axios's headers", (entries) => new AxiosHeaders(Object.fromEntries(entries))],
    ["Node's raw headers", (entries) => entries.flat()],
    ['pairs', (entries) => entries],
  ];
  for (const [what, make] of makers) {
    it(`adds to ${what}`, () => {
      const carrier = make([['other', '1']]);
      headerSetter.set(carrier, 'x-name', 'value');
      expect(headerGetter.keys(carrier)).to.deep.equal(['other', 'x-name']);
      expect(headerGetter.get(carrier, 'x-name')).to.equal('value');
    });

    it(`replaces what ${what} has in another case`, () => {
      const carrier = make([
        ['X-Name', 'old'],
        ['other', '1'],
      ]);
      headerSetter.set(carrier, 'x-name', 'new');
      expect(headerGetter.keys(carrier)).to.have.length(2);
      expect(headerGetter.get(carrier, 'X-Name')).to.equal('new');
    });
  }

  it('keeps the case it is given', () => {
    const carrier = {};
    headerSetter.set(carrier, 'X-Name', 'value');
    expect(carrier).to.deep.equal({ 'X-Name': 'value' });
  });

  it("writes to Node's outgoing messages", () => {
    const message = new OutgoingMessage();
    headerSetter.set(message, 'X-Name', 'value');
    expect(message.getHeader('x-name')).to.equal('value');
  });

  it('bears carriers that are none', () => {
    for (const carrier of [undefined, null, 1, 'text']) headerSetter.set(carrier, 'a', '1');
  });
});

/** Sends headers over HTTP just as they are listed, and returns what the server got. */
async function rawRequest(headers: string[]): Promise<IncomingMessage> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<IncomingMessage>((received, failed) => {
      server.once('request', (incoming, response) => response.end(() => received(incoming)));
      request({ port, host: '127.0.0.1', headers }, (response) => response.resume())
        .once('error', failed)
        .end();
    });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
