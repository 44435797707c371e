import { trace, type Attributes, type Context, type HrTime } from '@opentelemetry/api';
import { report } from './diagnostics.js';

/** A log record of `@opentelemetry/sdk-logs`, as far as it is used here. */
export interface BridgedLogRecord {
  readonly eventName?: string | undefined;
  readonly hrTime?: HrTime;
  readonly hrTimeObserved?: HrTime;
  readonly spanContext?: { readonly traceId: string; readonly spanId: string } | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * A processor for the log records of `@opentelemetry/sdk-logs` that also puts events onto spans: a record with an
 * event name, written in the context of a recording span, becomes an event of that span (specification:
 * event to span event bridge). The record goes on as it is.
 *
 * For those who have exceptions as logs, and a backend that looks for them on spans.
 */
export class EventToSpanEventBridge {
  /** Never throws. */
  onEmit(record: BridgedLogRecord, context?: Context): void {
    try {
      if (!record.eventName || context === undefined) return;
      const span = trace.getSpan(context);
      if (span === undefined || !span.isRecording()) return;
      const { traceId, spanId } = span.spanContext();
      const named = record.spanContext;
      if (named?.traceId !== traceId || named.spanId !== spanId) return;
      const time = isSet(record.hrTime) ? record.hrTime : record.hrTimeObserved;
      const attributes: object = record.attributes;
      span.addEvent(record.eventName, attributes as Attributes, time);
    } catch (error) {
      report(
        'event-bridge.threw',
        'a log record could not be put onto its span: the record itself goes on',
        error,
      );
    }
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function isSet(time: HrTime | undefined): time is HrTime {
  return time !== undefined && (time[0] !== 0 || time[1] !== 0);
}
