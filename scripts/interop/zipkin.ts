import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './folders.js';
import { answers, freePorts, run, startPeer } from './processes.js';
import type { ZipkinSpan } from './zipkin-json.js';

const VERSION = '3.5.1';
const MINUTE = 60_000;

/**
 * Gets Zipkin's executable jar with Maven, once.
 *
 * @returns the path of the jar
 * @throws Error with the reason, when it cannot be had
 */
export async function installZipkin(): Promise<string> {
  const folder = cacheFolder(`zipkin-${VERSION}`);
  const jar = join(folder, `zipkin-server-${VERSION}-exec.jar`);
  if (existsSync(jar)) return jar;
  console.log(`# getting Zipkin into ${folder}`);
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  const artifact = `-Dartifact=io.zipkin:zipkin-server:${VERSION}:jar:exec`;
  const args = ['-q', '-B', goal, artifact, `-DoutputDirectory=${folder}`];
  await run('mvn', args, { cwd: folder, timeoutMillis: 10 * MINUTE });
  return jar;
}

/** A running Zipkin that holds traces in memory. */
export interface Zipkin {
  readonly port: number;
  /** A trace by its query; empty where Zipkin has none. */
  trace(traceId: string): Promise<ZipkinSpan[]>;
  stop(): Promise<void>;
}

export async function startZipkin(jar: string, folder: string): Promise<Zipkin> {
  const { http: port } = await freePorts('http');
  const listen = (key: string, value: string) => `--armeria.ports[0].${key}=${value}`;
  const zipkin = startPeer(
    'java',
    [
      '-Xmx256m',
      '-jar',
      jar,
      listen('ip', '127.0.0.1'),
      listen('port', String(port)),
      listen('protocols[0]', 'http'),
    ],
    { log: join(folder, 'zipkin.log'), env: { STORAGE_TYPE: 'mem' } },
  );
  const base = `http://127.0.0.1:${port}`;
  await zipkin.ready(() => answers(`${base}/health`), 60_000);
  return {
    port,
    stop: () => zipkin.stop(),
    async trace(traceId) {
      const response = await fetch(`${base}/api/v2/trace/${traceId}`, {
        signal: AbortSignal.timeout(10_000),
      });
      if (response.status === 404) return [];
      if (!response.ok) throw new Error(`Zipkin answers ${response.status}`);
      return (await response.json()) as ZipkinSpan[];
    },
  };
}
