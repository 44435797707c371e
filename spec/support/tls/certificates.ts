import { readFileSync } from 'node:fs';

/*
 * An authority of the specs and what it has signed: a server called localhost and a client. The keys guard
 * nothing, and that of the authority is gone. Good until 2125.
 */

const pem = (name: string): string => readFileSync(new URL(`${name}.pem`, import.meta.url), 'utf8');

export const CA = pem('ca');
export const SERVER = { cert: pem('server'), key: pem('server-key') };
export const CLIENT = { cert: pem('client'), key: pem('client-key') };
