import type { ResourceDetector } from '../../detect-resources.js';
import { readSetting } from '../../config.js';

/**
 * What `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` say (specification: resource SDK). `start()` and
 * `NodeTracerProvider` read them anyway; this is for resources made by hand. It has no schema URL, as nobody
 * knows which conventions the values follow.
 */
export const envDetector: ResourceDetector = Object.freeze({
  detect() {
    const attributes = { ...readSetting('resourceAttributes') };
    const serviceName = readSetting('serviceName');
    if (serviceName !== undefined) attributes['service.name'] = serviceName;
    return { attributes };
  },
});
