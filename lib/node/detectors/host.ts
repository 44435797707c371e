import type { ResourceDetector } from '../../detect-resources.js';
import { machineId } from './machine-id.js';
import { SCHEMA_URL } from './schema.js';

/** The machine (semantic conventions: host). `host.id` is a promise where a program has to be asked. */
export const hostDetector: ResourceDetector = hostDetectorWith(machineId);

/** {@link hostDetector} without what has to be waited for. */
export const promptHostDetector: ResourceDetector = hostDetectorWith((platform) =>
  platform === 'darwin' || platform === 'win32' ? undefined : machineId(platform),
);

function hostDetectorWith(idOn: typeof machineId): ResourceDetector {
  return Object.freeze({
    detect: () => ({
      attributes: {
        'host.name': process.getBuiltinModule('node:os').hostname(),
        'host.arch': hostArch(process.arch),
        'host.id': idOn(process.platform),
      },
      schemaUrl: SCHEMA_URL,
    }),
  });
}

/** Node's name of an architecture in the words of the conventions. */
export function hostArch(arch: string): string {
  return HOST_ARCHS[arch] ?? arch;
}

const HOST_ARCHS: Readonly<Record<string, string>> = {
  arm: 'arm32',
  ia32: 'x86',
  ppc: 'ppc32',
  x64: 'amd64',
};
