import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { renderTree } from '../../tree/index.js';
import { spansOf, type SpanSketch } from './spans.js';

const root: SpanSketch = { id: 'r', name: 'root', to: 100 };
const client: SpanSketch = {
  id: 'c',
  parent: 'r',
  name: 'call',
  kind: SpanKind.CLIENT,
  from: 1,
  to: 60,
};
const server: SpanSketch = {
  id: 's',
  parent: 'c',
  remote: true,
  service: 'other',
  name: 'answer',
  kind: SpanKind.SERVER,
  from: 5,
  to: 50,
};

function rows(sketches: SpanSketch[], hops: 'split' | 'merged' = 'merged'): string[] {
  return renderTree(spansOf(...sketches), { columns: 89, hops })
    .slice(3)
    .map((line) => line.slice(2, 60).trim());
}

describe('a call to another service', () => {
  it('is two rows by default, with the network time between them', () => {
    expect(rows([root, client, server], 'split')).to.deep.equal([
      '└─ call',
      '╘═ [other] answer  net 14ms',
    ]);
  });

  it('is one row when merged', () => {
    expect(rows([root, client, server])).to.deep.equal(['╘═ [other] answer  net 14ms']);
  });

  it('stays two rows when the sides disagree on the outcome', () => {
    expect(rows([root, { ...client, error: true }, server])).to.have.lengthOf(2);
    expect(rows([root, client, { ...server, error: true }])).to.have.lengthOf(2);
  });

  it('stays two rows when the client gave up before the server ended', () => {
    expect(rows([root, { ...client, to: 20 }, server])).to.have.lengthOf(2);
  });

  it('stays two rows when the client has events', () => {
    expect(
      rows([root, { ...client, events: [{ at: 2, name: 'retry' }] }, server]),
    ).to.have.lengthOf(3);
  });

  it('names whom it went to when only one service is seen', () => {
    const attributes = { 'server.address': 'pay.test', 'server.port': 8443 };
    expect(rows([root, { ...client, attributes }])).to.deep.equal(['└─ call  ⇢ pay.test:8443']);
  });

  it('is not traced when other services are seen', () => {
    const attributes = { 'server.address': 'pay.test', 'server.port': 443 };
    const elsewhere = { ...client, id: 'e', attributes, from: 70, to: 80 };
    expect(rows([root, client, server, elsewhere]).at(-1)).to.equal(
      '└─ call  ⇢ pay.test not traced',
    );
  });

  it('says nothing of a database, which never answers with spans', () => {
    const attributes = { 'db.system.name': 'redis', 'server.address': 'cache' };
    expect(rows([root, { ...client, attributes }])).to.deep.equal(['└─ call  redis']);
  });

  it('shows the path, not the query, where the name is only the method', () => {
    const attributes = {
      'http.request.method': 'GET',
      'url.full': 'https://user:secret@pay.test/v1/charges?token=secret#x',
    };
    expect(rows([root, { ...client, name: 'GET', attributes }])).to.deep.equal([
      '└─ GET /v1/charges',
    ]);
  });
});
