// A backend in a process of its own, so that its work is nobody's processor time: it takes OTLP over HTTP
// as protobuf, or as an agent what dd-trace sends, and counts the spans that arrive.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { PLACE_HEADER } from './dd-trace/tracer.js';

const PROTOBUF = { 'content-type': 'application/x-protobuf', 'content-length': 0 };
/** In protobuf a tag is the number of a field and, in three bits, how long its contents are. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;
const WIRE_BYTES = 2;

const AGENT_PATH = '/v0.4/traces';
const AGENT_ANSWER = '{"rate_by_service":{"service:,env:":1}}';
/** In MessagePack: a text of seven characters, the key that each span has once, and an integer of eight bytes. */
const SPAN_ID = Buffer.from('\xa7span_id\xcf', 'latin1');

/**
 * Starts one, which ends with this process. Each of its places counts for itself; a place with `isHeld`
 * answers nobody until it is told to.
 */
export async function startSink() {
  const sink = fork(fileURLToPath(import.meta.url), {
    env: { ...process.env, BENCH_SINK: '1' },
    execArgv: [], // A profiler is for the worker alone.
  });
  const [{ port }] = await once(sink, 'message');
  let places = 0;
  const ask = async (question) => {
    sink.send(question);
    const [answer] = await once(sink, 'message');
    return answer;
  };
  return {
    pid: sink.pid,
    stop: () => sink.kill(),
    place({ isHeld = false } = {}) {
      const path = `/${isHeld ? 'held' : 'open'}/${places++}/v1/traces`;
      return {
        url: `http://127.0.0.1:${port}${path}`,
        arrived: async () => (await ask({ path })).spans,
        release: () => ask({ path, release: true }),
      };
    },
  };
}

function serve() {
  const places = new Map();
  const placeOf = (path) => {
    if (!places.has(path))
      places.set(path, { spans: 0, held: path.startsWith('/held/') ? [] : null });
    return places.get(path);
  };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const isAgent = request.url === AGENT_PATH;
      const place = placeOf(isAgent ? request.headers[PLACE_HEADER] : request.url);
      const body = Buffer.concat(chunks);
      place.spans += isAgent ? countAgentSpans(body) : countSpans(body);
      const answer = () =>
        isAgent ? response.end(AGENT_ANSWER) : response.writeHead(200, PROTOBUF).end();
      if (place.held === null) answer();
      else place.held.push(answer);
    });
  });
  process.on('message', ({ path, release = false }) => {
    const place = placeOf(path);
    if (release) {
      for (const answer of place.held) answer();
      place.held = null;
    }
    process.send({ spans: place.spans });
  });
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}

/** The spans of an ExportTraceServiceRequest: its resource_spans' scope_spans' spans. */
function countSpans(request) {
  let count = 0;
  for (const resourceSpans of messages(request, FIELD_1)) {
    for (const scopeSpans of messages(resourceSpans, FIELD_2)) {
      for (const _ of messages(scopeSpans, FIELD_2)) count++;
    }
  }
  return count;
}

/** The spans in a list of traces, each a list of spans. */
function countAgentSpans(request) {
  let count = 0;
  for (let at = request.indexOf(SPAN_ID); at >= 0; at = request.indexOf(SPAN_ID, at + 1)) count++;
  return count;
}

/** The messages of one field; other fields of bytes are skipped, and no others are known here. */
function* messages(bytes, wanted) {
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at++];
    if ((tag & 7) !== WIRE_BYTES) throw new Error(`a tag that no request has: ${tag}`);
    let length = 0;
    let shift = 0;
    for (; bytes[at] > 0x7f; shift += 7) length += (bytes[at++] & 0x7f) * 2 ** shift;
    length += bytes[at++] * 2 ** shift;
    if (tag === wanted) yield bytes.subarray(at, at + length);
    at += length;
  }
}

if (process.env.BENCH_SINK !== undefined) serve();
