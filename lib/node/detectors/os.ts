import type * as Os from 'node:os';
import type { DetectedResourceAttributes, ResourceDetector } from '../../detect-resources.js';
import { readSmallFile } from './files.js';
import { SCHEMA_URL } from './schema.js';

/** The operating system (semantic conventions: os). */
export const osDetector: ResourceDetector = Object.freeze({
  detect: () => ({
    attributes: {
      'os.type': osType(process.platform),
      ...(process.platform === 'linux' ? distribution() : elsewhere()),
    },
    schemaUrl: SCHEMA_URL,
  }),
});

/** Node's name of a platform in the words of the conventions. */
export function osType(platform: string): string {
  return OS_TYPES[platform] ?? platform;
}

const OS_TYPES: Readonly<Record<string, string>> = {
  android: 'linux',
  cygwin: 'windows',
  sunos: 'solaris',
  win32: 'windows',
};

/** Name and version of the distribution; where nobody says so, those of the kernel. */
function distribution(): DetectedResourceAttributes {
  const release = parseOsRelease(
    readSmallFile('/etc/os-release') ?? readSmallFile('/usr/lib/os-release') ?? '',
  );
  return {
    'os.name': release['NAME'] ?? 'Linux',
    'os.version': release['VERSION_ID'] ?? kernel().release(),
    'os.description': release['PRETTY_NAME'] ?? kernel().version(),
    'os.build_id': release['BUILD_ID'],
  };
}

function elsewhere(): DetectedResourceAttributes {
  const { release, type, version } = kernel();
  const isWindows = process.platform === 'win32';
  return {
    'os.name': isWindows ? 'Windows' : type() === 'Darwin' ? 'macOS' : type(),
    'os.version': release(),
    'os.description': version(),
    'os.build_id': isWindows ? release().split('.').at(-1) : undefined,
  };
}

function kernel(): Pick<typeof Os, 'release' | 'type' | 'version'> {
  return process.getBuiltinModule('node:os');
}

/**
 * The assignments in a file `os-release` (os-release(5)): `NAME=value`, quoted like words of a shell. What is
 * empty is not there, and lines that are no assignments are none.
 */
export function parseOsRelease(text: string): Partial<Record<string, string>> {
  const lines = text.split('\n').map((line) => /^([A-Za-z0-9_]+)=(.*)$/.exec(line.trim()));
  const found = lines.flatMap((match) => {
    const value = match === null ? '' : unquoted(match[2]!);
    return value === '' ? [] : [[match![1]!, value] as const];
  });
  return Object.fromEntries(found);
}

function unquoted(word: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(word);
  if (quoted === null) return word;
  const [, quote, inner] = quoted;
  return quote === '"' ? inner!.replace(/\\([$"\\`])/g, '$1') : inner!;
}
