/**
 * Where spantree is meant to differ from the official SDK: the checklist's id, the paths it shows at, and
 * where needed the values (as JSON) on both sides, or what makes ours theirs. An entry that nothing shows any more fails a full run.
 */
export const differences = [
  {
    id: 'C-RES-03',
    path: / · telemetry\.sdk\.(name|version)( · stringValue)?$/,
    why: 'the name "opentelemetry" is reserved for the official SDK',
  },
  {
    id: 'T-ID-03',
    path: / · traceFlags$/,
    official: /^1$/,
    ours: /^3$/,
    why: 'random trace ids are marked with the random flag, which the official SDK never sets',
  },
  {
    id: 'T-ID-03',
    path: /^extras · .*$/,
    // In a traceparent, as the field of a line of a log, and as the number.
    alike: (ours) =>
      ours
        .replaceAll(/(<span [^>]*>-)03\b/g, '$101')
        .replace(/^"03"$/, '"01"')
        .replace(/^3$/, '1'),
    why: 'the random flag as others see it',
  },
  {
    id: 'T-EXC-04',
    path: / · attributes · exception\.type$/,
    official: /^"[A-Z0-9_]+"$/,
    ours: /^"\w*[Ee]rror"$/,
    why: "an exception's type is its class; the official SDK takes its code",
  },
  {
    id: 'E-JSON-04',
    path: /^extras · json.* · intValue$/,
    alike: (ours) => ours.replaceAll('"', ''),
    why: 'whole numbers are text in OTLP/JSON, as they may have 64 bits; the official SDK writes numbers',
  },
  {
    id: 'E-ZIP-02',
    path: /^extras · zipkin.* · tags · service\.name$/,
    ours: /^$/,
    why: "Zipkin's own field has the service's name, so it is no tag",
  },
  {
    id: 'E-ZIP-05',
    path: /^extras · zipkin.* · tags · (list|numbers)$/,
    ours: /^"\[.*\]"$/,
    why: 'lists are JSON in tags; the official SDK joins them with commas',
  },
  {
    id: 'E-ZIP-07',
    path: /^extras · zipkin.* · annotations\[\d+\] · value$/,
    ours: /^"\\"\w+\\": \{.*\}"$/,
    why: "annotations have the event's attributes",
  },
  {
    id: 'E-ZIP-08',
    path: /^extras · zipkin.* · tags · otel\.(scope|library)\.(name|version)$/,
    official: /^$/,
    why: 'tags name the instrumentation scope',
  },
  {
    id: 'P-OT-02',
    path: /^extras · carriers\[\d+\] · ot-baggage-user$/,
    official: /^"ü"$/,
    ours: /^$/,
    why: 'a value beyond ASCII, which readers take for Latin-1, is no header value',
  },
];
