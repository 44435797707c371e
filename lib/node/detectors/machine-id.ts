import { readSmallFile } from './files.js';

/** How long a program of the system may take to tell the id, in milliseconds. */
const PROGRAM_MILLIS = 5000;

/** Also from a program of 32 bits. */
const QUERY = ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid', '/reg:64'];

/**
 * What tells this machine from others without privileges (semantic conventions: host.id). On Linux and the
 * BSDs it lies in a file, which costs less to read than to wait for; on macOS and Windows a program is asked.
 */
export function machineId(platform: string): string | undefined | Promise<string | undefined> {
  switch (platform) {
    case 'linux':
      return parseMachineId(
        readSmallFile('/etc/machine-id') ?? readSmallFile('/var/lib/dbus/machine-id'),
      );
    case 'freebsd':
    case 'netbsd':
    case 'openbsd':
      return readSmallFile('/etc/hostid');
    case 'darwin':
      return run('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']).then(parseIoreg);
    case 'win32':
      return run(`${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\reg.exe`, QUERY).then(
        parseRegistry,
      );
    default:
      return undefined;
  }
}

/** machine-id(5): 32 hexadecimal digits. Anything else, such as `uninitialized`, is none. */
export function parseMachineId(text: string | undefined): string | undefined {
  const id = text?.trim() ?? '';
  return /^[0-9a-f]{32}$/i.test(id) && !/^0+$/.test(id) ? id : undefined;
}

/** The line `"IOPlatformUUID" = "…"`. */
export function parseIoreg(output: string): string | undefined {
  return /"IOPlatformUUID"\s*=\s*"([^"]+)"/.exec(output)?.[1];
}

/** The line `MachineGuid    REG_SZ    …`. */
export function parseRegistry(output: string): string | undefined {
  return /^\s*MachineGuid\s+REG_SZ\s+(\S+)\s*$/m.exec(output)?.[1];
}

/** Its output. Rejects when it cannot be run, fails, or takes too long. */
function run(program: string, args: readonly string[]): Promise<string> {
  const { execFile } = process.getBuiltinModule('node:child_process');
  const options = { encoding: 'utf8', timeout: PROGRAM_MILLIS, windowsHide: true } as const;
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
