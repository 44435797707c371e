// Sends many spans through random faults and checks that each of them is accounted for. Run by
// `npm run soak -- [spans] [seed]`, a million spans by default; needs tsx for the sources.
//
// A collector in a process of its own does to requests whatever may happen to them, and now and then is not
// there at all. It notes the number of each span that it takes. In the end:
// - the exporter's counts add up to the spans that were made,
// - each span that the exporter counts as delivered has arrived,
// - no more spans are missing than the exporter counts as refused or dropped.
// The last part has a small queue and a spool, so that most spans go to disk; what is still there when its
// exporter is shut down has to be found and sent by another one, as after a restart.
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const [first, second] = process.argv.slice(2);
if (first === 'collector') collect(Number(second));
else await soak(Number(first ?? 1_000_000), Number(second ?? Date.now() % 1_000_000));

// ── The sender ───────────────────────────────────────────────────────────────────────────────────

async function soak(count, seed) {
  const { OTLPTraceExporter } = await import('../exporters/index.ts');
  const { BatchSpanProcessor, setErrorHandler, TracerProvider } = await import('../lib/index.ts');
  console.log(`${count} spans, seed ${seed}`);
  const reports = new Map();
  setErrorHandler(({ code, message }) => reports.set(code, message));
  const begun = performance.now();
  // Nothing of this may wait for ever.
  const limit = setTimeout(() => end(['it takes too long']), 60_000 + count);
  const collector = await startCollector(seed);
  const url = `http://127.0.0.1:${collector.port}/v1/traces`;
  const shared = {
    url,
    timeoutMillis: 2000,
    initialBackoffMillis: 50,
    maxBackoffMillis: 500,
    // Many requests: the more faults.
    maxRequestBytes: 64 * 1024,
  };
  const directory = mkdtempSync(join(tmpdir(), 'spantree-soak-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const kinds = [
    { protocol: 'http/protobuf' },
    { protocol: 'http/protobuf', compression: 'gzip' },
    { protocol: 'http/json' },
    { protocol: 'http/protobuf', spool: { directory }, maxQueueBytes: 256 * 1024 },
  ];
  const sums = { accepted: 0, delivered: 0, rejected: 0, dropped: 0, notTaken: 0 };
  const add = ({ delivered, rejected, dropped }) => {
    sums.delivered += delivered;
    sums.rejected += rejected;
    sums.dropped += Object.values(dropped).reduce((sum, each) => sum + each, 0);
  };
  const spool = { most: 0, left: 0, found: 0 };
  let made = 0;
  let peak = 0;
  for (const [i, kind] of kinds.entries()) {
    const exporter = new OTLPTraceExporter({ ...shared, ...kind });
    const processor = new BatchSpanProcessor(exporter);
    const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('soak');
    const upTo = Math.round((count * (i + 1)) / kinds.length);
    while (made < upTo) {
      const burst = Math.min(upTo, made + 5000);
      while (made < burst) tracer.startSpan(nameOf(made++), { attributes: { size: made } }).end();
      await turn(1);
      peak = Math.max(peak, process.memoryUsage().heapUsed);
      spool.most = Math.max(spool.most, exporter.stats().spooled);
      while (exporter.stats().pendingBytes > 16 * 1024 * 1024) await turn(10);
    }
    await processor.forceFlush().catch(() => {});
    await processor.shutdown().catch(() => {});
    print(kind, exporter.stats());
    add(exporter.stats());
    sums.accepted += exporter.stats().accepted;
    sums.notTaken += processor.droppedSpans;
    if (kind.spool === undefined) continue;
    spool.left = exporter.stats().spooled;
    const next = new OTLPTraceExporter({ ...shared, ...kind });
    // What is found counts as accepted.
    while (next.stats().accepted < spool.left || next.stats().spooled > 0) await turn(20);
    await next.shutdown();
    print({ protocol: kind.protocol, after: 'restart' }, next.stats());
    add(next.stats());
    spool.found = next.stats().accepted;
  }
  const files = readdirSync(directory);
  const { arrived, twice, requests, faults } = await collector.summary();
  clearTimeout(limit);
  const missing = count - arrived;
  console.log(JSON.stringify({ requests, faults, spool }));
  console.log(
    JSON.stringify({ ...sums, arrived, twice, missing, peakHeapMb: Math.round(peak / 2 ** 20) }),
  );
  for (const [code, message] of reports) console.log(`${code}: ${message}`);
  console.log(`${Math.round((performance.now() - begun) / 1000)} s`);
  const { accepted, delivered, rejected, dropped, notTaken } = sums;
  end(
    [
      accepted + notTaken === count ||
        `${accepted} + ${notTaken} spans were accepted, not ${count}`,
      delivered + rejected + dropped === accepted || 'the counts of the exporters do not add up',
      delivered <= arrived || `${delivered} spans were delivered, but ${arrived} arrived`,
      missing <= rejected + dropped + notTaken || `${missing} spans are missing, more than counted`,
      spool.left > 0 || 'no span went to disk and stayed there: make more spans',
      spool.found === spool.left || `${spool.left} spans were on disk, but ${spool.found} found`,
      files.length === 0 || `the spool still has ${files.join(', ')}`,
    ].filter((problem) => problem !== true),
  );
}

async function startCollector(seed) {
  const child = fork(fileURLToPath(import.meta.url), ['collector', String(seed)]);
  const next = () => new Promise((resolve) => child.once('message', resolve));
  const { port } = await next();
  const summary = async () => {
    const told = next();
    child.send('summary');
    return told;
  };
  process.on('exit', () => child.kill());
  return { port, summary };
}

function end(problems) {
  for (const problem of problems) console.error(`soak: ${problem}`);
  process.exit(problems.length > 0 ? 1 : 0);
}

function print(kind, { accepted, delivered, rejected, dropped, pending, spooled }) {
  const { protocol, compression, after } = kind;
  const what = { protocol, compression, spool: kind.spool && true, after };
  const counts = { accepted, delivered, rejected, ...nonZero(dropped), pending, spooled };
  console.log(JSON.stringify({ ...what, ...counts }));
}

function nonZero(counts) {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0));
}

