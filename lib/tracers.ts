import type { Attributes, TracerOptions as ApiTracerOptions } from '@opentelemetry/api';
import { acceptAttributes, UNLIMITED } from './attributes.js';
import { report } from './diagnostics.js';
import type { InstrumentationScope } from './instrumentation-scope.js';
import { Tracer, type TracerSource } from './tracer.js';

/** Options of `TracerProvider.getTracer`. */
export interface TracerOptions extends ApiTracerOptions {
  /** Attributes of the scope. */
  attributes?: Attributes;
}

/** How many tracers are kept to be handed out again; further ones are made anew each time. */
const KEPT = 1000;

/** The tracers of one provider: the same one for the same scope. */
export class Tracers {
  readonly #owner: { readonly source: TracerSource };
  readonly #byScope = new Map<string, Tracer>();
  /** Those of scopes that are a name and nothing else, for who fetches a tracer for each span. */
  readonly #byName = new Map<string, Tracer>();

  constructor(owner: { readonly source: TracerSource }) {
    this.#owner = owner;
  }

  get(name: string, version?: string, options?: TracerOptions): Tracer {
    const isName = version === undefined && options === undefined;
    const known = isName ? this.#byName.get(name) : undefined;
    if (known !== undefined) return known;
    const scope = scopeFrom(name, version, options);
    const tracer = this.#of(scope);
    if (isName && scope.name !== '' && this.#byName.size < KEPT) this.#byName.set(name, tracer);
    return tracer;
  }

  #of(scope: InstrumentationScope): Tracer {
    const key = keyOf(scope);
    const known = this.#byScope.get(key);
    if (known !== undefined) return known;
    const tracer = new Tracer(this.#owner, scope);
    if (this.#byScope.size < KEPT) this.#byScope.set(key, tracer);
    return tracer;
  }
}

/** The scope that a tracer is asked for with; a missing name is reported. */
function scopeFrom(name: unknown, version?: string, options?: TracerOptions): InstrumentationScope {
  if (typeof name !== 'string' || name === '') {
    report('tracer.name', 'a tracer was asked for without a name; give the name of the library');
  }
  const { schemaUrl, attributes } = options ?? {};
  return Object.freeze({
    name: typeof name === 'string' ? name : '',
    ...(isText(version) ? { version } : undefined),
    ...(isText(schemaUrl) ? { schemaUrl } : undefined),
    ...(attributes ? { attributes: scopeAttributes(attributes) } : undefined),
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function scopeAttributes(attributes: Attributes): Attributes {
  return Object.freeze(acceptAttributes(attributes, UNLIMITED).attributes);
}

/** Equal for equal scopes: attributes are compared whatever their order. */
function keyOf({ name, version, schemaUrl, attributes }: InstrumentationScope): string {
  const sorted = attributes && Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, version, schemaUrl, sorted], distinct);
}

/** What JSON cannot tell apart, or not write at all. */
function distinct(_key: string, value: unknown): unknown {
  const unclear =
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));
  return unclear ? { [typeof value]: String(value) } : value;
}
