/*
 * Makes a million contexts from one another with the same three keys, and prints by how many bytes the
 * heap has grown while the last one is alive.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { setValue } from '../../../lib/context.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const keys = [Symbol('a'), Symbol('b'), Symbol('c')];

collectGarbage();
const before = process.memoryUsage().heapUsed;
let context: Context = ROOT_CONTEXT;
for (let i = 0; i < 1_000_000; i++) context = setValue(context, keys[i % 3]!, { i });
collectGarbage();
process.stdout.write(String(process.memoryUsage().heapUsed - before));
if (context.getValue(keys[0]!) === undefined) process.exitCode = 1;
