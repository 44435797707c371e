import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { report } from '../lib/diagnostics.js';
import { ownEnvironment, type Environment } from '../lib/own-environment.js';

/*
 * Environment variables as carriers of a context (specification: environment variable carriers). They
 * know no format: which keys there are, and what the values mean, is the propagators' business.
 */

/**
 * The name of the variable that stands for a propagator's key: in upper case, and what is no ASCII
 * letter, digit or underscore becomes an underscore; so does nothing, and one goes in front of a digit.
 * `x-b3-traceid` becomes `X_B3_TRACEID`.
 */
export function environmentName(key: string): string {
  const name = key.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replace(/[^A-Z0-9_]/gu, '_');
  return name === '' || /^[0-9]/.test(name) ? `_${name}` : name;
}

/**
 * Reads a context from environment variables. Keys are found under their normalised names and no other;
 * only such names are listed.
 */
export const environmentGetter: TextMapGetter<Environment> = {
  keys: (carrier) => Object.keys(carrier ?? {}).filter(isNormalised),
  get: (carrier, key) => carrier?.[environmentName(key)],
};

/**
 * Writes a context into a copy of the environment, under normalised names. The process's own environment
 * is not written to, as all code of the process shares it; that is reported as `environment.own`.
 */
export const environmentSetter: TextMapSetter<Environment> = {
  set(carrier, key, value) {
    if (carrier === ownEnvironment()) {
      report(
        'environment.own',
        "a context was not written into the process's own environment: give a copy of it to the " +
          'child process, such as childEnvironment() makes',
      );
    } else carrier[environmentName(key)] = value;
  },
};

function isNormalised(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name);
}
