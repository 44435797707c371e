import type { TextMapPropagator } from '@opentelemetry/api';
import { propagatorRegistry } from '../components.js';
import { names } from '../config.js';
import { made, makeComponent } from './entry.js';
import type { PropagatorConfiguration } from './model.js';

/** The propagators in their order, each once; none where nothing is said (D-13). */
export function propagatorsFrom(said: PropagatorConfiguration): TextMapPropagator[] {
  const taken = new Set<string>();
  const isNew = (name: string): boolean => {
    const key = name.toLowerCase();
    return key !== 'none' && !taken.has(key) && taken.add(key).has(key);
  };
  const composite = (said.composite ?? []).flatMap((component, i) =>
    isNew(Object.keys(component)[0] ?? '')
      ? [makeComponent(component, `propagator.composite[${i}]`, {}, propagatorRegistry)]
      : [],
  );
  const listed = (names(said.composite_list ?? '') ?? []).flatMap((name) =>
    isNew(name)
      ? [made({ path: 'propagator.composite_list', container: said }, () => named(name))]
      : [],
  );
  return [...composite, ...listed];
}

function named(name: string): TextMapPropagator {
  if (propagatorRegistry.has(name)) return propagatorRegistry.create(name);
  throw new RangeError(`expected names of propagators: ${propagatorRegistry.unknown(name)}`);
}
