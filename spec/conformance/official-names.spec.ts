import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as spantree from '../../lib/index.js';
import * as xray from '../../propagators/xray.js';

/*
 * Whoever uses the official SDK changes an import line: each name that its packages export is exported by
 * spantree too, or left out for a reason that docs/migrating.md gives.
 */
const PACKAGES = [
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/core',
  '@opentelemetry/resources',
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/propagator-b3',
  '@opentelemetry/propagator-jaeger',
  '@opentelemetry/propagator-ot-trace',
  '@opentelemetry/propagator-aws-xray',
  '@opentelemetry/id-generator-aws-xray',
  '@opentelemetry/exporter-zipkin',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/exporter-trace-otlp-grpc',
  '@opentelemetry/otlp-exporter-base',
  'official-trace-3',
  'official-core-3',
  'official-resources-3',
];
/** What the loader of CommonJS modules adds. */
const NO_NAMES = new Set(['default', 'module.exports', '__esModule']);

async function namesOf(specifier: string): Promise<string[]> {
  const found = Object.keys((await import(specifier)) as object);
  return found.filter((name) => !NO_NAMES.has(name));
}

/** The names in the list of what is left out: those before the dash. */
function leftOut(): string[] {
  const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');
  const section = page.split('### Left out')[1]!.split('\n## ')[0]!;
  const items = section.matchAll(/^- (.*?) — /gms);
  return [...items].flatMap(([, names]) =>
    [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  );
}

describe('the names of the official SDK', () => {
  for (const specifier of PACKAGES) {
    it(`of ${specifier} are exported, or left out for a reason`, async () => {
      const known = new Set([...Object.keys(spantree), ...Object.keys(xray), ...leftOut()]);
      const missing = (await namesOf(specifier)).filter((name) => !known.has(name));
      expect(missing).to.deep.equal([]);
    });
  }

  it('are left out only where they exist, and are not exported', async () => {
    const official = new Set((await Promise.all(PACKAGES.map(namesOf))).flat());
    expect(leftOut().length).to.be.greaterThan(40);
    expect(leftOut().filter((name) => !official.has(name))).to.deep.equal([]);
    expect(leftOut().filter((name) => name in spantree)).to.deep.equal([]);
  });

  it('have the same values where they are values (T-API-11)', async () => {
    const values = {
      SamplingDecision: spantree.SamplingDecision,
      ExportResultCode: spantree.ExportResultCode,
      RPCType: spantree.RPCType,
      B3InjectEncoding: spantree.B3InjectEncoding,
      CompressionAlgorithm: spantree.CompressionAlgorithm,
      TRACE_PARENT_HEADER: spantree.TRACE_PARENT_HEADER,
      TRACE_STATE_HEADER: spantree.TRACE_STATE_HEADER,
    };
    const packages = await Promise.all(PACKAGES.map((from) => import(from) as Promise<object>));
    for (const [name, ours] of Object.entries(values)) {
      const theirs = packages
        .map((exported) => (exported as Record<string, unknown>)[name])
        .filter((value) => value !== undefined);
      expect(theirs, name).not.to.deep.equal([]);
      for (const value of theirs) {
        expect(membersOf(ours), name).to.deep.equal(membersOf(value));
      }
    }
  });
});

/** The members of an enum without those that map numbers to names. */
function membersOf(value: unknown): unknown {
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value!).filter(([name]) => !/^\d+$/.test(name)));
}
