// Pino: the ids in the lines of the log are those of the active span.
import { Writable } from 'node:stream';

export function instrumentations({ load }) {
  const { PinoInstrumentation } = load('@opentelemetry/instrumentation-pino');
  return [
    new PinoInstrumentation({
      disableLogSending: true,
      logHook: (span, record) => (record.hooked = span.isRecording()),
    }),
  ];
}

export async function run({ api, tracer, load }) {
  const lines = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const { time: _, pid: __, hostname: ___, ...line } = JSON.parse(chunk.toString());
      lines.push(line);
      done();
    },
  });
  const log = load('pino')({}, stream);
  log.info('outside');
  await tracer.startActiveSpan('outer', async (outer) => {
    log.info('in the outer');
    await new Promise(setImmediate);
    tracer.startActiveSpan('inner', (inner) => {
      log.child({ part: 'child' }).error(new Error('no'), 'in the inner');
      inner.end();
      log.info('ended but active');
    });
    outer.end();
  });
  api.context.with(api.trace.setSpanContext(api.ROOT_CONTEXT, unsampled), () =>
    log.info('unsampled'),
  );
  return {
    lines: lines.map(({ err, ...line }) => ({ ...line, ...(err && { error: err.message }) })),
  };
}

const unsampled = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 0,
};
