// gRPC: unary calls, both kinds of streams, an error and a deadline.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export function instrumentations({ load }) {
  const { GrpcInstrumentation } = load('@opentelemetry/instrumentation-grpc');
  return [
    new GrpcInstrumentation({
      metadataToSpanAttributes: { client: { requestMetadata: ['asked'] } },
    }),
  ];
}

export async function run({ api, tracer, load }) {
  const grpc = load('@grpc/grpc-js');
  const file = fileURLToPath(new URL('service.proto', import.meta.url));
  const { ecosystem } = grpc.loadPackageDefinition(load('@grpc/proto-loader').loadSync(file));
  const server = new grpc.Server();
  server.addService(ecosystem.Greeter.service, {
    greet({ request: { name } }, answer) {
      api.trace.getActiveSpan()?.addEvent('greeting', { name });
      if (name === 'nobody') return answer({ code: grpc.status.NOT_FOUND, details: 'nobody here' });
      if (name === 'late') return setTimeout(() => answer(null, { text: 'late' }), 1000);
      return answer(null, { text: `hello ${name}` });
    },
    count(call) {
      for (const text of ['one', 'two']) call.write({ text });
      call.end();
    },
    collect(call, answer) {
      const names = [];
      call
        .on('data', ({ name }) => names.push(name))
        .on('end', () => answer(null, { text: names.join() }));
    },
  });
  const insecure = grpc.ServerCredentials.createInsecure();
  const port = await promised((done) => server.bindAsync('127.0.0.1:0', insecure, done));
  const client = new ecosystem.Greeter(`127.0.0.1:${port}`, grpc.credentials.createInsecure());

  const answers = [];
  await tracer.startActiveSpan('caller', async (span) => {
    const metadata = new grpc.Metadata();
    metadata.set('asked', 'yes');
    answers.push(await promised((done) => client.greet({ name: 'you' }, metadata, done)));
    answers.push(await promised((done) => client.greet({ name: 'nobody' }, done)));
    const deadline = { deadline: Date.now() + 200 };
    answers.push(await promised((done) => client.greet({ name: 'late' }, deadline, done)));
    const counted = client.count({ name: 'x' }).on('data', (one) => answers.push(one));
    await once(counted, 'end');
    const collected = promised((done) => {
      const call = client.collect(done);
      for (const name of ['a', 'b']) call.write({ name });
      call.end();
    });
    answers.push(await collected);
    span.end();
  });
  client.close();
  server.forceShutdown();
  return { answers };
}

/** The answer of a callback, or the code of its error. */
function promised(call) {
  return new Promise((resolve) => {
    call((error, answer) => resolve(error ? { code: error.code } : answer));
  });
}
