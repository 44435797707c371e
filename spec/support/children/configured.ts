/*
 * A program that knows nothing of the configuration file in its environment: starts, makes a span through the
 * API alone, and ends when its work is done.
 */
import { trace } from '@opentelemetry/api';
import { start } from '../../../lib/index.js';

start();
trace.getTracer('spec').startActiveSpan('work', (span) => span.end());
