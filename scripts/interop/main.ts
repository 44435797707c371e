/*
 * Sends spans by every exporter to real peers on loopback, an OpenTelemetry Collector, Jaeger and Zipkin,
 * and reads them back through what the peers themselves answer or write. Then runs the fleet of
 * docs/production.md. Peers are built or fetched once, by the package clients of Go and Maven, into
 * the cache folder of the user.
 *
 *     npm run interop
 *     npm run interop -- --only jaeger,zipkin       (collector, jaeger, zipkin, fleet, docs)
 *
 * Ends with a code that is not 0 when a span does not come back right, or a peer cannot be had.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setErrorHandler } from '../../lib/index.js';
import { burst, lateCollector } from './bursts.js';
import { fail, summary } from './checks.js';
import { installCollector, startReadback } from './collector.js';
import { checkDocuments } from './documents.js';
import { fleet } from './fleet.js';
import { installJaeger, startJaeger } from './jaeger.js';
import { endAll, killAll } from './processes.js';
import {
  collectorPeer,
  fileRoundTrip,
  jaegerPeer,
  otlpRoundTrips,
  shownByJaeger,
  zipkinRoundTrips,
  zipkinToCollector,
} from './round-trips.js';
import { installZipkin, startZipkin } from './zipkin.js';

const PARTS = ['docs', 'collector', 'jaeger', 'zipkin', 'fleet'];
/** The first run builds two programs of Go. */
const LIMIT_MILLIS = 75 * 60_000;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const parts = values.only?.split(',') ?? PARTS;
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')} (${PARTS.join(', ')})`);

const folder = mkdtempSync(join(tmpdir(), 'spantree-interop-'));
process.once('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
setTimeout(() => {
  fail('the whole run', new Error(`takes more than ${LIMIT_MILLIS} ms`));
  process.exit(1);
}, LIMIT_MILLIS).unref();
// The trace goes over the limits of spans on purpose.
setErrorHandler(({ code, message }) => {
  if (!code.endsWith('limit')) console.log(`# ${code}: ${message}`);
});

await part('docs', checkDocuments);
await part('collector', async () => {
  const executable = await had('the collector', installCollector);
  const collector = await startReadback(executable, folder);
  await otlpRoundTrips(collectorPeer(collector));
  await fileRoundTrip(collectorPeer(collector), folder);
  await zipkinToCollector(collector);
  await collector.stop();
  await burst(executable, folder);
  await lateCollector(executable, folder);
});
await part('jaeger', async () => {
  const jaeger = await startJaeger(await had('Jaeger', installJaeger), folder);
  await otlpRoundTrips(jaegerPeer(jaeger));
  await fileRoundTrip(jaegerPeer(jaeger), folder);
  await shownByJaeger(jaeger);
  await jaeger.stop();
});
await part('zipkin', async () => {
  const zipkin = await startZipkin(await had('Zipkin', installZipkin), folder);
  await zipkinRoundTrips(zipkin);
  await zipkin.stop();
});
await part('fleet', async () => {
  await fleet({
    collector: await had('the collector', installCollector),
    jaeger: await had('Jaeger', installJaeger),
    folder,
  });
});

const good = summary();
// The logs of the peers tell more of a failure.
if (good) rmSync(folder, { recursive: true });
else console.log(`# logs: ${folder}`);
process.exit(good ? 0 : 1);

/** One part of the run. What keeps it from running is a failure, and the others go on. */
async function part(name: string, body: () => Promise<unknown>): Promise<void> {
  if (!parts.includes(name)) return;
  console.log(`# ${name}`);
  try {
    await body();
  } catch (error) {
    fail(`${name}: runs to its end`, error);
  } finally {
    await endAll();
  }
}

/** What the installation gives. @throws Error that says why there is no such peer */
async function had(peer: string, install: () => Promise<string>): Promise<string> {
  return install().catch((error: unknown) => {
    throw new Error(`${peer} cannot be had: ${String(error)}`);
  });
}