function turn(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

function nameOf(number) {
  return `soak-${String(number).padStart(9, '0')}`;
}

// ── The collector ────────────────────────────────────────────────────────────────────────────────

function collect(seed) {
  const random = randomFrom(seed);
  const seen = new Set();
  const faults = {};
  const sockets = new Set();
  let requests = 0;
  let twice = 0;

  const take = (body, leaveOut = 0) => {
    const numbers = body.toString('latin1').match(/soak-\d{9}/g) ?? [];
    for (const number of numbers.slice(leaveOut)) {
      if (seen.has(number)) twice++;
      else seen.add(number);
    }
  };
  const answer = (response, status, headers = {}, body) => {
    response.writeHead(status, headers).end(body);
  };
  // How often each happens, of a thousand requests, and what it does.
  const possible = [
    ['reset', 30, ({ response }) => response.socket?.resetAndDestroy()],
    ['no http', 10, ({ response }) => response.socket?.end('220 ESMTP\r\n')],
    ['hang', 4, () => {}],
    ['429', 10, ({ response }) => answer(response, 429)],
    ['429 with wait', 2, ({ response }) => answer(response, 429, { 'retry-after': '1' })],
    ['502', 10, ({ response }) => answer(response, 502, {}, '<html>')],
    ['503', 20, ({ response }) => answer(response, 503)],
    ['503 with wait', 2, ({ response }) => answer(response, 503, { 'retry-after': '1' })],
    ['504', 10, ({ response }) => answer(response, 504)],
    ['302', 1, ({ response }) => answer(response, 302, { location: '/elsewhere' })],
    ['400', 1, ({ response }) => answer(response, 400)],
    ['413', 2, ({ response }) => answer(response, 413)],
    ['500', 1, ({ response }) => answer(response, 500)],
    [
      'huge body',
      1,
      ({ body, response }) => (take(body), answer(response, 200, {}, Buffer.alloc(5_000_000))),
    ],
    ['garbage', 10, ({ body, response }) => (take(body), answer(response, 200, {}, 'ÿ<html>'))],
    [
      'partial success',
      3,
      ({ body, json, response }) => {
        take(body, 3);
        const partial = json
          ? '{"partialSuccess":{"rejectedSpans":"3"}}'
          : Uint8Array.of(0x0a, 2, 0x08, 3);
        answer(response, 200, {}, partial);
      },
    ],
    [
      'reset in body',
      10,
      ({ body, response }) => {
        take(body);
        response.writeHead(200, { 'content-length': '100' }).write('begun');
        setImmediate(() => response.socket?.resetAndDestroy());
      },
    ],
    [
      'close after',
      20,
      ({ body, response }) => (take(body), response.end(() => response.socket?.destroy())),
    ],
    [
      'slow',
      30,
      ({ body, response }) =>
        setTimeout(() => (take(body), answer(response, 200)), Math.ceil(random() * 300)),
    ],
    ['outage', 3, () => goAway()],
  ];

  const listener = (request, response) => {
    const chunks = [];
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      requests++;
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const json = request.headers['content-type'] === 'application/json';
      let chance = random() * 1000;
      for (const [name, share, act] of possible) {
        chance -= share;
        if (chance >= 0) continue;
        faults[name] = (faults[name] ?? 0) + 1;
        act({ body, json, response });
        return;
      }
      take(body);
      answer(response, 200);
    });
  };

  let server;
  let port = 0;
  const come = () => {
    server = createServer(listener);
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  };
  /** Not there for up to a second. */
  const goAway = () => {
    server.close(() => setTimeout(() => void come(), random() * 1000));
    for (const socket of sockets) socket.destroy();
  };

  process.on('message', () => process.send({ arrived: seen.size, twice, requests, faults }));
  process.on('disconnect', () => process.exit());
  void come().then(() => {
    ({ port } = server.address());
    process.send({ port });
  });
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
