import type { Attributes } from '@opentelemetry/api';
import { otFieldsOf } from '../lib/ot-trace-state.js';
import { requireMethods } from '../lib/require-methods.js';
import { parentIn } from '../lib/sampler.js';
import { thresholdOf } from '../lib/sampling-threshold.js';
import {
  fixedIntent,
  KEEP_ALL,
  KEEP_NONE,
  KEEP_UNCOUNTED,
  type ComposableSampler,
  type SamplingIntent,
} from './intent.js';
import { checkPrecision, usableRatio } from './ratio.js';

/*
 * The parts of composite samplers that the specification names, under the names of the official package.
 */

/** Keeps every span (specification: ComposableAlwaysOn). */
export function createComposableAlwaysOnSampler(): ComposableSampler {
  return composable('ComposableAlwaysOnSampler', () => KEEP_ALL);
}

/** Drops every span (specification: ComposableAlwaysOff). */
export function createComposableAlwaysOffSampler(): ComposableSampler {
  return composable('ComposableAlwaysOffSampler', () => KEEP_NONE);
}

/** Options of {@link createComposableProbabilitySampler} and of `ProbabilitySampler`. */
export interface ProbabilityOptions {
  /** Hex digits of the threshold, 1 to 14, not counting leading `f`. Default 4. */
  precision?: number;
}

/**
 * Keeps the given share of traces, whatever their parents say (specification: ComposableProbability).
 *
 * @param ratio 2^-56 to 1, or 0 for none; another one is reported, and the nearest used
 * @throws RangeError for a precision that is none
 */
export function createComposableProbabilitySampler(
  ratio: number,
  { precision = 4 }: ProbabilityOptions = {},
): ComposableSampler {
  checkPrecision(precision);
  const usable = usableRatio(ratio);
  if (usable === 0) return createComposableAlwaysOffSampler();
  const intent = fixedIntent(thresholdOf(usable, precision));
  return composable(`ComposableProbabilitySampler{${usable}}`, () => intent);
}

/**
 * Does what the parent did, by its threshold, and asks another one for roots (specification:
 * ComposableParentThreshold). A parent that is sampled and has no threshold gives none.
 *
 * @throws TypeError when the one for roots is no composable sampler
 */
export function createComposableParentThresholdSampler(root: ComposableSampler): ComposableSampler {
  requireMethods('root', root, ['getSamplingIntent']);
  const intentFor = lastIntent();
  return {
    // Each argument by its name: a rest parameter would make a list for every span.
    getSamplingIntent(context, traceId, name, kind, attributes, links) {
      const parent = parentIn(context);
      if (parent === undefined) {
        return root.getSamplingIntent(context, traceId, name, kind, attributes, links);
      }
      const { th } = otFieldsOf(parent.traceState);
      if (th !== undefined) return intentFor(th);
      return (parent.traceFlags & 1) === 1 ? KEEP_UNCOUNTED : KEEP_NONE;
    },
    toString: () => `ComposableParentThresholdSampler{root=${String(root)}}`,
  };
}

/** Most services see few thresholds, and mostly one. */
function lastIntent(): (digits: string) => SamplingIntent {
  let last = '';
  let intent = KEEP_NONE;
  return (digits) => {
    if (digits !== last) {
      intent = fixedIntent(BigInt(`0x${digits}`));
      last = digits;
    }
    return intent;
  };
}

/**
 * Does what another one does, and adds attributes to the spans that it keeps (specification:
 * ComposableAnnotating). Where both give a value, this one's counts.
 *
 * @throws TypeError when the delegate is no composable sampler
 */
export function createComposableAnnotatingSampler(
  delegate: ComposableSampler,
  attributes: Attributes,
): ComposableSampler {
  requireMethods('delegate', delegate, ['getSamplingIntent']);
  const added = Object.freeze({ ...attributes });
  return {
    getSamplingIntent(...input) {
      const intent = delegate.getSamplingIntent(...input);
      const { threshold, thresholdReliable, updateTraceState } = intent;
      return {
        threshold,
        thresholdReliable,
        attributes: intent.attributes === undefined ? added : { ...intent.attributes, ...added },
        ...(updateTraceState !== undefined && { updateTraceState }),
      };
    },
    toString: () =>
      `ComposableAnnotatingSampler{${Object.keys(added).join(', ')}; ${String(delegate)}}`,
  };
}

/** A composable sampler whose answer does not depend on the span. */
export function composable(name: string, intent: () => SamplingIntent): ComposableSampler {
  return { getSamplingIntent: intent, toString: () => name };
}
