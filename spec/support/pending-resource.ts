import type { Resource } from '../../lib/resource.js';

/** A resource whose last attribute is there when the spec says so. */
export function pendingResource(): { resource: Resource; settle: () => void } {
  let pending = true;
  let settled = (): void => {};
  const waiting = new Promise<void>((resolve) => (settled = resolve));
  const attributes: Record<string, string> = { 'service.name': 'shop', own: 'resource' };
  const resource: Resource = {
    attributes,
    get asyncAttributesPending() {
      return pending;
    },
    waitForAsyncAttributes: () => waiting,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  const settle = (): void => {
    attributes['host.name'] = 'detected-host';
    pending = false;
    settled();
  };
  return { resource, settle };
}
