import { install } from './install.js';
import { koa, koaAxios } from './koa.js';
import { startup } from './startup.js';

/**
 * What is measured on whole processes. A trial's `open({ rival, options })` returns `sides`, by role what
 * measures them and returns figures by name (or nothing, until it has been called often enough), and `close()`, which
 * returns what is to be told beside the table.
 * Its `rows` are made of the figures: `ours` against `rival`, or the role that `against` says; `beyond` a role
 * subtracts that one's first, and takes what is left for no less than the `resolution`. It is opened anew
 * `sessions` times, as processes of the same program differ too; `rounds` is the most for all of them.
 */
export const trials = [koa, koaAxios, startup, install];
