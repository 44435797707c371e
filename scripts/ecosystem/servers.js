import { accessSync, chmodSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { run, startServer } from './processes.js';

const starters = { postgresql: startPostgresql, redis: startRedis };

/** Starts the servers on free ports of loopback; one that cannot be started has an `error`, not a `port`. */
export async function startServers(names, folder) {
  const entries = [...names].map(async (name) => {
    try {
      return [name, { port: await starters[name](folder) }];
    } catch (error) {
      return [name, { error: error.message }];
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function startRedis(folder) {
  const binary = find('redis-server', searchPath());
  if (binary === undefined) throw missing('redis-server');
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  await startServer(binary, [...args, '--dir', folder], { ready: () => connects(port) });
  return port;
}

/** PostgreSQL refuses to run as root, so then it runs as the account that its package has made. */
async function startPostgresql(folder) {
  const folders = [...debianFolders(), ...searchPath()];
  const initdb = find('initdb', folders);
  const postgres = find('postgres', folders);
  if (initdb === undefined || postgres === undefined) throw missing('postgresql');
  const data = join(folder, 'postgresql');
  mkdirSync(data);
  const as = process.getuid?.() === 0 ? await becomePostgres(folder, data) : [];
  const [command, ...before] = [...as, initdb];
  const made = ['-D', data, '-U', 'spantree', '--auth=trust', '-E', 'UTF8', '--no-sync'];
  await run(command, [...before, ...made], { cwd: data, timeoutMillis: 60_000 });
  const port = await freePort();
  const listen = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', data, '-F'];
  const [first, ...rest] = [...as, postgres];
  const ready = () => connects(port);
  await startServer(first, [...rest, ...listen], { cwd: data, ready });
  return port;
}

async function becomePostgres(folder, data) {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => (await run('id', [flag, 'postgres'])).trim()),
  );
  chmodSync(folder, 0o755);
  await run('chown', [`${uid}:${gid}`, data]);
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}

function missing(name) {
  return new Error(`${name} is not installed; apt-get install --no-install-recommends ${name}`);
}

/** Debian keeps each version's programs in a folder that is not in the path; the newest first. */
function debianFolders() {
  try {
    const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

function searchPath() {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
}

function find(name, folders) {
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await once(server.close(), 'close');
  return port;
}

async function connects(port) {
  const socket = createConnection({ port, host: '127.0.0.1', timeout: 1000 });
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
