/* Starts work that fails and that nobody waits for: traced, or bare. */
import { TracerProvider } from '../../../lib/provider.js';
import { withSpan } from '../../../lib/with-span.js';

async function work(): Promise<void> {
  throw new Error('nobody waits');
}

const tracer = new TracerProvider().getTracer('t');
void (process.argv[2] === 'traced' ? withSpan(tracer, 'work', work) : work());
