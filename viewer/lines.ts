/** Where bytes come from: a file, standard input. */
export type ByteSource = AsyncIterable<Uint8Array>;

const LINE_FEED = 0x0a;

/**
 * The lines of UTF-8 text, without their line feeds; `undefined` stands for a line of more than `maxBytes`,
 * which is not kept in memory.
 *
 * @throws what reading the source throws
 */
export async function* linesOf(
  source: ByteSource,
  maxBytes: number,
): AsyncGenerator<string | undefined> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      yield textOf([...pieces, chunk.subarray(from, at)], bytes + at - from, maxBytes);
      pieces = [];
      bytes = 0;
      from = at + 1;
    }
    bytes += chunk.length - from;
    if (bytes > maxBytes) pieces = [];
    else if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
  if (bytes > 0) yield textOf(pieces, bytes, maxBytes);
}

function textOf(pieces: Uint8Array[], bytes: number, maxBytes: number): string | undefined {
  return bytes > maxBytes ? undefined : Buffer.concat(pieces).toString('utf8');
}
