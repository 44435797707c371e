/** Rejects with the first failure in the order given, when all have ended. */
export async function allEnded(ends: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(ends);
  await Promise.all(ends);
}
