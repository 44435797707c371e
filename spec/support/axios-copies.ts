import { createRequire } from 'node:module';
import type { AxiosStatic } from 'axios';

const require = createRequire(import.meta.url);

/** The axios of those who `require` it: another one than that of `import`. */
export function requiredAxios(): AxiosStatic {
  return require('axios') as AxiosStatic;
}

/** A copy of axios that nobody can find: it has been taken out of what is loaded. */
export function hiddenAxios(): AxiosStatic {
  const file = require.resolve('axios');
  const earlier = require.cache[file];
  delete require.cache[file];
  const hidden = require('axios') as AxiosStatic;
  delete require.cache[file];
  if (earlier !== undefined) require.cache[file] = earlier;
  return hidden;
}
