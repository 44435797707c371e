/** What a stream's terminal can show. */
export interface TerminalOptions {
  readonly columns: number;
  readonly color: boolean;
  readonly unicode: boolean;
  readonly bars: boolean;
}

/** As much of an output stream as is asked. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What to draw on a stream, as far as the user did not say: pure, the environment is given.
 *
 * - colours: `NO_COLOR`, then `FORCE_COLOR`, then `TERM=dumb`, then a terminal, then a CI whose logs
 *   show ANSI
 * - characters: Unicode, unless the locale names another encoding, or nothing names one on Windows
 *   outside its newer terminals, or on the Linux console
 * - width: the terminal's, then `COLUMNS`, then 100 (80 for a terminal that does not tell)
 * - bars: from 90 columns on, but never into a pipe or file whose reader's width is not known
 */
export function terminalOptions(stream: TerminalStream, env: Environment): TerminalOptions {
  const known = toColumns(stream.columns) ?? toColumns(Number(env.COLUMNS));
  const columns = known ?? (stream.isTTY ? 80 : 100);
  return {
    columns,
    color: hasColor(stream, env),
    unicode: hasUnicode(env),
    bars: known !== undefined && columns >= 90,
  };
}

function hasColor(stream: TerminalStream, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.TERM === 'dumb') return false;
  return stream.isTTY === true || isColorCi(env);
}

/** CI systems whose log pages show ANSI colours. */
const COLOR_CI = [
  'GITHUB_ACTIONS',
  'GITEA_ACTIONS',
  'GITLAB_CI',
  'BUILDKITE',
  'CIRCLECI',
  'TRAVIS',
  'DRONE',
  'APPVEYOR',
  'TEAMCITY_VERSION',
  'TF_BUILD',
];

function isColorCi(env: Environment): boolean {
  return COLOR_CI.some((name) => Boolean(env[name]));
}

function hasUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (locale) return /utf-?8/i.test(locale) || isModernTerminal(env);
  if (isModernTerminal(env)) return true;
  return env.OS !== 'Windows_NT' && env.TERM !== 'linux' && env.TERM !== 'dumb';
}

/** These show UTF-8 whatever the locale says. */
function isModernTerminal(env: Environment): boolean {
  return (
    Boolean(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode' || Boolean(env.CI) || isColorCi(env)
  );
}

function toColumns(columns: number | undefined): number | undefined {
  if (columns === undefined || !Number.isFinite(columns) || columns < 1) return undefined;
  return Math.floor(columns);
}
