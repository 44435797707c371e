/** What a Jaeger backend wants a service to do. */
export type JaegerStrategy =
  | {
      readonly kind: 'operations';
      /** For operations without a ratio of their own. */
      readonly ratio: number;
      /** Each operation is kept so often at least. */
      readonly lowerBound: number;
      readonly ratios: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'probabilistic'; readonly ratio: number }
  | { readonly kind: 'rate-limiting'; readonly tracesPerSecond: number };

type Json = Record<string, unknown>;

/**
 * Reads the answer of `GET /sampling?service=…` (jaeger-idl, `SamplingStrategyResponse` as JSON). Which strategy
 * is meant shows by what is there, not by `strategyType`, which backends leave at its default. Numbers that are
 * 0 may be missing.
 *
 * @throws Error saying what is wrong with it
 */
export function parseJaegerStrategy(text: string): JaegerStrategy {
  const answer = objectFrom('the answer', JSON.parse(text));
  const { operationSampling, probabilisticSampling, rateLimitingSampling } = answer;
  if (isGiven(operationSampling)) return operations(operationSampling);
  if (isGiven(probabilisticSampling)) {
    return { kind: 'probabilistic', ratio: ratioOf(probabilisticSampling) };
  }
  if (isGiven(rateLimitingSampling)) {
    const { maxTracesPerSecond } = objectFrom('rateLimitingSampling', rateLimitingSampling);
    const tracesPerSecond = number('maxTracesPerSecond', maxTracesPerSecond, Infinity);
    return { kind: 'rate-limiting', tracesPerSecond };
  }
  throw new Error('the answer has no strategy in it');
}

function operations(value: unknown): JaegerStrategy {
  const sampling = objectFrom('operationSampling', value);
  const { defaultSamplingProbability, defaultLowerBoundTracesPerSecond } = sampling;
  const strategies = sampling['perOperationStrategies'] ?? [];
  if (!Array.isArray(strategies)) throw new Error('perOperationStrategies is no list');
  const ratios = new Map<string, number>();
  for (const strategy of strategies) {
    const { operation = '', probabilisticSampling } = objectFrom('a strategy', strategy);
    if (typeof operation !== 'string') throw new Error('the operation of a strategy is no text');
    ratios.set(operation, ratioOf(probabilisticSampling ?? {}));
  }
  return {
    kind: 'operations',
    ratio: number('defaultSamplingProbability', defaultSamplingProbability, 1),
    lowerBound: number(
      'defaultLowerBoundTracesPerSecond',
      defaultLowerBoundTracesPerSecond,
      Infinity,
    ),
    ratios,
  };
}

function ratioOf(value: unknown): number {
  return number('samplingRate', objectFrom('probabilisticSampling', value)['samplingRate'], 1);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function objectFrom(name: string, value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error(`${name} is no object`);
}

function number(name: string, value: unknown, most: number): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  const range = most === Infinity ? 'no number from 0 up' : `no number from 0 to ${most}`;
  throw new Error(`${name} is ${range}: ${JSON.stringify(value)}`);
}
