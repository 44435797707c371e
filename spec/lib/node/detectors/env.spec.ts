import { expect } from 'chai';
import { detectResources } from '../../../../lib/detect-resources.js';
import { envDetector } from '../../../../lib/node/detectors/env.js';
import { withEnvironment } from '../../../support/environment.js';
import { harness } from '../../../support/harness.js';

describe('the detector of the environment', () => {
  const h = harness();
  const detected = (variables: Record<string, string>) =>
    withEnvironment(variables, () => detectResources({ detectors: [envDetector] }));

  it('tells what two variables say, and no schema URL (T-RES-06, T-RES-07, V-02, C-RES-05)', () => {
    const resource = detected({
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=low',
      OTEL_SERVICE_NAME: 'high',
    });
    expect(resource.attributes).to.deep.equal({
      'deployment.environment.name': 'test',
      'service.name': 'high',
    });
    expect(resource.schemaUrl).to.equal(undefined);
  });

  it('takes values of any length (T-RES-06)', () => {
    const long = 'x'.repeat(5000);
    expect(detected({ OTEL_RESOURCE_ATTRIBUTES: `a=${long}` }).attributes).to.deep.equal({
      a: long,
    });
  });

  it('discards a variable with a mistake, and says so (T-RES-06)', () => {
    expect(detected({ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' }).attributes).to.deep.equal({});
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['env.OTEL_RESOURCE_ATTRIBUTES']);
  });
});
