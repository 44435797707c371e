import { context as contextApi, propagation } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { ownEnvironment, type Environment } from '../lib/own-environment.js';
import { environmentName, environmentSetter } from './environment.js';

/**
 * A copy of the environment with the active context in it, for a child process to continue:
 * `spawn('job', { env: childEnvironment() })`. Which variables carry it is up to the propagator that is
 * registered: `TRACEPARENT`, `TRACESTATE` and `BAGGAGE` by default. What the copy has inherited in them
 * is taken out, so that the child never follows a parent that is not its own. `start()` continues it there.
 *
 * Environments can be seen by others on the same machine: baggage for them should hold no secrets.
 *
 * @param environment what to copy. Default: the environment of this process
 * @param context what to write. Default: the active context
 */
export function childEnvironment(
  environment: Readonly<Environment> = ownEnvironment() ?? {},
  context: Context = contextApi.active(),
): Environment {
  const copy: Environment = { ...environment };
  for (const key of propagation.fields()) delete copy[environmentName(key)];
  propagation.inject(context, copy, environmentSetter);
  return copy;
}
