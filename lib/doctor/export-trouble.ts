import type { Diagnostic } from '../diagnostics.js';

/** Why exports fail, and what to do about it. */
export interface ExportTrouble {
  readonly code: string;
  readonly message: string;
}

/** What exporters, processors and providers report when spans do not arrive. */
const ABOUT_EXPORTS = /^(otlp|zipkin|export|provider|exit)[.]/;
const ABOUT_ROOM = /^(otlp|zipkin)[.](queue-full|spool-full|expired)$|^processor[.]dropped$/;

type Row = readonly [code: string, signs: RegExp, message: string];

/** The first row whose signs are in the words of an error decides. */
const ROWS: readonly Row[] = [
  [
    'export.grpc-port',
    /HPE_|Parse Error|Expected HTTP\/|no HTTP/i,
    'exports by HTTP reach a port that does not speak HTTP/1: mostly that of gRPC; use port 4318, or set ' +
      'OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
  ],
  [
    'export.http-port',
    /Protocol error|HTTP\/2|http2|RST_STREAM|PROTOCOL_ERROR|FRAME_SIZE_ERROR|Unexpected HTTP/i,
    'exports by gRPC reach a port that does not speak it: mostly that of OTLP over HTTP; use port 4317, or set ' +
      'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  ],
  [
    'export.dns',
    /ENOTFOUND|EAI_AGAIN|Name resolution failed|getaddrinfo/i,
    "the name of the backend is unknown: mend the host in OTEL_EXPORTER_OTLP_ENDPOINT, or this machine's name service",
  ],
  [
    'export.refused',
    /ECONNREFUSED|No connection established|Connection refused/i,
    'nobody listens at the address of the backend: see whether it runs, and whether the port is right, 4318 for ' +
      'HTTP and 4317 for gRPC; in a container, localhost is the container itself',
  ],
  [
    'export.unauthorized',
    /: 40[13]\b|status 40[13]\b|UNAUTHENTICATED|PERMISSION_DENIED/,
    'the backend refuses the credentials: see OTEL_EXPORTER_OTLP_HEADERS, whose values are percent-encoded, and ' +
      'whether the key is for this endpoint',
  ],
  [
    'export.wrong-path',
    /: 40[45]\b|status 40[45]\b|UNIMPLEMENTED/,
    'the backend does not know the path: OTEL_EXPORTER_OTLP_ENDPOINT is a base to which v1/traces is added, ' +
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and `url` are used as they are and have to end in /v1/traces',
  ],
  [
    'export.tls',
    /certificate|CERT_|SSL|EPROTO|TLS/i,
    'no secure connection can be made: see whether the scheme is right, http or https, and whether ' +
      "OTEL_EXPORTER_OTLP_CERTIFICATE names the backend's authority",
  ],
  [
    'export.throttled',
    /: (429|503)\b|status (429|503)\b|RESOURCE_EXHAUSTED/,
    'the backend has too much to do: sample, send to a collector in between, or give it more room',
  ],
  [
    'export.timeout',
    /no answer|ETIMEDOUT|TimeoutError|took longer|DEADLINE_EXCEEDED|no connection within/i,
    'the backend does not answer in time: see whether a firewall drops packets, or raise OTEL_EXPORTER_OTLP_TIMEOUT',
  ],
];

const OTHERWISE =
  'spans cannot be exported: the detail has the words of the exporter or the backend';
const FULL =
  'spans are dropped because too many wait to be exported: see what else is found about exports, raise ' +
  'maxQueueSize or maxQueueBytes, or sample';

/** What a report says about exports; `undefined` for one that is about something else. */
export function exportTrouble(diagnostic: Diagnostic): ExportTrouble | undefined {
  if (ABOUT_ROOM.test(diagnostic.code)) return { code: 'queue.full', message: FULL };
  if (!ABOUT_EXPORTS.test(diagnostic.code)) return undefined;
  const words = wordsOf(diagnostic);
  const row = ROWS.find(([, signs]) => signs.test(words));
  if (row === undefined) return { code: 'export.failed', message: OTHERWISE };
  return { code: row[0], message: row[2] };
}

/** The message, and those of the errors behind it. */
export function wordsOf({ message, error }: Diagnostic): string {
  const words = [message];
  const seen = new Set<unknown>();
  const read = (cause: unknown): void => {
    if (!(cause instanceof Error) || seen.has(cause)) return;
    seen.add(cause);
    const { code } = cause as { code?: unknown };
    words.push(`${cause.name}: ${cause.message}${typeof code === 'string' ? ` ${code}` : ''}`);
    if (cause instanceof AggregateError) cause.errors.forEach(read);
    read(cause.cause);
  };
  read(error);
  return words.join('\n');
}
