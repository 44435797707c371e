// What the rivals can do. The official SDKs do everything that is measured here.

/** dd-trace is compared in these alone; bench/README.md says why not in the others. */
const DD_TRACE = [
  'bare-root',
  'bare-child',
  'bare-remote-child',
  'http-span',
  'eventful-span',
  'specification-span',
  'nested',
  'nested-async',
  'set-attribute-10',
  'set-attribute-32',
  'set-attribute-128',
  'inject',
  'extract',
  'extract-tracestate',
  'export-whole-path',
  'export-delivered',
  'export-allocated',
  'koa',
  'koa-axios',
  'startup',
  'install',
];

/** Whether a benchmark compares the same work where this is the contender. */
export function isFor(contender, { name }) {
  return contender !== 'dd-trace' || DD_TRACE.includes(name);
}
