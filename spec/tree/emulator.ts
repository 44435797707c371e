import { Terminal } from '@xterm/headless';

/** What a terminal shows after it was given lines. */
export interface Screen {
  /** The text of each row, without trailing spaces. */
  readonly rows: string[];
  /** Rows that are the overflow of the row before. */
  readonly wrapped: number;
}

/** Writes lines into a real terminal emulator that is so many columns wide. */
export async function show(lines: readonly string[], columns: number): Promise<Screen> {
  const terminal = new Terminal({
    cols: Math.max(columns, 2),
    rows: lines.length + 2,
    scrollback: 0,
    allowProposedApi: true,
  });
  try {
    await new Promise<void>((done) => terminal.write(lines.map((l) => `${l}\r\n`).join(''), done));
    const rows: string[] = [];
    let wrapped = 0;
    for (let y = 0; y < lines.length; y++) {
      const row = terminal.buffer.active.getLine(y);
      rows.push((row?.translateToString(true) ?? '').trimEnd());
      if (row?.isWrapped) wrapped++;
    }
    return { rows, wrapped };
  } finally {
    terminal.dispose();
  }
}

/** The text without SGR and OSC 8 sequences, by a rule of its own. */
export function stripAnsi(line: string): string {
  let text = '';
  for (let i = 0; i < line.length; i++) {
    if (line[i] !== '\u001b') text += line[i];
    else if (line[i + 1] === '[') i = line.indexOf('m', i);
    else if (line[i + 1] === ']') i = line.indexOf('\u001b\\', i + 1) + 1;
  }
  return text;
}
