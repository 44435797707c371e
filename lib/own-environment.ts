/** Environment variables by name, such as `process.env` or a copy of it. */
export type Environment = Record<string, string | undefined>;

/** The environment of this process, where the platform has one. */
export function ownEnvironment(): Environment | undefined {
  return (globalThis as { process?: { env?: Environment } }).process?.env;
}
