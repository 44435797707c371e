import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { cruise, type ICruiseResult, type IConfiguration } from 'dependency-cruiser';

/*
 * Who may import whom: the arrows of docs/ARCHITECTURE.md. The kernel knows nobody; leaves know the
 * kernel and not each other; the composition root alone knows all.
 */
const FOLDERS = [
  'lib',
  'propagators',
  'samplers',
  'exporters',
  'instrumentation',
  'tree',
  'viewer',
];
const KERNEL =
  '^lib/(?!(index|start|components|defaults|from-environment)[.]ts|(node|configuration)/)';
const ROOT = '^lib/((index|start|components|defaults|from-environment)[.]ts$|configuration/)';

const rules: NonNullable<IConfiguration['forbidden']> = [
  {
    name: 'kernel-runs-anywhere',
    comment: 'every node: import of the SDK is in lib/node',
    from: { path: [KERNEL, '^propagators/', '^samplers/', '^tree/'].join('|') },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'kernel-knows-nobody',
    from: { path: KERNEL },
    to: { path: '^(propagators|samplers|exporters|instrumentation|tree)/|^lib/node/' },
  },
  {
    name: 'no-package-but-the-api-in-the-kernel',
    from: { path: [KERNEL, '^samplers/', '^tree/model'].join('|') },
    to: { path: 'node_modules/(?!@opentelemetry/(api|semantic-conventions)/)' },
  },
  {
    name: 'root-alone-knows-all',
    comment: 'nobody imports the composition root',
    from: { path: `^(${FOLDERS.join('|')})/`, pathNot: ROOT },
    to: { path: ROOT },
  },
  ...['propagators', 'samplers', 'instrumentation', 'tree'].map((leaf) => ({
    name: `${leaf}-is-a-leaf`,
    from: { path: `^${leaf}/` },
    to: {
      path: `^(${FOLDERS.filter((folder) => folder !== leaf && folder !== 'lib').join('|')})/`,
    },
  })),
  {
    name: 'exporters-know-the-tree-only',
    from: { path: '^exporters/' },
    to: { path: '^(propagators|samplers|instrumentation)/' },
  },
  {
    name: 'instrumentations-work-over-any-sdk',
    comment: 'but for their version, the one table of environment variables, and contexts',
    from: { path: '^instrumentation/' },
    to: { path: '^lib/', pathNot: '^lib/(version|config|context)[.]ts$' },
  },
  {
    name: 'nobody-imports-the-viewer',
    from: { path: `^(${FOLDERS.join('|')})/`, pathNot: '^viewer/' },
    to: { path: '^viewer/' },
  },
  {
    name: 'no-cycles',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
];

describe('architecture', function () {
  this.timeout(60_000);
  let result: ICruiseResult;

  before(async () => {
    const { output } = await cruise(FOLDERS, {
      ruleSet: { forbidden: rules },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      tsConfig: { fileName: 'tsconfig.json' },
    });
    result = output as ICruiseResult;
  });

  it('sees the sources', () => {
    const modules = result.modules.filter(({ source }) => !source.includes('node_modules'));
    expect(modules.length).to.be.greaterThan(50);
  });

  it('has no arrow that points up', () => {
    const violations = result.summary.violations.map(
      ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
    );
    expect(violations).to.deep.equal([]);
  });

  it('has no import that leads nowhere', () => {
    const lost = result.modules.filter(({ couldNotResolve }) => couldNotResolve);
    expect(lost.map(({ source }) => source)).to.deep.equal([]);
  });

  it('names its files in kebab-case', () => {
    const names = result.modules
      .map(({ source }) => source)
      .filter((source) =>
        /^(lib|propagators|samplers|exporters|instrumentation|tree|viewer)\//.test(source),
      );
    for (const name of names) expect(name).to.match(/^[a-z0-9-]+(\/[a-z0-9-]+)*\.ts$/);
  });

  it('exports every public name by hand', () => {
    for (const { source } of result.modules) {
      if (!source.endsWith('.ts') || source.includes('node_modules')) continue;
      expect(readFileSync(source, 'utf8'), source).to.not.match(/^export \*/m);
    }
  });
});
