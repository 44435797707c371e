/** What `OTEL_TRACES_SAMPLER_ARG` may say about `jaeger_remote`. */
export interface JaegerArgument {
  endpoint?: string;
  pollingIntervalMillis?: number;
  initialSamplingRate?: number;
}

/**
 * Reads `endpoint=…,pollingIntervalMs=…,initialSamplingRate=…` in any order (specification: environment
 * variables). What cannot be read is complained about and left out.
 */
export function parseJaegerArgument(text: string, complain: (why: string) => void): JaegerArgument {
  const argument: JaegerArgument = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [name, value] = splitAt(part, part.indexOf('='));
    const read = READERS[name];
    if (read === undefined) {
      complain(`"${part.trim()}" is none of ${Object.keys(READERS).join('=…, ')}=…: it is ignored`);
    } else if (!read(argument, value)) {
      complain(`${name} cannot be "${value}": it is ignored`);
    }
  }
  return argument;
}

/** Each returns whether it could use the value. */
const READERS: Record<string, (argument: JaegerArgument, value: string) => boolean> = {
  __proto__: null as never,
  endpoint(argument, value) {
    if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
    argument.endpoint = value;
    return true;
  },
  pollingIntervalMs(argument, value) {
    if (!/^\d+$/.test(value) || !(Number(value) > 0)) return false;
    argument.pollingIntervalMillis = Number(value);
    return true;
  },
  initialSamplingRate(argument, value) {
    if (value === '' || !(Number(value) >= 0 && Number(value) <= 1)) return false;
    argument.initialSamplingRate = Number(value);
    return true;
  },
};

function splitAt(part: string, equals: number): [string, string] {
  if (equals === -1) return ['', ''];
  return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
}
