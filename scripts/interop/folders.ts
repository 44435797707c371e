import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where peers are kept between runs: built or fetched once a version. */
export const CACHE = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'spantree-interop',
);

/** A folder of the cache, made when it is missing. */
export function cacheFolder(name: string): string {
  const folder = join(CACHE, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The path of a file beside these scripts. */
export function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
