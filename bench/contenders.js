// The contenders' processes, in which scenarios run.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts them when the first scenario asks; `stop` ends them. */
export function startContenders(rival, options) {
  const workers = {};
  const started = async () => {
    workers.rival ??= await startWorker(rival, options);
    workers.ours ??= await startWorker('spantree', options);
    workers.floor ??= await startWorker('floor', options);
    return workers;
  };
  return {
    /** What measures a scenario, by role. */
    async sides({ name }) {
      const question = { scenario: name, millis: options.quick ? 0 : 100 };
      return Object.fromEntries(
        Object.entries(await started()).map(([role, worker]) => [
          role,
          async () => (await worker.ask(question)).figure,
        ]),
      );
    },
    stop() {
      for (const worker of Object.values(workers)) worker.stop();
    },
  };
}

/** Starts a contender's process; `ask` resolves with its answer and rejects when it fails or ends. */
async function startWorker(contender, options) {
  const args = [contender, JSON.stringify(options)];
  const execArgv = options.source && contender === 'spantree' ? ['--import', 'tsx'] : [];
  const worker = fork(new URL('worker.js', import.meta.url), args, { execArgv });
  const ended = once(worker, 'exit').then(([code, signal]) => {
    throw new Error(`${contender} ended with ${signal ?? `exit code ${code}`}`);
  });
  ended.catch(() => {}); // heard by whoever asks next
  const answer = async () => {
    const [message] = await Promise.race([once(worker, 'message'), ended]);
    if (message.error !== undefined) throw new Error(message.error);
    return message;
  };
  await answer();
  return {
    ask(question) {
      worker.send(question);
      return answer();
    },
    stop: () => worker.kill(),
  };
}
