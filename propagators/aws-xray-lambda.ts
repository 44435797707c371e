import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { ownEnvironment, type Environment } from '../lib/own-environment.js';
import { AWSXRayPropagator, withXRayHeader } from './aws-xray.js';
import { environmentGetter } from './environment.js';
import { contained } from './shield.js';

const INVOCATION_VARIABLE = '_X_AMZN_TRACE_ID';

/** Options of an {@link AWSXRayLambdaPropagator}. */
export interface AWSXRayLambdaPropagatorOptions {
  /** Where `_X_AMZN_TRACE_ID` is looked up at each extraction. Default: the process's own. */
  environment?: Environment;
}

/**
 * Like {@link AWSXRayPropagator}; where neither the header nor a propagator before it names a parent, that
 * of the Lambda invocation is taken, which the platform says in `_X_AMZN_TRACE_ID`.
 *
 * When a process's own environment is the carrier, as at `start()`, that variable is left alone: it
 * belongs to one invocation, and the process serves many.
 */
export class AWSXRayLambdaPropagator implements TextMapPropagator {
  readonly #header = new AWSXRayPropagator();
  readonly #environment: Environment | undefined;

  constructor({ environment }: AWSXRayLambdaPropagatorOptions = {}) {
    this.#environment = environment;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#header.inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const found = this.#header.extract(context, carrier, getter);
    try {
      const parent = trace.getSpanContext(found);
      if (parent !== undefined && isSpanContextValid(parent)) return found;
      if (getter === environmentGetter) return found;
      const header = (this.#environment ?? ownEnvironment())?.[INVOCATION_VARIABLE];
      return header ? withXRayHeader(found, header) : found;
    } catch (error) {
      contained('extract', 'AWSXRayLambdaPropagator', error);
      return found;
    }
  }

  fields(): string[] {
    return this.#header.fields();
  }
}
