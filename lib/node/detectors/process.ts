import type { DetectedResourceAttributes, ResourceDetector } from '../../detect-resources.js';
import { SCHEMA_URL } from './schema.js';

/** Options of {@link createProcessDetector}. */
export interface ProcessDetectorOptions {
  /** Whether to tell `process.command_args`. They may hold secrets. Default false. */
  commandArgs?: boolean;
  /** Whether to tell `process.owner`, the name of the user. Default false. */
  owner?: boolean;
}

/**
 * A detector of the process (semantic conventions: process): its id, when it began, its executable, and the
 * runtime. Arguments and owner only where they are asked for: they are sensitive.
 */
export function createProcessDetector({
  commandArgs = false,
  owner = false,
}: ProcessDetectorOptions = {}): ResourceDetector {
  return Object.freeze({
    detect: () => ({
      attributes: {
        ...thisProcess(),
        ...runtime(),
        ...(commandArgs && { 'process.command_args': argumentsOfProcess() }),
        ...(owner && { 'process.owner': userName() }),
      },
      schemaUrl: SCHEMA_URL,
    }),
  });
}

/** {@link createProcessDetector} without what is sensitive. */
export const processDetector: ResourceDetector = createProcessDetector();

function thisProcess(): DetectedResourceAttributes {
  return {
    'process.pid': process.pid,
    'process.creation.time': new Date(performance.timeOrigin).toISOString(),
    'process.executable.name': process.getBuiltinModule('node:path').basename(process.execPath),
    'process.executable.path': process.execPath,
    'process.command': process.argv0,
  };
}

function runtime(): DetectedResourceAttributes {
  const { versions } = process;
  const [name, description] =
    'bun' in versions
      ? ['bun', 'Bun']
      : 'deno' in versions
        ? ['deno', 'Deno']
        : ['nodejs', 'Node.js'];
  return {
    'process.runtime.name': name,
    'process.runtime.version': versions[name] ?? versions.node,
    'process.runtime.description': description,
  };
}

function argumentsOfProcess(): string[] {
  return [process.argv0, ...process.execArgv, ...process.argv.slice(1)];
}

function userName(): string | undefined {
  try {
    return process.getBuiltinModule('node:os').userInfo().username;
  } catch {
    // In containers the user often has no name.
    return undefined;
  }
}
