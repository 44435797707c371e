import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beside, cacheFolder } from './folders.js';
import type { TracesData } from './otlp-json.js';
import { answers, freePorts, run, startPeer } from './processes.js';

/** The newest release that Go's proxy has; `cmd/jaeger` in it is Jaeger 2. */
const VERSION = 'v1.76.0';
const MINUTE = 60_000;

/**
 * Builds Jaeger with Go, once; the first time takes about four minutes on two cores. Built in the folder of
 * the module itself, as its replacements of other modules count nowhere else.
 *
 * @returns the path of the executable
 * @throws Error with the reason, when it cannot be built
 */
export async function installJaeger(): Promise<string> {
  const folder = cacheFolder(`jaeger-${VERSION}`);
  const executable = join(folder, 'jaeger');
  if (existsSync(executable)) return executable;
  console.log(`# building Jaeger in ${folder}; this takes some minutes`);
  const env = { GOWORK: 'off' };
  const download = ['mod', 'download', '-json', `github.com/jaegertracing/jaeger@${VERSION}`];
  const answer = await run('go', download, { cwd: folder, env, timeoutMillis: 5 * MINUTE });
  const { Dir: source } = JSON.parse(answer) as { Dir: string };
  const part = join(folder, 'jaeger.part');
  const build = ['build', '-trimpath', '-ldflags=-s -w', '-o', part, './cmd/jaeger'];
  await run('go', build, { cwd: source, env, timeoutMillis: 25 * MINUTE });
  renameSync(part, executable);
  return executable;
}

/** A running Jaeger that holds traces in memory. */
export interface Jaeger {
  readonly ports: Readonly<Record<'grpc' | 'http', number>>;
  /** A trace by the OTLP query (`/api/v3`); no documents where Jaeger has no such trace. */
  trace(traceId: string): Promise<TracesData[]>;
  /** A trace as the user interface asks for it. */
  shown(traceId: string): Promise<ShownTrace>;
  stop(): Promise<void>;
}

/** What the interesting part of `/api/traces` is. */
export interface ShownTrace {
  readonly spans: readonly {
    readonly spanID: string;
    readonly operationName: string;
    readonly references: readonly { refType: string; traceID: string; spanID: string }[];
    readonly warnings: readonly string[] | null;
    readonly processID: string;
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

export async function startJaeger(executable: string, folder: string): Promise<Jaeger> {
  const ports = await freePorts('grpc', 'http', 'query', 'queryGrpc');
  const jaeger = startPeer(executable, [`--config=file:${beside('jaeger.yaml')}`], {
    log: join(folder, 'jaeger.log'),
    env: {
      GRPC_PORT: String(ports.grpc),
      HTTP_PORT: String(ports.http),
      QUERY_PORT: String(ports.query),
      QUERY_GRPC_PORT: String(ports.queryGrpc),
    },
  });
  const base = `http://127.0.0.1:${ports.query}`;
  await jaeger.ready(() => answers(`${base}/api/services`), 30_000);
  return {
    ports,
    stop: () => jaeger.stop(),
    async trace(traceId) {
      const response = await fetch(`${base}/api/v3/traces/${traceId}`, bounded());
      if (response.status === 404) return [];
      if (!response.ok) throw new Error(`Jaeger answers ${response.status}`);
      return [((await response.json()) as { result: TracesData }).result];
    },
    async shown(traceId) {
      const response = await fetch(`${base}/api/traces/${traceId}`, bounded());
      const { data, errors } = (await response.json()) as {
        data: ShownTrace[] | null;
        errors: unknown;
      };
      const [trace] = data ?? [];
      if (!trace) throw new Error(`Jaeger shows no such trace: ${JSON.stringify(errors)}`);
      return trace;
    },
  };
}

function bounded(): RequestInit {
  return { signal: AbortSignal.timeout(10_000) };
}
