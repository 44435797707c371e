const range = (family: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${family}-${String(from + i).padStart(2, '0')}`);

/**
 * The facts that no spec names, each with the reason. The page shows it, and the check fails when a spec
 * names one after all: it is then time to take the fact off this list.
 */
export const WITHOUT_PROOF: readonly { reason: string; ids: readonly string[] }[] = [
  {
    reason: 'Says what the API package contains; nothing here could break it.',
    ids: ['T-API-12'],
  },
  {
    reason: 'There is no instrumentation of databases here; the official ones run over spantree.',
    ids: range('C-DB', 1, 11),
  },
  {
    reason: 'There is no instrumentation of RPC here; the official ones run over spantree.',
    ids: range('C-RPC', 1, 8),
  },
  {
    reason:
      'Meant for instrumentations that once had an older form; those here have the stable one alone.',
    ids: ['V-17'],
  },
  {
    reason:
      'The span of axios ends when axios settles, which is after the body, or at the head for streams: ' +
      'axios shows the head to nobody earlier.',
    ids: ['C-HTC-08'],
  },
  {
    reason: 'For distributions of an SDK; spantree is one of its own.',
    ids: ['C-RES-10'],
  },
];
