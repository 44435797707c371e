import * as packages from '../official-2/packages.js';
import { officialContender } from './official.js';

/** The official SDK, 2.x line. */
export function contender() {
  return officialContender({
    ...packages,
    TracerProvider: packages.sdk.BasicTracerProvider,
    batchProcessor: (exporter, options) => new packages.sdk.BatchSpanProcessor(exporter, options),
    simpleProcessor: (exporter) => new packages.sdk.SimpleSpanProcessor(exporter),
  });
}
