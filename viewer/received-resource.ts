import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '../lib/resource.js';

/** The resource of spans that came from elsewhere. */
export function receivedResource(attributes: Attributes, schemaUrl = ''): Resource {
  return {
    attributes,
    ...(schemaUrl !== '' && { schemaUrl }),
    merge: (other) =>
      other === null
        ? receivedResource(attributes, schemaUrl)
        : receivedResource({ ...attributes, ...other.attributes }, other.schemaUrl ?? schemaUrl),
    getRawAttributes: () => Object.entries(attributes),
  };
}
