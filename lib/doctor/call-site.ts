interface Captured {
  readonly stack?: string;
}

type StackApi = {
  stackTraceLimit: number;
  captureStackTrace?: (target: object) => void;
};

/** How deep a span may be started below the app's own code. */
const FRAMES = 30;
/** The functions through which spans are started, ours and the API's. */
const STARTING =
  /Tracer\.(start|startSpan|startActiveSpan)$|(^|\.)withSpan$|(SpanWatch|FanOut)\.onStart$/;
/** The first of these lines can be ours. */
const OWN_FRAMES = 10;
const FOREIGN = /node:internal|[\\/]node_modules[\\/]|^\s*at node:/;

/**
 * Where this is called from, to be read by {@link placeOf} later: taking it costs some microseconds, putting it
 * into words ten times as much.
 */
export function captureCall(): Captured {
  const api = Error as unknown as StackApi;
  const captured: Captured = {};
  if (api.captureStackTrace === undefined) return captured;
  const limit = api.stackTraceLimit;
  try {
    api.stackTraceLimit = FRAMES;
    api.captureStackTrace(captured);
  } finally {
    api.stackTraceLimit = limit;
  }
  return captured;
}

/**
 * The first line of the app's own code on the way to where a span was started; without one, as in a library's
 * timer, the first line behind the tracer.
 */
export function placeOf({ stack }: Captured): string {
  const lines = typeof stack === 'string' ? stack.split('\n').slice(1) : [];
  const own = lines.slice(0, OWN_FRAMES).findLastIndex((line) => STARTING.test(nameIn(line)));
  const behind = lines.slice(own + 1);
  const line = behind.find((text) => !FOREIGN.test(text)) ?? behind[0];
  return line === undefined ? 'an unknown place' : placeIn(line);
}

/** The function's name in a line of a stack; empty where it has none. */
function nameIn(line: string): string {
  return /^\s*at (?:async )?(.*?)(?: \[as \w+\])? \(/.exec(line)?.[1] ?? '';
}

function placeIn(line: string): string {
  return line
    .trim()
    .replace(/^at (async )?/, '')
    .replace('file://', '');
}
