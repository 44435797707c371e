const CLASS = { style: 'class' };
const START = { style: 'start' };
/** Both orders of registration; spantree by its class once, and by `start()` once. */
const BOTH = [
  { name: 'provider first', ...CLASS },
  { name: 'instrumentation first', ...START },
];
/** And each the other way, with the provider given by hand, and with ES modules. */
const ALL = [
  ...BOTH,
  { name: 'provider first by start()', order: 'provider first', ...START },
  { name: 'instrumentation first, then the class', order: 'instrumentation first', ...CLASS },
  { name: 'provider given', ...CLASS },
  { name: 'ES modules', order: 'provider first', esm: true, ...START },
];
const AS_GIVEN = { order: 'provider first', ...CLASS };
const START_ONLY = { order: 'provider first', ...START };

/** NodeSDK makes no provider of its own then. */
const NO_EXPORTER = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};

/**
 * The parts: the folder of a part in `parts/` has its program, and a folder with a lock file for each official
 * line. `scopes` are those of which the official SDK must have exported spans, so that something is compared.
 */
export const parts = [
  { name: 'http', passes: ALL, scopes: ['program', official('http')] },
  { name: 'koa', passes: ALL, scopes: ['program', official('http'), official('koa')] },
  { name: 'express', scopes: ['program', official('http'), official('express')] },
  { name: 'fastify', scopes: ['program', official('http'), '@fastify/otel'] },
  { name: 'undici', scopes: ['program', official('undici')] },
  { name: 'grpc', scopes: ['program', official('grpc')] },
  { name: 'pg', needs: ['postgresql'], scopes: ['program', official('pg')] },
  { name: 'ioredis', needs: ['redis'], scopes: ['program', official('ioredis')] },
  { name: 'pino', scopes: ['program'] },
  {
    name: 'sdk-node',
    passes: [
      { name: 'components given to NodeSDK', ...AS_GIVEN },
      { name: 'a provider registered before NodeSDK', ...AS_GIVEN, beside: true, env: NO_EXPORTER },
      { name: 'start() before NodeSDK', ...START_ONLY, beside: true, env: NO_EXPORTER },
    ],
    scopes: ['program', official('http')],
  },
  {
    name: 'third-party',
    passes: [
      { name: 'in the class', ...AS_GIVEN },
      { name: 'in start()', ...START_ONLY },
    ],
    scopes: ['program'],
  },
  {
    name: 'our-parts',
    passes: [
      { name: 'in the official provider', ...AS_GIVEN, provider: 'official' },
      { name: 'X-Ray and OT trace', ...AS_GIVEN, provider: 'official', vendors: true },
    ],
    scopes: ['program'],
  },
  { name: 'newest-api', lines: [2], passes: ALL, scopes: ['program', official('koa')] },
  {
    name: 'two-apis',
    passes: ['api-older', 'api-newer'].flatMap((copy) =>
      BOTH.map((pass) => ({ ...pass, order: pass.name, name: `${pass.name}, ${copy}`, copy })),
    ),
    scopes: [official('http')],
  },
].map((part) => ({ lines: [2, 3], passes: BOTH, needs: [], ...part }));

/** The passes of a part; where no order is named, the name is the order. */
export function passesOf({ passes }) {
  return passes.map((pass) => ({ order: pass.name, ...pass }));
}

function official(name) {
  return `@opentelemetry/instrumentation-${name}`;
}
