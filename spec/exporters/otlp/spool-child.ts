/*
 * A process that writes numbered records of a given size to a spool, in the way its third argument names,
 * and prints the number of each that it knows to be on disk. It goes on until it is killed, or has written
 * as many as its last argument says; then it prints what was lost.
 */
import { Spool } from '../../../exporters/otlp/spool.js';
import { setErrorHandler } from '../../../lib/diagnostics.js';

const [directory = '', size = '', how = '', most = 'Infinity'] = process.argv.slice(2);
const lost: string[] = [];
setErrorHandler(({ code, message }) => console.log(`${code}: ${message}`));
const spool = new Spool({
  directory,
  encoding: 'protobuf',
  maxBytes: 1e9,
  maxAgeMillis: 60_000,
  found: () => {},
  lost: (_spans, reason, why) => lost.push(`${reason}: ${why}`),
  available: () => {},
});

for (let i = 0; i < Number(most); i++) {
  const body = Buffer.from(`${i} `.padEnd(Number(size), 'x'));
  const record = { encoding: 'protobuf', spans: 1, createdMillis: Date.now(), body } as const;
  const result = how === 'sync' ? spool.putSync(record) : spool.put(record);
  if (result.kind === 'dropped') lost.push(`${result.reason}: ${result.why}`);
  await spool.written();
  if (lost.length === 0) console.log(`wrote ${i};`);
  await new Promise((resolve) => setImmediate(resolve));
}
await spool.close();
console.log(JSON.stringify(lost));
