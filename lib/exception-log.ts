import {
  context as contextApi,
  type Attributes,
  type Context,
  type HrTime,
  type Span,
} from '@opentelemetry/api';
import { acceptAttributes, UNLIMITED } from './attributes.js';
import { setSpan } from './context.js';
import { report } from './diagnostics.js';
import { exceptionAttributes } from './exception.js';
import type { InstrumentationScope } from './instrumentation-scope.js';

/**
 * Where exceptions go that are recorded on spans: to span events, to log records, or to both for a while
 * (semantic conventions: `OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN`).
 */
export type ExceptionSignal = (typeof EXCEPTION_SIGNALS)[number];

export const EXCEPTION_SIGNALS = ['events', 'logs', 'logs/dup'] as const;

/** What attributes of log records can be. */
export type LogValue =
  | string
  | number
  | boolean
  | Uint8Array
  | null
  | undefined
  | LogValue[]
  | { [key: string]: LogValue };

/** Attributes of log records. */
export interface LogAttributes {
  [key: string]: LogValue;
}

/** A logger of `@opentelemetry/api-logs`, as far as it is used here. */
export interface ExceptionLogger {
  emit(record: {
    eventName: string;
    timestamp: HrTime;
    severityNumber: number;
    severityText: string;
    attributes: LogAttributes;
    context: Context;
  }): void;
}

/** A logger provider of `@opentelemetry/api-logs`, as far as it is used here. */
export interface ExceptionLoggerProvider {
  getLogger(
    name: string,
    version?: string,
    options?: { schemaUrl?: string; attributes?: LogAttributes },
  ): ExceptionLogger;
}

const ERROR = 17;

/**
 * Writes exceptions as log records named `exception`, in the context of their span, by a logger of the span's
 * scope (semantic conventions: exceptions in logs). Never throws.
 */
export class ExceptionLog {
  /** Whether they become span events too. */
  readonly keepsEvents: boolean;
  readonly #provider: ExceptionLoggerProvider;
  readonly #loggers = new WeakMap<InstrumentationScope, ExceptionLogger>();

  constructor(provider: ExceptionLoggerProvider, keepsEvents: boolean) {
    this.#provider = provider;
    this.keepsEvents = keepsEvents;
  }

  /** @param more attributes that win over those made from the exception */
  write(
    span: Span,
    scope: InstrumentationScope,
    exception: unknown,
    more: Attributes | undefined,
    timestamp: HrTime,
  ): void {
    try {
      const made = exceptionAttributes(exception);
      const { attributes: accepted } = acceptAttributes(made, UNLIMITED, more);
      this.#loggerFor(scope).emit({
        eventName: 'exception',
        timestamp,
        severityNumber: ERROR,
        severityText: 'ERROR',
        attributes: accepted as LogAttributes,
        context: setSpan(contextApi.active(), span),
      });
    } catch (error) {
      report(
        'exception-log.threw',
        'the logger provider threw: an exception was not logged; give one that works, or leave ' +
          'exceptionSignal at "events"',
        error,
      );
    }
  }

  #loggerFor(scope: InstrumentationScope): ExceptionLogger {
    let logger = this.#loggers.get(scope);
    if (logger === undefined) {
      const { name, version, schemaUrl, attributes } = scope;
      logger = this.#provider.getLogger(name, version, {
        ...(schemaUrl !== undefined && { schemaUrl }),
        ...(attributes !== undefined && { attributes: attributes as LogAttributes }),
      });
      this.#loggers.set(scope, logger);
    }
    return logger;
  }
}
