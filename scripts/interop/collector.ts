import { access, copyFile, readFile, rename } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TracesData } from './otlp-json.js';
import { beside, cacheFolder } from './folders.js';
import { freePorts, run, startPeer, type Peer } from './processes.js';

/** The manifest holds the versions of the parts; the builder must be of the same one. */
const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.152.0';
const MANIFEST = beside('collector/builder.yaml');
const MINUTE = 60_000;

/**
 * Builds the collector with Go and the collector's own builder, once for each manifest. The first time
 * takes about five minutes on two cores.
 *
 * @returns the path of the executable
 * @throws Error with the reason, when it cannot be built
 */
export async function installCollector(): Promise<string> {
  const manifest = await readFile(MANIFEST);
  const version = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const folder = cacheFolder(`collector-${version}`);
  const executable = join(folder, 'otelcol');
  if (await exists(executable)) return executable;
  console.log(`# building the collector in ${folder}; this takes some minutes`);
  const env = { GOBIN: folder, GOWORK: 'off' };
  await run('go', ['install', BUILDER], { cwd: folder, env, timeoutMillis: 5 * MINUTE });
  await copyFile(MANIFEST, join(folder, 'builder.yaml'));
  // The builder would tidy the module, for which Go asks for everything that the tests of all parts need.
  const flags = ['--config', 'builder.yaml', '--skip-get-modules', '--skip-compilation'];
  await run(join(folder, 'builder'), flags, { cwd: folder, env, timeoutMillis: MINUTE });
  const build = ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', 'otelcol.part', '.'];
  await run('go', build, { cwd: folder, env, timeoutMillis: 25 * MINUTE });
  await rename(join(folder, 'otelcol.part'), executable);
  return executable;
}

/** A collector that writes what it receives to a file. */
export interface ReadbackCollector {
  readonly ports: Readonly<Record<'grpc' | 'http' | 'grpcTls' | 'httpTls' | 'zipkin', number>>;
  /** Everything it has received. */
  received(): Promise<TracesData[]>;
  stop(): Promise<void>;
}

/**
 * Starts the collector of `readback.yaml`. Its files lie in `folder`; `name` tells them from others'. It
 * listens on the `ports` of an earlier one, or on free ones.
 */
export async function startReadback(
  executable: string,
  folder: string,
  name = 'readback',
  earlier?: ReadbackCollector['ports'],
): Promise<ReadbackCollector> {
  const ports = earlier ?? (await freePorts('grpc', 'http', 'grpcTls', 'httpTls', 'zipkin'));
  const spansFile = join(folder, `${name}.jsonl`);
  const collector = await startCollector(executable, 'readback', join(folder, `${name}.log`), {
    GRPC_PORT: ports.grpc,
    HTTP_PORT: ports.http,
    GRPC_TLS_PORT: ports.grpcTls,
    HTTP_TLS_PORT: ports.httpTls,
    ZIPKIN_PORT: ports.zipkin,
    SPANS_FILE: spansFile,
    TLS_FOLDER,
  });
  return { ports, received: () => documentsOf(spansFile), stop: () => collector.stop() };
}

/** Certificates for localhost, of an authority that only they know. */
export const TLS_FOLDER = beside('../../spec/support/tls');

/** Starts a collector with one of the configurations, and waits until its pipelines run. */
export async function startCollector(
  executable: string,
  configuration: 'readback' | 'agent' | 'gateway',
  log: string,
  variables: Readonly<Record<string, string | number>>,
): Promise<Peer> {
  const env = Object.fromEntries(Object.entries(variables).map(([k, v]) => [k, String(v)]));
  const config = beside(`collector/${configuration}.yaml`);
  const collector = startPeer(executable, [`--config=file:${config}`], { log, env });
  const ready = async (): Promise<boolean> =>
    (await readFile(log, 'utf8')).includes('Everything is ready');
  await collector.ready(ready, 30_000);
  return collector;
}

/** The complete lines of a file of OTLP JSON Lines. */
async function documentsOf(path: string): Promise<TracesData[]> {
  const text = (await exists(path)) ? await readFile(path, 'utf8') : '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TracesData);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
