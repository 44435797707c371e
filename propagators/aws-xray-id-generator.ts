import { RandomIdGenerator, type IdGenerator } from '../lib/ids.js';

const random = new RandomIdGenerator();

/**
 * Ids that AWS X-Ray takes: the first 8 digits of a trace id are the time in seconds since 1970, and the
 * others are random, which is more than W3C Trace Context Level 2 asks of a random trace id.
 */
export class AWSXRayIdGenerator implements IdGenerator {
  readonly generatesRandomTraceIds = true;
  readonly generateTraceId = (): string => secondsNow() + random.generateTraceId().slice(8);
  readonly generateSpanId = random.generateSpanId;
}

/** 32 bits, as 8 digits. */
function secondsNow(): string {
  return (Math.floor(Date.now() / 1000) >>> 0).toString(16).padStart(8, '0');
}
