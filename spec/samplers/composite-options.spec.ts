import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { samplerRegistry } from '../../lib/components.js';
import { composableFrom } from '../../samplers/composite-options.js';
import { ask, below, keeps } from '../support/sampling.js';

const make = (options: unknown) => samplerRegistry.create('composite', options);

describe('a composite sampler of a configuration file', () => {
  for (const [options, description] of [
    [{ always_on: null }, 'ComposableAlwaysOnSampler'],
    [{ always_off: {} }, 'ComposableAlwaysOffSampler'],
    [{ probability: { ratio: 0.25 } }, 'ComposableProbabilitySampler{0.25}'],
    [{ probability: null }, 'ComposableProbabilitySampler{1}'],
    [
      { parent_threshold: { root: { always_on: null } } },
      'ComposableParentThresholdSampler{root=ComposableAlwaysOnSampler}',
    ],
    [{ rule_based: { rules: null } }, 'ComposableRuleBasedSampler([])'],
  ] as const) {
    it(`is made of ${JSON.stringify(options)} (D-11)`, () => {
      expect(String(make(options))).to.equal(description);
    });
  }

  it('has rules with all their conditions (T-COMP-09)', () => {
    const sampler = make({
      rule_based: {
        rules: [
          {
            attribute_values: { key: 'url.path', values: ['/healthz'] },
            sampler: { always_off: null },
          },
          {
            attribute_patterns: { key: 'url.path', included: ['/api/*'], excluded: null },
            attribute_values: null,
            span_kinds: ['server'],
            parent: ['none'],
            sampler: { probability: { ratio: 0.5 } },
          },
          { parent: ['remote', 'local'], sampler: { always_on: null } },
        ],
      },
    });
    const at = (path: string) => ({ attributes: { 'url.path': path } });
    expect(keeps(sampler, { ...at('/healthz'), context: below() })).to.equal(false);
    expect(ask(sampler, { ...at('/api/a'), random: '8' }).traceState?.get('ot')).to.equal('th:8');
    expect(keeps(sampler, { ...at('/api/a'), random: '7' })).to.equal(false);
    expect(keeps(sampler, { ...at('/api/a'), kind: SpanKind.CLIENT })).to.equal(false);
    expect(keeps(sampler, { ...at('/other'), context: below() })).to.equal(true);
    expect(keeps(sampler, at('/other'))).to.equal(false);
  });

  for (const [options, why] of [
    [undefined, 'a composable sampler must be an object, not undefined'],
    [{}, 'a composable sampler has one name: {}'],
    [{ always_on: null, always_off: null }, 'a composable sampler has one name'],
    [{ sometimes: null }, 'no composable sampler "sometimes"; there are: always_on, always_off'],
    [{ toString: null }, 'no composable sampler "toString"'],
    [{ parent_threshold: null }, 'a composable sampler must be an object, not undefined'],
    [{ rule_based: { rules: [{ parent: ['none'] }] } }, 'must be an object, not undefined'],
    [
      { rule_based: { rules: [{ kinds: [], sampler: { always_on: null } }] } },
      'there is no condition "kinds"',
    ],
  ] as const) {
    it(`is refused where it is ${JSON.stringify(options)}`, () => {
      expect(() => make(options)).to.throw(TypeError, why);
    });
  }

  it('is made of anything, or refused with an Error', () => {
    const names = ['always_on', 'probability', 'parent_threshold', 'rule_based', 'root', 'rules'];
    const { part } = fc.letrec((tie) => ({
      part: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(fc.constantFrom(...names), tie('part'), { maxKeys: 1 }),
        fc.array(tie('part'), { maxLength: 2 }),
      ),
    }));
    fc.assert(
      fc.property(part, (options) => {
        try {
          expect(composableFrom(options)).to.respondTo('getSamplingIntent');
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError);
        }
      }),
    );
  });
});
