import type { ResourceDetector } from '../../detect-resources.js';
import { readFileLater } from './files.js';
import { placementFrom, type Placement } from './proc.js';
import { SCHEMA_URL } from './schema.js';

/**
 * `container.id` on Linux (semantic conventions: container), by what the runtime has left in `/proc`. With
 * cgroup v2 on Kubernetes it mostly cannot be known from within, and then is not told.
 */
export const containerDetector: ResourceDetector = containerDetectorIn('');

/** The same, for a file system that begins elsewhere. */
export function containerDetectorIn(root: string): ResourceDetector {
  return Object.freeze({
    detect() {
      if (process.platform !== 'linux') return {};
      const containerId = readPlacement(root).then((placement) => placement.containerId);
      return { attributes: { 'container.id': containerId }, schemaUrl: SCHEMA_URL };
    },
  });
}

/** What `/proc/self` tells; nothing where there is none. */
export async function readPlacement(root: string): Promise<Placement> {
  const [cgroup, mountinfo] = await Promise.all([
    readFileLater(`${root}/proc/self/cgroup`),
    readFileLater(`${root}/proc/self/mountinfo`),
  ]);
  return placementFrom(cgroup ?? '', mountinfo ?? '');
}
