import type { Settings } from './config.js';
import { report } from './diagnostics.js';
import type { Registry } from './registry.js';
import { defaultResource, resourceFromAttributes, type Resource } from './resource.js';

/** The components that the environment names: unknown names are reported, the others still used. */
export function fromNames<T>(
  names: readonly string[],
  registry: Registry<T>,
  settings: Settings,
): T[] {
  return names.flatMap((name) => {
    if (name.toLowerCase() === 'none') return [];
    try {
      return [registry.create(name, undefined, settings)];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      report('env.component', `"${name}" in the environment is ignored: ${why}`);
      return [];
    }
  });
}

/** The default resource with what the environment says over it (specification: resource SDK). */
export function environmentResource({ resourceAttributes, serviceName }: Settings): Resource {
  const service = serviceName === undefined ? {} : { 'service.name': serviceName };
  return defaultResource().merge(resourceFromAttributes({ ...resourceAttributes, ...service }));
}
