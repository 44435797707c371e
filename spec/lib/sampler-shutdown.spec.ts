import { expect } from 'chai';
import { TracerProvider } from '../../lib/provider.js';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from '../../lib/sampler.js';
import { AlwaysRecordSampler } from '../../samplers/always-record.js';
import { RuleBasedSampler } from '../../samplers/rule-based.js';

describe('the shutdown of samplers', () => {
  let ended: number;
  let sampler: Sampler;

  beforeEach(() => {
    ended = 0;
    sampler = Object.assign(new AlwaysOnSampler(), {
      shutdown: async () => {
        ended++;
      },
    });
  });

  const shutDown = (root: Sampler): Promise<void> =>
    new TracerProvider({ sampler: root }).shutdown();

  it('comes with that of the provider, once (T-PROV-09)', async () => {
    const provider = new TracerProvider({ sampler });
    await provider.shutdown();
    await provider.shutdown();
    expect(ended).to.equal(1);
  });

  it('reaches those that others ask, each once', async () => {
    await shutDown(new ParentBasedSampler({ root: sampler, remoteParentSampled: sampler }));
    expect(ended).to.equal(1);
    await shutDown(new AlwaysRecordSampler(sampler));
    expect(ended).to.equal(2);
    await shutDown(new RuleBasedSampler([[{}, sampler]]));
    expect(ended).to.equal(3);
  });

  it('may fail, which the provider tells', async () => {
    sampler.shutdown = () => Promise.reject(new Error('no'));
    const failure = await shutDown(sampler).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.have.property('message', 'no');
  });
});
