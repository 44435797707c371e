import { endedEventfulSpans, endedHttpSpan, endedHttpSpans } from './ended-spans.js';

/*
 * Spans of the contender's own tracer, none of them encoded before, become one request in bytes that
 * nobody writes to afterwards.
 */
export const exportProtobuf = encoding('protobuf', 'HTTP-like span, 10 attributes', endedHttpSpans);
export const exportJson = encoding('json', 'HTTP-like span, 10 attributes', endedHttpSpans);
export const exportProtobufEventful = encoding(
  'protobuf',
  'span with event, status and link',
  endedEventfulSpans,
  '-eventful',
);
export const exportJsonEventful = encoding(
  'json',
  'span with event, status and link',
  endedEventfulSpans,
  '-eventful',
);

function encoding(format, of, makeSpans, suffix = '') {
  return {
    name: `export-${format}${suffix}`,
    title: `${format}: ${of}`,
    setUp(contender) {
      const encode = contender.encodings[format];
      let spans = [];
      return {
        prepare(count) {
          spans = makeSpans(contender, count);
        },
        run: () => encode(spans),
      };
    },
  };
}

/** Everything from the start of a span to protobuf in the hands of an exporter that sends nothing. */
export const exportWholePath = {
  name: 'export-whole-path',
  title: 'start, 10 attributes, end, batch, protobuf',
  setUp({ api, batching, encodings }) {
    let encoded;
    const { tracer, flush } = batching({
      export(spans, done) {
        encoded = encodings.protobuf(spans);
        done({ code: 0 });
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    });
    return {
      async run(count) {
        for (let i = 0; i < count; i++) endedHttpSpan(tracer, api.ROOT_CONTEXT, i);
        await flush();
        return encoded;
      },
    };
  },
};
