import type * as Grpc from '@grpc/grpc-js';

const NAME = '@grpc/grpc-js';

/**
 * The optional package that speaks gRPC, found from this package, or else from the program and the folder
 * that it runs in: where packages are kept strictly apart, only the application sees it.
 *
 * @throws Error with the command that installs it, when it is not there
 */
export function loadGrpc(): typeof Grpc {
  const { createRequire } = process.getBuiltinModule('node:module');
  // A program in one file of its own has no address of this module.
  const places = [import.meta.url, process.argv[1], `${process.cwd()}/package.json`];
  for (const place of places) {
    if (!place) continue;
    try {
      return createRequire(place)(NAME) as typeof Grpc;
    } catch (error) {
      if (!isAbsence(error)) throw new Error(`${NAME} cannot be loaded`, { cause: error });
    }
  }
  throw new Error(
    `OTLP over gRPC needs the package ${NAME}, which is not installed: npm install ${NAME}`,
  );
}

/** Not here, or not a place to look from; a package that it needs in turn may be missing instead. */
function isAbsence(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_INVALID_ARG_VALUE') return true;
  return code === 'MODULE_NOT_FOUND' && message.split('\n')[0]!.includes(NAME);
}
