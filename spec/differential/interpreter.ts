import {
  context,
  createTraceState,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { NO_TRACER } from './no-tracer.js';
import { given, givenAttributes, THROWN } from './odd.js';
import type { ContextData, LinkData, OptionsData, Place, Program, Start, Step } from './program.js';
import { shownContext, shownSpan, type ShownSpan } from './shown.js';
import type { Provider, Sdk } from './sdks.js';
import { build } from './set-up.js';

/** What could be seen of a program's run. */
export interface Outcome {
  /** For each exporting processor, its spans in the order of their ends. */
  readonly exported: ShownSpan[][];
  /** What calls returned and what processors saw, in order. */
  readonly said: string[];
}

/** Called with each span as it starts, and the span context of its parent. */
export type Started = (span: Span, parent: SpanContext | undefined) => void;

/** Runs a program over an SDK. Sets the API's context manager, and nothing else that is global. */
export async function run(
  sdk: Sdk,
  program: Program,
  started: Started = () => {},
): Promise<Outcome> {
  const begun = Date.now();
  const said: string[] = [];
  const built = build(sdk, program.setUp, (entry) => said.push(entry));
  const provider = sdk.provider(built.options);
  context.setGlobalContextManager(sdk.contextManager().enable());
  try {
    await new Interpreter(sdk, provider, program, said, started).perform(program.steps);
    await provider.forceFlush();
    const exported = built.exported().map((spans) => spans.map((span) => shownSpan(span, begun)));
    return { exported, said };
  } finally {
    context.disable();
    await provider.shutdown();
  }
}

class Interpreter {
  readonly #sdk: Sdk;
  readonly #provider: Provider;
  readonly #tracers: Tracer[];
  readonly #said: string[];
  readonly #started: Started;
  readonly #spans: Span[] = [];

  constructor(sdk: Sdk, provider: Provider, program: Program, said: string[], started: Started) {
    this.#sdk = sdk;
    this.#provider = provider;
    this.#said = said;
    this.#started = started;
    const tracers = program.setUp.tracers ?? [{ name: 'spec' }];
    this.#tracers = tracers.map(({ name, version, schemaUrl, attributes }) =>
      provider.getTracer(name as string, version, {
        ...(schemaUrl !== undefined && { schemaUrl }),
        ...(attributes !== undefined && { attributes: givenAttributes(attributes) }),
      }),
    );
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      try {
        await this.#step(step);
      } catch (error) {
        this.#said.push(`${step.do} threw ${String(error)}`);
      }
    }
  }

  /** One call; those that a program nests are waited for. */
  // oxlint-disable-next-line typescript/promise-function-async -- what only calls has nothing to wait for
  #step(step: Step): unknown {
    switch (step.do) {
      case 'start':
        return this.#start(step);
      case 'startActive':
        return this.#startActive(step);
      case 'with':
        return context.with(this.#at(step.at) ?? context.active(), () => this.perform(step.steps));
      case 'both':
        return Promise.all([this.perform(step.steps), this.perform(step.others)]);
      case 'wait':
        return new Promise((resolve) => setImmediate(resolve));
      case 'shutdown':
        return this.#shutdown();
      case 'nothing':
        return undefined;
      default:
        return this.#use(step, this.#span(step.span));
    }
  }

  /** A call on a span. */
  #use(step: Extract<Step, { span: number }>, span: Span): unknown {
    switch (step.do) {
      case 'look':
        return this.#look(span);
      case 'setAttribute':
        return span.setAttribute(step.key as string, given(step.value));
      case 'setAttributes':
        return span.setAttributes(givenAttributes(step.attributes) as never);
      case 'addEvent':
        if (step.times !== undefined) {
          return span.addEvent(step.name as string, ...(step.times.map(time) as []));
        }
        return span.addEvent(
          step.name as string,
          givenAttributes(step.attributes) as never,
          time(step.time),
        );
      case 'addLink':
        return span.addLink(this.#link(step.link));
      case 'addLinks':
        return span.addLinks(step.links.map((link) => this.#link(link)));
      case 'recordException':
        return (span.recordException as (...args: unknown[]) => void)(
          THROWN[step.thrown]!.make(),
          time(step.time),
          ...(step.more === undefined ? [] : [givenAttributes(step.more)]),
        );
      case 'setStatus':
        return span.setStatus(step.status as never);
      case 'updateName':
        return span.updateName(step.name as string);
      default:
        return span.end(time(step.time));
    }
  }

  #start(step: Start): void {
    const { name, options, at } = step;
    const place = this.#at(at);
    const parent = this.#parent(step, place);
    const args = place === undefined ? [this.#options(options)] : [this.#options(options), place];
    this.#begun(this.#tracer(step).startSpan(name as string, ...(args as [])), parent);
  }

  #startActive(step: Extract<Step, { do: 'startActive' }>): unknown {
    const { arity, name, options, at = 'root', steps } = step;
    const place = arity === 4 ? this.#at(at) : undefined;
    const parent = this.#parent(arity === 2 ? { ...step, options: {} } : step, place);
    const body = async (span: Span): Promise<void> => {
      this.#begun(span, parent);
      await this.perform(steps);
    };
    const args = [name, this.#options(options), place].slice(0, arity - 1);
    const tracer = this.#tracer(step);
    const startActive = tracer.startActiveSpan.bind(tracer) as (...all: unknown[]) => unknown;
    return startActive(...args, body);
  }

  #begun(span: Span, parent: SpanContext | undefined): void {
    this.#started(span, parent);
    this.#spans.push(span);
    this.#look(span);
  }

  #look(span: Span): void {
    const active = trace.getSpanContext(context.active());
    this.#said.push(
      `${span.isRecording() ? 'open' : 'closed'} ${shownContext(span.spanContext())}, ` +
        `${shownContext(active)} is active`,
    );
  }

  async #shutdown(): Promise<void> {
    await this.#provider.shutdown();
    this.#said.push('shut down');
  }

  #tracer({ tracer }: Start): Tracer {
    if (tracer < 0) return NO_TRACER;
    return this.#tracers[tracer % this.#tracers.length]!;
  }

  #span(number: number): Span {
    return this.#spans[number % this.#spans.length] ?? trace.wrapSpanContext(NO_SPAN);
  }

  #options(options: OptionsData | null | undefined): unknown {
    if (!options) return options;
    const { attributes, links, startTime, ...others } = options;
    return {
      ...others,
      ...(attributes !== undefined && { attributes: givenAttributes(attributes) }),
      ...(links && { links: links.map((link) => this.#link(link)) }),
      ...(startTime !== undefined && { startTime: time(startTime) }),
    };
  }

  #link(link: LinkData | null): never {
    if (link === null) return null as never;
    const { to, attributes } = link;
    return {
      context: 'span' in to ? this.#span(to.span).spanContext() : spanContextFrom(to),
      ...(attributes !== undefined && { attributes: givenAttributes(attributes) }),
    } as never;
  }

  /** The context of a place, none where none is to be given. */
  #at(place: Place | undefined): Context | undefined {
    if (place === undefined || place === 'active') return undefined;
    if (place === 'root') return ROOT_CONTEXT;
    if (place === 'suppressed') return this.#sdk.parts.suppressTracing(context.active());
    if ('span' in place) return trace.setSpan(ROOT_CONTEXT, this.#span(place.span));
    return trace.setSpanContext(ROOT_CONTEXT, spanContextFrom(place.remote));
  }

  #parent({ options }: Start, place: Context | undefined): SpanContext | undefined {
    return options?.root ? undefined : trace.getSpanContext(place ?? context.active());
  }
}

/** Stands for a span before there is any. */
const NO_SPAN: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };

function spanContextFrom({ traceState, ...ids }: ContextData): SpanContext {
  return traceState === undefined ? ids : { ...ids, traceState: createTraceState(traceState) };
}

function time(data: unknown): never {
  const isDate = typeof data === 'object' && data !== null && 'date' in data;
  return (isDate ? new Date(data.date as number) : data) as never;
}
