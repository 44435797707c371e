import type { Attributes } from '@opentelemetry/api';
import { withDeadline } from './deadline.js';
import { report } from './diagnostics.js';
import {
  emptyResource,
  resourceFromAttributes,
  type MaybePromise,
  type Resource,
} from './resource.js';

/**
 * Finds out something about what produces the spans (specification: resource SDK, detecting resource
 * information). The shape is the official SDK's, so detectors of both work in both.
 */
export interface ResourceDetector {
  /** Called once, in the middle of a set-up: what takes time is left to promises among the values. */
  detect(config?: ResourceDetectionConfig): DetectedResource;
}

/** What a {@link ResourceDetector} has found. */
export interface DetectedResource {
  attributes?: DetectedResourceAttributes;
  /** The conventions that the attributes follow. Not for attributes that follow none. */
  schemaUrl?: string;
}

/** Values, promises of values, and `undefined` for what is not known. */
export type DetectedResourceAttributes = Record<string, MaybePromise<Attributes[string]>>;

/** Options of {@link detectResources}. */
export interface ResourceDetectionConfig {
  /** Where two say different things, the later one wins. Default none. */
  detectors?: ResourceDetector[];
  /** How long values are waited for, in milliseconds; 0 is no limit. Default 5000. */
  timeoutMillis?: number;
}

const TIMEOUT_MILLIS = 5000;

/**
 * What all detectors find, as one resource. It is there at once, with what is known at once; for the rest,
 * which the detectors look for side by side, `asyncAttributesPending` holds, and exporters wait.
 *
 * Never throws: a detector that fails is reported and counts as having found nothing, and so does a value
 * that fails or takes longer than `timeoutMillis`.
 */
export function detectResources(config: ResourceDetectionConfig = {}): Resource {
  return (config.detectors ?? [])
    .map((detector) => detectedBy(detector, config))
    .reduce((all, one) => all.merge(one), emptyResource());
}

function detectedBy(detector: ResourceDetector, config: ResourceDetectionConfig): Resource {
  try {
    const { attributes = {}, schemaUrl } = detector.detect(config) ?? {};
    const values = Object.entries(attributes).map(([name, value]) => [
      name,
      isThenable(value) ? awaited(value, { name, detector, config }) : value,
    ]);
    return resourceFromAttributes(Object.fromEntries(values), schemaUrl ? { schemaUrl } : {});
  } catch (error) {
    report(
      'detector.threw',
      `the resource detector ${nameOf(detector)} failed: nothing that it detects is known`,
      error,
    );
    return emptyResource();
  }
}

/** What one value is waited for. */
interface Waiting {
  readonly name: string;
  readonly detector: ResourceDetector;
  readonly config: ResourceDetectionConfig;
}

/** The value, or `undefined` where it fails or takes too long. Never rejects. */
async function awaited(
  value: PromiseLike<unknown>,
  { name, detector, config }: Waiting,
): Promise<unknown> {
  const what = `${name} of the resource detector ${nameOf(detector)}`;
  try {
    const { timeoutMillis = TIMEOUT_MILLIS } = config;
    return await withDeadline(Promise.resolve(value), timeoutMillis, what);
  } catch (error) {
    report('detector.failed', `${what} is not known: spans go without it`, error);
    return undefined;
  }
}

function nameOf(detector: ResourceDetector): string {
  return detector?.constructor?.name ?? String(detector);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
