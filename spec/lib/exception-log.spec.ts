import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { LoggerProvider as ApiLoggerProvider } from '@opentelemetry/api-logs';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { expect } from 'chai';
import { EventToSpanEventBridge } from '../../lib/event-bridge.js';
import type { ExceptionSignal } from '../../lib/exception-log.js';
import { NodeTracerProvider } from '../../lib/node-tracer-provider.js';
import { TracerProvider, type TracerProviderOptions } from '../../lib/provider.js';
import '../../lib/defaults.js';
import { withEnvironment } from '../support/environment.js';
import { harness } from '../support/harness.js';

const SIGNAL = 'OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN';

/** Real loggers, and what they have written. */
function logs(...before: LogRecordProcessor[]) {
  const exporter = new InMemoryLogRecordExporter();
  const processors = [...before, new SimpleLogRecordProcessor({ exporter })];
  const loggerProvider: ApiLoggerProvider = new LoggerProvider({ processors });
  return { loggerProvider, records: (): ReadableLogRecord[] => exporter.getFinishedLogRecords() };
}

describe('exceptions as logs (T-EXC-07)', () => {
  const h = harness();

  function record(options: TracerProviderOptions, error: unknown = new RangeError('no')) {
    const provider = new TracerProvider(options);
    const tracer = provider.getTracer('spec', '1.2', {
      schemaUrl: 'https://schema',
      attributes: { scope: 1 },
    });
    const span = tracer.startSpan('work');
    span.recordException(error as Error);
    span.end();
    return span as unknown as ReturnType<typeof h.span>;
  }

  it('stay on spans by default, also with a logger provider', () => {
    const { loggerProvider, records } = logs();
    expect(record({ loggerProvider }).events.map(({ name }) => name)).to.deep.equal(['exception']);
    expect(records()).to.deep.equal([]);
  });

  it('go to logs alone with "logs"', () => {
    const { loggerProvider, records } = logs();
    const span = record({ loggerProvider, exceptionSignal: 'logs' });
    expect(span.events).to.deep.equal([]);
    expect(records()).to.have.length(1);
  });

  it('go to both, at the same time, with "logs/dup"', () => {
    const { loggerProvider, records } = logs();
    const span = record({ loggerProvider, exceptionSignal: 'logs/dup' });
    expect(span.events[0]!.time).to.deep.equal(records()[0]!.hrTime);
    expect(span.events[0]!.attributes).to.deep.equal(records()[0]!.attributes);
  });

  it('are events named exception, of severity ERROR, with what the event had (C-GEN-03)', () => {
    const { loggerProvider, records } = logs();
    record({ loggerProvider, exceptionSignal: 'logs' });
    const [found] = records() as [ReadableLogRecord];
    expect(found).to.include({ eventName: 'exception', severityNumber: 17, severityText: 'ERROR' });
    expect(found.attributes).to.include({
      'exception.type': 'RangeError',
      'exception.message': 'no',
    });
    expect(found.attributes['exception.stacktrace']).to.match(/^RangeError: no\n/);
  });

  it('have the ids of their span, and its scope', () => {
    const { loggerProvider, records } = logs();
    const span = record({ loggerProvider, exceptionSignal: 'logs' });
    const { traceId, spanId } = span.spanContext();
    expect(records()[0]!.spanContext).to.include({ traceId, spanId });
    const { name, version, schemaUrl, attributes } = records()[0]!.instrumentationScope;
    expect({ name, version, schemaUrl, attributes }).to.deep.equal({
      name: 'spec',
      version: '1.2',
      schemaUrl: 'https://schema',
      attributes: { scope: 1 },
    });
  });

  it('have the time and the attributes that the caller gives, which win (T-EXC-03)', () => {
    const { loggerProvider, records } = logs();
    const provider = new TracerProvider({ loggerProvider, exceptionSignal: 'logs' });
    const span = provider.getTracer('spec').startSpan('work');
    const recordException = span.recordException.bind(span) as (...all: unknown[]) => void;
    recordException(new Error('mine'), [1_700_000_000, 5], { 'exception.message': 'yours' });
    span.end();
    expect(records()[0]!.hrTime).to.deep.equal([1_700_000_000, 5]);
    expect(records()[0]!.attributes['exception.message']).to.equal('yours');
  });

  it('are not written after the end of the span', () => {
    const { loggerProvider, records } = logs();
    const span = record({ loggerProvider, exceptionSignal: 'logs' });
    (span as unknown as { recordException(error: Error): void }).recordException(new Error('late'));
    expect(records()).to.have.length(1);
  });

  it('have one logger for all spans of a tracer', () => {
    const { loggerProvider, records } = logs();
    let asked = 0;
    const counting = {
      getLogger: (...all: Parameters<ApiLoggerProvider['getLogger']>) => {
        asked++;
        return loggerProvider.getLogger(...all);
      },
    };
    const provider = new TracerProvider({ loggerProvider: counting, exceptionSignal: 'logs' });
    for (const name of ['a', 'b']) {
      const span = provider.getTracer('spec').startSpan(name);
      span.recordException(new Error(name));
      span.end();
    }
    expect(records()).to.have.length(2);
    expect(asked).to.equal(1);
  });

  it('stay on spans, with a report, where there is no logger provider', () => {
    expect(record({ exceptionSignal: 'logs' }).events).to.have.length(1);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['exception-log.no-provider']);
  });

  it('do no harm where the logger provider throws (T-ERR-01)', () => {
    const loggerProvider = {
      getLogger: () => {
        throw new Error('no logger');
      },
    };
    record({ loggerProvider, exceptionSignal: 'logs' });
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['exception-log.threw']);
  });

  it('refuse a signal or a logger provider that is none, at once', () => {
    const exceptionSignal = 'log' as ExceptionSignal;
    expect(() => new TracerProvider({ exceptionSignal })).to.throw(RangeError, /"log"/);
    const loggerProvider = {} as ApiLoggerProvider;
    expect(() => new TracerProvider({ loggerProvider })).to.throw(TypeError, /loggerProvider/);
  });

  it(`are asked for by ${SIGNAL}, over which the option wins (V-18)`, () => {
    const signals = (options: TracerProviderOptions) =>
      withEnvironment({ [SIGNAL]: 'logs' }, () => {
        const { loggerProvider, records } = logs();
        const provider = new NodeTracerProvider({ loggerProvider, ...options });
        const span = provider.getTracer('spec').startSpan('work');
        span.recordException(new Error('no'));
        span.end();
        return records().length;
      });
    expect(signals({})).to.equal(1);
    expect(signals({ exceptionSignal: 'events' })).to.equal(0);
  });
});

