/**
 * A promise that settles like the given one, or rejects with a `TimeoutError` after `timeoutMillis`
 * milliseconds; 0 and infinity mean no limit. The timer does not hold the process.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  timeoutMillis: number,
  what: string,
): Promise<T> {
  if (!(timeoutMillis > 0 && timeoutMillis < Infinity)) return promise;
  return new Promise<T>((resolve, reject) => {
    const timer = unrefTimer(() => {
      reject(new DOMException(`${what} took longer than ${timeoutMillis} ms`, 'TimeoutError'));
    }, timeoutMillis);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * `setTimeout` whose timer lets the process end. Looked up at call time, so that fake timers work, and
 * capped at what timers can hold.
 */
export function unrefTimer(callback: () => void, millis: number): ReturnType<typeof setTimeout> {
  const timer: unknown = setTimeout(callback, Math.min(millis, 0x7fffffff));
  (timer as { unref?: () => void }).unref?.();
  return timer as ReturnType<typeof setTimeout>;
}
