/** The text of a small file without the white space around it; `undefined` when it cannot be read. */
export function readSmallFile(path: string): string | undefined {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8').trim();
  } catch {
    // That it is not there is the usual case, and to find nothing is no error (specification: resource SDK).
    return undefined;
  }
}

/** Like {@link readSmallFile}, for files that may be long or slow to come. */
export async function readFileLater(path: string): Promise<string | undefined> {
  try {
    return (await process.getBuiltinModule('node:fs').promises.readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
