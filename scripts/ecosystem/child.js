// Runs the program of a part once: over spantree or over the official SDK, as the request says, and writes
// the spans that were exported to a file.
import { writeFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dump } from './dump.js';
import { setUp } from './set-up.js';

const request = JSON.parse(process.argv[2]);
const { side, line, order, style, program: file, packages } = request;
/** Gives a package of the part. */
const load = createRequire(join(packages, 'package.json'));
if (request.esm) register('@opentelemetry/instrumentation/hook.mjs', pathToFileURL(`${packages}/`));
const byName = pathToFileURL(join(packages, 'node_modules', '.import.mjs')).href;
const { importPackage } = await import(byName);
const api = load('@opentelemetry/api');
const program = await import(pathToFileURL(file).href);

const spans = [];
const exporter = {
  export(batch, done) {
    spans.push(...batch.map(dump));
    done({ code: 0 });
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

const early = api.trace.getTracer('program', '1.0.0');
let sdk;
const given = order === 'provider given';
if (order === 'instrumentation first') instrument();
if (program.setUp) sdk = await program.setUp({ load, api, exporter, ...request });
else {
  const options = await program.options?.({ load, api, ...request });
  // The provider may be the official one on both sides, with components of this one.
  sdk = setUp(load, { side: request.provider ?? side, line, style, exporter, options });
}
// Nobody can find it but those to whom it is given.
if (given) api.trace.disable();
if (order !== 'instrumentation first') instrument();
const tracer = chooseTracer();
const extras = await program.run({ load, importPackage, api, tracer, sdk, ...request });
await sdk.shutdown();
const after = await program.afterShutdown?.();
writeFileSync(request.output, JSON.stringify({ spans, extras: { ...extras, ...after } }));
// What a program leaves open, such as a pool of idle connections, is no matter here.
process.exit(0);

function chooseTracer() {
  if (order === 'instrumentation first') return early;
  return given
    ? sdk.provider.getTracer('program', '1.0.0')
    : api.trace.getTracer('program', '1.0.0');
}

function instrument() {
  const instrumentations = program.instrumentations?.({ load, ...request }) ?? [];
  if (instrumentations.length === 0) return;
  load('@opentelemetry/instrumentation').registerInstrumentations({
    instrumentations,
    ...(given && { tracerProvider: sdk.provider }),
  });
}
