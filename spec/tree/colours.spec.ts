import { expect } from 'chai';
import { serviceColours } from '../../tree/paint.js';
import { renderTree } from '../../tree/index.js';
import { ORDER } from './scenario.js';
import { spansOf } from './spans.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `service-${i}`);

describe('the colour of a service', () => {
  it('is the same in every trace', () => {
    for (const name of names(50)) {
      expect(serviceColours([name]).get(name)).to.equal(serviceColours([name]).get(name));
    }
    expect(serviceColours(['shop-api']).get('shop-api')).to.equal('96');
  });

  it('is its own among up to eight in a trace', () => {
    const services = ['shop', 'cart', 'stock', 'mail', 'users', 'search', 'quotes', 'billing'];
    expect(new Set(serviceColours(services).values())).to.have.lengthOf(8);
  });

  it('is there for any number of services', () => {
    expect(serviceColours(names(100))).to.have.lengthOf(100);
  });

  it('is never red or yellow, which mean something', () => {
    for (const colour of serviceColours(names(100)).values()) {
      expect(colour).to.match(/^(?:3[2456]|9[2456])$/);
    }
  });
});

describe('a hyperlink to the trace', () => {
  const traceUrl = (id: string): string => `http://127.0.0.1:4318/t/${id}`;

  it('is there with colours alone', () => {
    expect(renderTree(ORDER, { traceUrl, color: true })[1]).to.contain('\u001b]8;;http://127');
    expect(renderTree(ORDER, { traceUrl }).join('')).not.to.contain('http://');
  });

  it('cannot carry a sequence of its own', () => {
    const evil = (): string => 'http://x\u001b\\\u001b[2J';
    expect(renderTree(ORDER, { traceUrl: evil, color: true })[1]).not.to.contain('http://x');
  });
});

describe('red', () => {
  it('marks the bar of the span where the error began, and only that', () => {
    const lines = renderTree(ORDER, { color: true, columns: 120 });
    const red = lines.filter((line) => /\[0;31m[█░]+/.test(line));
    expect(red).to.have.lengthOf(1);
    expect(red[0]).to.contain('api.acme-pay.test');
  });

  it('is the colour of a 5xx, yellow of a 4xx', () => {
    const row = (status: number): string | undefined =>
      renderTree(
        spansOf({ id: 'r', name: 'x', to: 1, attributes: { 'http.response.status_code': status } }),
        { color: true },
      )[0];
    expect(row(503)).to.contain('\u001b[31m503');
    expect(row(404)).to.contain('\u001b[33m404');
    expect(row(204)).to.contain('\u001b[2m204');
  });
});
