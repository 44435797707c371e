import { expect } from 'chai';
import {
  serviceDetector,
  serviceInstanceIdDetector,
} from '../../../../lib/node/detectors/service-instance.js';
import { withEnvironment } from '../../../support/environment.js';

describe('the detector of the instance of the service', () => {
  it('tells a random UUID, the same as long as the process lives (C-RES-04)', () => {
    const id = serviceInstanceIdDetector.detect().attributes?.['service.instance.id'];
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(serviceInstanceIdDetector.detect().attributes?.['service.instance.id']).to.equal(id);
  });

  it('tells the name too, as configuration files have it (C-RES-04, T-RES-08)', () => {
    const { attributes: instance } = serviceInstanceIdDetector.detect();
    const detected = withEnvironment({ OTEL_SERVICE_NAME: 'shop' }, () => serviceDetector.detect());
    expect(detected.attributes).to.deep.equal({ ...instance, 'service.name': 'shop' });
  });
});
