import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { close, listen } from './loopback.js';

/** An HTTP server that keeps the bodies it gets. */
export async function startCollector() {
  const received = [];
  const server = createServer((req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      const type = req.headers['content-type'];
      const zipped = req.headers['content-encoding'] === 'gzip';
      received.push({ path: req.url, type, body: zipped ? gunzipSync(body) : body });
      res.writeHead(req.url.includes('zipkin') ? 202 : 200, { 'content-type': type });
      res.end(type === 'application/json' ? '{}' : '');
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => close(server),
    /** What came to a path: Zipkin's as it is, OTLP for the decoder of the comparing side. */
    bodies(path) {
      const found = received.filter((request) => request.path === path);
      if (found.length === 0) throw new Error(`the collector got nothing at ${path}`);
      return found.map(({ type, body }) => {
        const content = type === 'application/json' ? JSON.parse(body) : body.toString('base64');
        return path === '/zipkin' ? content : { otlp: content };
      });
    },
  };
}

/** A gRPC server that keeps the messages of OTLP's trace service. */
export async function startGrpcCollector(grpc) {
  const messages = [];
  const server = new grpc.Server();
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  const bytes = (value) => value;
  const method = { path, requestStream: false, responseStream: false };
  const serialisers = {
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  };
  server.addService(
    { export: { ...method, ...serialisers } },
    {
      export({ request }, answer) {
        messages.push({ otlp: request.toString('base64') });
        answer(null, Buffer.alloc(0));
      },
    },
  );
  const insecure = grpc.ServerCredentials.createInsecure();
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const bodies = () => {
    if (messages.length === 0) throw new Error('the gRPC collector got nothing');
    return messages;
  };
  return { url: `http://127.0.0.1:${port}`, bodies, close: () => server.forceShutdown() };
}
