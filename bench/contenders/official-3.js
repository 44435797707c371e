import * as packages from '../official-3/packages.js';
import { officialContender } from './official.js';

/** The official SDK, 3.x line. */
export function contender() {
  return officialContender({ ...packages, TracerProvider: packages.sdk.TracerProvider });
}
