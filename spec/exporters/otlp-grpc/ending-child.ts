/*
 * A process that sends three spans in the way its first argument names, and prints how that ended. The
 * second argument are the options of the transport.
 */
import type { GrpcTransportOptions } from '../../../exporters/otlp/grpc.js';
import { BODY, transportTo } from './transporting.js';

const [how, options] = process.argv.slice(2);
const { target, ...rest } = JSON.parse(options!) as GrpcTransportOptions;
const transport = transportTo(target, { ...rest, headers: { 'x-key': 'k', 'x-id-bin': 'AQI' } });

function sendSync(): void {
  const begun = performance.now();
  const result = transport.attemptSync!(BODY, 1000);
  console.log(JSON.stringify({ ...result, millis: Math.round(performance.now() - begun) }));
}

const WAYS: Record<string, () => void> = {
  'at its exit': () => void process.on('exit', sendSync),
  'by an exception': () => {
    process.on('uncaughtExceptionMonitor', sendSync);
    throw new Error('boom');
  },
  'without waiting': () => {
    void transport.attempt(BODY, AbortSignal.timeout(8000));
    setTimeout(() => console.log('{}'), 300);
  },
  waiting: () => {
    const hold = setInterval(() => {}, 1000);
    void transport.attempt(BODY, AbortSignal.timeout(8000)).then((result) => {
      console.log(JSON.stringify(result));
      clearInterval(hold);
    });
  },
};

WAYS[how!]!();
