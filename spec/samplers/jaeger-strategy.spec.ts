import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseJaegerStrategy } from '../../samplers/jaeger-strategy.js';

const parse = (answer: unknown) => parseJaegerStrategy(JSON.stringify(answer));
const probabilisticSampling = { samplingRate: 0.25 };
const rateLimitingSampling = { maxTracesPerSecond: 7 };
const operationSampling = {
  defaultSamplingProbability: 0.5,
  defaultLowerBoundTracesPerSecond: 0.1,
  defaultUpperBoundTracesPerSecond: 9,
  perOperationStrategies: [
    { operation: 'GET /', probabilisticSampling: { samplingRate: 1 } },
    { operation: 'PUT /', probabilisticSampling: {} },
  ],
};
const operations = {
  kind: 'operations',
  ratio: 0.5,
  lowerBound: 0.1,
  ratios: new Map([
    ['GET /', 1],
    ['PUT /', 0],
  ]),
};

describe("Jaeger's sampling strategies", () => {
  it('are a share (T-SAMP-14)', () => {
    expect(parse({ strategyType: 'PROBABILISTIC', probabilisticSampling })).to.deep.equal({
      kind: 'probabilistic',
      ratio: 0.25,
    });
  });

  it('are so many a second (T-SAMP-14)', () => {
    expect(parse({ strategyType: 'RATE_LIMITING', rateLimitingSampling })).to.deep.equal({
      kind: 'rate-limiting',
      tracesPerSecond: 7,
    });
  });

  it('are a share for each operation (T-SAMP-14)', () => {
    expect(parse({ operationSampling })).to.deep.equal(operations);
  });

  it('are told by what is there: operations, then a share, then a rate (T-SAMP-15)', () => {
    for (const strategyType of ['PROBABILISTIC', 'RATE_LIMITING', 0, 1, undefined, 'other']) {
      const all = { strategyType, probabilisticSampling, rateLimitingSampling };
      expect(parse({ ...all, operationSampling })).to.deep.equal(operations);
      expect(parse(all).kind).to.equal('probabilistic');
      expect(parse({ strategyType, rateLimitingSampling }).kind).to.equal('rate-limiting');
    }
    const nulls = { operationSampling: null, probabilisticSampling: null, rateLimitingSampling };
    expect(parse(nulls).kind).to.equal('rate-limiting');
  });

  it('may leave out what is 0 (T-SAMP-14)', () => {
    expect(parse({ probabilisticSampling: {} })).to.deep.include({ ratio: 0 });
    expect(parse({ rateLimitingSampling: {} })).to.deep.include({ tracesPerSecond: 0 });
    expect(parse({ operationSampling: { perOperationStrategies: null } })).to.deep.equal({
      kind: 'operations',
      ratio: 0,
      lowerBound: 0,
      ratios: new Map(),
    });
  });

  for (const [answer, why] of [
    [{}, 'the answer has no strategy in it'],
    [{ strategyType: 'PROBABILISTIC' }, 'the answer has no strategy in it'],
    [[], 'the answer is no object'],
    [null, 'the answer is no object'],
    [{ probabilisticSampling: 0.5 }, 'probabilisticSampling is no object'],
    [{ probabilisticSampling: { samplingRate: 2 } }, 'samplingRate is no number from 0 to 1: 2'],
    [
      { probabilisticSampling: { samplingRate: '1' } },
      'samplingRate is no number from 0 to 1: "1"',
    ],
    [
      { rateLimitingSampling: { maxTracesPerSecond: -1 } },
      'maxTracesPerSecond is no number from 0 up: -1',
    ],
    [{ operationSampling: { perOperationStrategies: {} } }, 'perOperationStrategies is no list'],
    [{ operationSampling: { perOperationStrategies: [1] } }, 'a strategy is no object'],
    [
      { operationSampling: { perOperationStrategies: [{ operation: 1 }] } },
      'the operation of a strategy is no text',
    ],
  ] as [unknown, string][]) {
    it(`are refused where they are ${JSON.stringify(answer)}`, () => {
      expect(() => parse(answer)).to.throw(Error, why);
    });
  }

  it('are read from any text, or refused with an Error', () => {
    const names = ['operationSampling', 'probabilisticSampling', 'samplingRate', 'operation'];
    const json = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.object()))
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(json, (text) => {
        try {
          const { kind } = parseJaegerStrategy(text);
          expect(kind).to.be.oneOf(['operations', 'probabilistic', 'rate-limiting']);
        } catch (error) {
          expect(error).to.be.instanceOf(Error).and.not.instanceOf(TypeError);
        }
      }),
    );
  });
});
