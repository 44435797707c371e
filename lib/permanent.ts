import type {
  Context,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
  TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import type { TracerProvider } from './provider.js';
import type { Tracer, TracerSource } from './tracer.js';
import { Tracers, type TracerOptions } from './tracers.js';

const IDLE: TracerSource = Object.freeze({ pipeline: undefined, configurator: undefined });

/**
 * The provider that `start()` registers, once for the life of the process. The API's proxies remember
 * the first provider they find, so this one stays and follows the current provider: tracers fetched
 * before a start, or between a shutdown and the next start, come alive with it.
 */
export class PermanentProvider implements ApiTracerProvider {
  current: TracerProvider | undefined = undefined;
  readonly #tracers = new Tracers(this);

  /** @internal What the tracers work with now. */
  get source(): TracerSource {
    return this.current?.source ?? IDLE;
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return this.#tracers.get(name, version, options);
  }
}

/** Likewise for the propagator: swapped by each start. Without one it does nothing. */
export class PermanentPropagator implements TextMapPropagator {
  current: TextMapPropagator | undefined = undefined;

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.current?.inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.current?.extract(context, carrier, getter) ?? context;
  }

  fields(): string[] {
    return this.current?.fields() ?? [];
  }
}
