import { createRequire } from 'node:module';
import type { Axios } from './axios-adapter.js';

/*
 * `axios.create()` returns an instance that does not lead back to the axios that made it. Both keep their
 * interceptors in objects of one class, though, which every copy of axios has for itself: by that class the
 * right copy is known among those that are loaded.
 */

/** The axios that made an instance, once it is found. */
export interface Maker {
  found?: Axios | undefined;
}

/** Begins to look for the axios that made an instance. Never throws. */
export function makerOf(instance: Axios): Maker {
  const known = typeof instance.getAdapter === 'function' ? instance : required(instance);
  const maker: Maker = { found: known };
  if (known === undefined) {
    imported()
      .then((axios) => {
        if (isMaker(axios, instance)) maker.found = axios;
      })
      .catch(() => {}); // There is none to be found from here.
  }
  return maker;
}

/** The maker among the modules that have been loaded with `require`; none is loaded for this. */
function required(instance: Axios): Axios | undefined {
  try {
    const { cache } = createRequire(process.execPath);
    for (const [file, module] of Object.entries(cache)) {
      if (!/[\\/]axios[\\/]/.test(file)) continue;
      const exported: unknown = module?.exports;
      if (isMaker(exported, instance)) return exported;
    }
  } catch {
    // A loader of another kind.
  }
  return undefined;
}

/** The axios that `import` leads to from here: where the instance is of a module, most likely its maker. */
async function imported(): Promise<unknown> {
  const specifier = 'axios'; // Not for bundlers to follow.
  const loaded = (await import(specifier)) as { readonly default?: unknown };
  return loaded.default;
}

function isMaker(axios: unknown, instance: Axios): axios is Axios {
  const { getAdapter, interceptors } = Object(axios) as {
    readonly getAdapter?: unknown;
    readonly interceptors?: Partial<Axios['interceptors']>;
  };
  return (
    typeof getAdapter === 'function' &&
    interceptors?.request?.constructor === instance.interceptors.request.constructor
  );
}
