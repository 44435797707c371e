import { VERSION } from '../lib/version.js';
import type { CommandIo } from './io.js';
import { SHOW_USAGE, UsageError } from './show-options.js';
import { show } from './show.js';

/** One thing that the command does. */
interface Verb {
  /** For the list of verbs. */
  readonly summary: string;
  readonly usage: string;
  /** @returns the exit code @throws UsageError */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  show: {
    summary: 'prints the traces in files of OTLP JSON as trees',
    usage: SHOW_USAGE,
    run: show,
  },
};

const USAGE = `Usage: spantree VERB [OPTION]... [ARGUMENT]...

${Object.entries(VERBS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

  --help       this text; with a verb, its options
  --version    the version
`;

/** Exit code for a command line that cannot be understood. */
const MISUSE = 2;

/**
 * The `spantree` command.
 *
 * @param args what stands after its name
 * @returns the exit code: 0, 1 when something could not be read or written, 2 for a wrong command line
 */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(USAGE);
    return 0;
  }
  if (first === '--version') {
    io.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const verb = first !== undefined && Object.hasOwn(VERBS, first) ? VERBS[first] : undefined;
  if (verb === undefined) return misuse(first && `there is no verb "${first}"`, USAGE, io);
  try {
    return await verb.run(rest, io);
  } catch (error) {
    if (error instanceof UsageError) return misuse(error.message, verb.usage, io);
    throw error;
  }
}

function misuse(what: string | undefined, usage: string, { stderr }: CommandIo): number {
  stderr.write(`${what ? `spantree: ${what}\n\n` : ''}${usage}`);
  return MISUSE;
}
