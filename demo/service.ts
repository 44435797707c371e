import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TextMapPropagator, Tracer } from '@opentelemetry/api';
import axios, { type AxiosInstance } from 'axios';
import Koa from 'koa';
import { traceAxios } from '../instrumentation/axios.js';
import { koaTracing } from '../instrumentation/koa.js';
import { TracerProvider, resourceFromAttributes, type SpanProcessor } from '../lib/index.js';

/** What every service of the demo is made of: Koa, axios, and a tracer provider of its own. */
export interface Service {
  readonly app: Koa;
  readonly http: AxiosInstance;
  readonly tracer: Tracer;
  /** Listens on a free port of the loopback interface and returns its base URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/**
 * A service as it would stand in a process of its own. Only because three of them share this process is
 * each handed its provider and propagator; `start()` does that for the whole process otherwise.
 */
export function makeService(
  name: string,
  { processor, propagator }: { processor: SpanProcessor; propagator: TextMapPropagator },
): Service {
  const tracerProvider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [processor],
  });
  const app = new Koa({ proxy: false });
  app.silent = true;
  app.use(koaTracing({ tracerProvider, propagator }));
  const http = axios.create({ timeout: 2000 });
  traceAxios(http, { tracerProvider, propagator });

  let server: Server | undefined;
  return {
    app,
    http,
    tracer: tracerProvider.getTracer(name),
    async listen() {
      const handle = app.callback();
      server = createServer((req, res) => void handle(req, res));
      await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
      await tracerProvider.forceFlush();
    },
  };
}

/** Stands for work that takes a while. */
export function work(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
