import { diag, DiagLogLevel } from '@opentelemetry/api';
import { expect } from 'chai';
import { setLogLevel } from '../../lib/log-level.js';
import { runChild } from '../support/child.js';

describe('the log level (V-04)', () => {
  afterEach(() => diag.disable());

  describe('from the environment, from code, and both', function () {
    this.timeout(30_000);
    const said = new Map<string, string[]>();

    before(async () => {
      // The first one without any level: once there is a logger, it stays.
      const args = [
        '',
        'loud',
        'none',
        'error',
        'WARN',
        'info',
        'debug',
        'all',
        'none/debug',
        'all/none',
      ];
      const { code, stdout, stderr } = await runChild('log-level.ts', { args }).ended;
      expect(code, stderr).to.equal(0);
      for (const part of `${stderr}\n${stdout}`.split('-- ').slice(1)) {
        const [argument, ...lines] = part.trimEnd().split('\n');
        // The API itself says what is registered, which is of no interest here.
        const ours = lines.filter((line) => !line.startsWith('@opentelemetry/api: '));
        said.set(argument!, [...(said.get(argument!) ?? []), ...ours]);
      }
    });

    const MISTAKE = 'OTEL_SPAN_EVENT_COUNT_LIMIT: "ten"';
    const INFO = 'info of an instrumentation';
    const DEBUG = 'debug of an instrumentation';

    for (const [argument, shown] of [
      ['', [MISTAKE]],
      ['loud', [MISTAKE, '"loud" is none of none, error, warn']],
      ['none', []],
      ['error', []],
      ['WARN', [MISTAKE]],
      ['info', [MISTAKE, INFO]],
      ['debug', [MISTAKE, INFO, DEBUG]],
      ['all', [MISTAKE, INFO, DEBUG]],
      ['none/debug', [MISTAKE, INFO, DEBUG]],
      ['all/none', []],
    ] as const) {
      it(`"${argument}" shows ${shown.length} of what is said`, () => {
        const lines = said.get(argument)!;
        expect(lines, lines.join()).to.have.length(shown.length);
        for (const text of shown) expect(lines.join()).to.include(text);
      });
    }
  });

  it('leaves a logger alone that the app has set', () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    diag.setLogger(
      { error: log, warn: log, info: log, debug: log, verbose: log },
      DiagLogLevel.ALL,
    );
    setLogLevel('none');
    diag.debug('still here');
    expect(lines.at(-1)).to.equal('still here');
  });

  it('throws for a level that there is not', () => {
    expect(() => setLogLevel('loud' as never)).to.throw(
      RangeError,
      'logLevel: "loud" is none of none',
    );
    expect(() => setLogLevel('toString' as never)).to.throw(RangeError);
  });
});