describe('EventToSpanEventBridge (T-EXC-08)', () => {
  const h = harness();

  function bridged() {
    const { loggerProvider, records } = logs(new EventToSpanEventBridge());
    return { logger: loggerProvider.getLogger('spec'), loggerProvider, records };
  }

  it('puts an event of the active span onto it, once, and lets the record go on', () => {
    const { logger, records } = bridged();
    h.tracer.startActiveSpan('work', (span) => {
      logger.emit({ eventName: 'paid', timestamp: [1_700_000_000, 7], attributes: { euros: 5 } });
      span.end();
    });
    const { events } = h.span('work');
    expect(events).to.have.length(1);
    expect(events[0]).to.deep.include({
      name: 'paid',
      time: [1_700_000_000, 7],
      attributes: { euros: 5 },
    });
    expect(records()).to.have.length(1);
  });

  it('takes the time of observation where there is no other', () => {
    const span = h.tracer.startSpan('work');
    const { traceId, spanId } = span.spanContext();
    const record = {
      eventName: 'seen',
      hrTime: [0, 0] as [number, number],
      hrTimeObserved: [1_700_000_000, 8] as [number, number],
      spanContext: { traceId, spanId },
      attributes: {},
    };
    new EventToSpanEventBridge().onEmit(record, trace.setSpan(ROOT_CONTEXT, span));
    span.end();
    expect(h.span('work').events[0]!.time).to.deep.equal([1_700_000_000, 8]);
  });

  it('leaves alone a record without an event name, and one outside of spans', () => {
    const { logger, records } = bridged();
    logger.emit({ eventName: 'outside' });
    h.tracer.startActiveSpan('work', (span) => {
      logger.emit({ body: 'a plain line' });
      span.end();
      logger.emit({ eventName: 'after the end' });
    });
    expect(h.span('work').events).to.deep.equal([]);
    expect(records()).to.have.length(3);
  });

  it('leaves alone a record that names another span', () => {
    const span = h.tracer.startSpan('work');
    const { traceId } = span.spanContext();
    const spanContext = { traceId, spanId: 'b'.repeat(16) };
    const record = { eventName: 'elsewhere', spanContext, attributes: {} };
    new EventToSpanEventBridge().onEmit(record, trace.setSpan(ROOT_CONTEXT, span));
    span.end();
    expect(h.span('work').events).to.deep.equal([]);
  });

  it('brings exceptions that are logs back onto their spans', () => {
    const { loggerProvider } = bridged();
    const provider = new TracerProvider({ loggerProvider, exceptionSignal: 'logs' });
    const span = provider.getTracer('spec').startSpan('work');
    span.recordException(new Error('no'));
    span.end();
    const { events } = span as unknown as ReturnType<typeof h.span>;
    expect(events.map(({ name }) => name)).to.deep.equal(['exception']);
  });

  it('contains what a record throws', () => {
    const span = h.tracer.startSpan('work');
    const record = {
      get eventName(): string {
        throw new Error('record');
      },
      attributes: {},
    };
    new EventToSpanEventBridge().onEmit(record, trace.setSpan(ROOT_CONTEXT, span));
    span.end();
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['event-bridge.threw']);
  });
});
