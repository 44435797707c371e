/*
 * Starts tracing with each log level in turn, given as `variable/option` arguments, with a mistake in
 * another variable, and says something at two levels as an instrumentation would. Ahead of what is
 * shown for each stands a line `-- <argument>`, on both streams.
 */
import { diag } from '@opentelemetry/api';
import { resetDiagnostics } from '../../../lib/diagnostics.js';
import { start, type LogLevel } from '../../../lib/index.js';

process.env['OTEL_SPAN_EVENT_COUNT_LIMIT'] = 'ten';

for (const argument of process.argv.slice(2)) {
  const [variable, option] = argument.split('/');
  resetDiagnostics();
  console.error(`-- ${argument}`);
  console.log(`-- ${argument}`);
  process.env['OTEL_LOG_LEVEL'] = variable;
  const logLevel = option as LogLevel | undefined;
  const sdk = start({ exporters: [], ...(logLevel && { logLevel }) });
  diag.info('info of an instrumentation');
  diag.debug('debug of an instrumentation');
  await sdk.shutdown();
}
