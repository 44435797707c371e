import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseJaegerArgument } from '../../samplers/jaeger-argument.js';

function parse(text: string) {
  const complaints: string[] = [];
  return { argument: parseJaegerArgument(text, (why) => complaints.push(why)), complaints };
}

describe('the argument of jaeger_remote', () => {
  it('says where, how often and what first (V-07)', () => {
    const text = 'endpoint=http://localhost:14250,pollingIntervalMs=5000,initialSamplingRate=0.25';
    expect(parse(text)).to.deep.equal({
      argument: {
        endpoint: 'http://localhost:14250',
        pollingIntervalMillis: 5000,
        initialSamplingRate: 0.25,
      },
      complaints: [],
    });
  });

  it('says some of it, in any order, with spaces (V-07)', () => {
    expect(parse(' initialSamplingRate = 1 , endpoint=https://j/x?a=b ,').argument).to.deep.equal({
      initialSamplingRate: 1,
      endpoint: 'https://j/x?a=b',
    });
  });

  for (const [text, why] of [
    ['endpoint=localhost:14250', 'endpoint cannot be "localhost:14250": it is ignored'],
    ['endpoint=', 'endpoint cannot be "": it is ignored'],
    ['pollingIntervalMs=0', 'pollingIntervalMs cannot be "0": it is ignored'],
    ['pollingIntervalMs=1.5', 'pollingIntervalMs cannot be "1.5": it is ignored'],
    ['initialSamplingRate=2', 'initialSamplingRate cannot be "2": it is ignored'],
    ['initialSamplingRate=', 'initialSamplingRate cannot be "": it is ignored'],
    [
      '0.25',
      '"0.25" is none of endpoint=…, pollingIntervalMs=…, initialSamplingRate=…: it is ignored',
    ],
    ['toString=1', '"toString=1" is none of'],
    ['__proto__=1', '"__proto__=1" is none of'],
  ] as const) {
    it(`complains about ${text} and takes the rest (V-07)`, () => {
      const { argument, complaints } = parse(`${text},pollingIntervalMs=7`);
      expect(argument).to.deep.equal({ pollingIntervalMillis: 7 });
      expect(complaints).to.have.length(1);
      expect(complaints[0]).to.include(why);
    });
  }

  it('can be any text (V-07)', () => {
    const parts = fc.array(
      fc.tuple(
        fc.constantFrom('endpoint', 'pollingIntervalMs', 'initialSamplingRate', 'x', ''),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(parts, (pairs) => {
        const { argument } = parse(pairs.map((pair) => pair.join('=')).join(','));
        const { endpoint, pollingIntervalMillis = 1, initialSamplingRate = 0 } = argument;
        if (endpoint !== undefined) expect(URL.canParse(endpoint)).to.equal(true);
        expect(pollingIntervalMillis).to.be.greaterThan(0);
        expect(initialSamplingRate).to.be.within(0, 1);
      }),
    );
  });
});
