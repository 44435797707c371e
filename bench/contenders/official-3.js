import * as packages from '../official-3/packages.js';
import { officialContender } from './official.js';

/** The official SDK, 3.x line. */
export function contender() {
  return officialContender({
    ...packages,
    TracerProvider: packages.sdk.TracerProvider,
    batchProcessor: (exporter, options) =>
      new packages.sdk.BatchSpanProcessor({ exporter, ...options }),
    simpleProcessor: (exporter) => new packages.sdk.SimpleSpanProcessor({ exporter }),
  });
}
