import type { ResourceDetector } from '../../detect-resources.js';
import { readSetting } from '../../config.js';
import { SCHEMA_URL } from './schema.js';

let id: string | undefined;

/**
 * `service.instance.id`: a random UUID, the same as long as the process lives (semantic conventions:
 * service). A worker thread is an instance of its own.
 */
export const serviceInstanceIdDetector: ResourceDetector = Object.freeze({
  detect() {
    id ??= globalThis.crypto.randomUUID();
    return { attributes: { 'service.instance.id': id }, schemaUrl: SCHEMA_URL };
  },
});

/**
 * The detector that configuration files call `service`: `service.name` of `OTEL_SERVICE_NAME`, and
 * `service.instance.id`.
 */
export const serviceDetector: ResourceDetector = Object.freeze({
  detect() {
    const { attributes, schemaUrl } = serviceInstanceIdDetector.detect();
    return {
      attributes: { ...attributes, 'service.name': readSetting('serviceName') },
      schemaUrl: schemaUrl!,
    };
  },
});
