import { createTraceState, trace, type Attributes } from '@opentelemetry/api';
import type {
  ReadableSpan,
  Sampler,
  SpanProcessor,
  TracerProviderOptions,
} from '../../lib/index.js';
import { givenAttributes } from './odd.js';
import type { ProcessorData, SamplerData, SetUp } from './program.js';
import type { Sdk } from './sdks.js';

/** What a set-up's data says, made of the parts of an SDK. */
export interface Built {
  readonly options: TracerProviderOptions;
  /** What has been exported, for each exporting processor. */
  exported(): ReadableSpan[][];
}

/** @param say takes what is noted on the way */
export function build(sdk: Sdk, setUp: SetUp, say: (entry: string) => void): Built {
  const exporters: { getFinishedSpans(): ReadableSpan[] }[] = [];
  const { limits, generalLimits, sampler, resource, processors = ['simple'] } = setUp;
  const { parts } = sdk;
  const options: TracerProviderOptions = {
    idGenerator: countingIds(),
    resource: parts
      .defaultResource()
      .merge(parts.resourceFromAttributes((resource ?? {}) as Attributes)),
    spanProcessors: processors.map((data) => processorFrom(sdk, data, exporters, say)),
    ...(limits && { spanLimits: limits }),
    ...(generalLimits && { generalLimits }),
    ...(sampler !== undefined && { sampler: samplerFrom(sdk, sampler) }),
  };
  return { options, exported: () => exporters.map((exporter) => exporter.getFinishedSpans()) };
}

/** The same ids in each run; trace ids look random, for samplers that look at them. */
function countingIds() {
  let traces = 0;
  let spans = 0;
  return {
    generateTraceId: () =>
      (BigInt(++traces) * 0x9e3779b97f4a7c15f39cc0605cedc835n).toString(16).slice(-32),
    generateSpanId: () => (0x5a000000 + ++spans).toString(16).padStart(16, '0'),
  };
}

function samplerFrom(sdk: Sdk, data: SamplerData): Sampler {
  const { parts } = sdk;
  if (data === 'on') return new parts.AlwaysOnSampler();
  if (data === 'off') return new parts.AlwaysOffSampler();
  if (data === 'throws') {
    return sampler(() => {
      throw new Error('a sampler that is broken');
    });
  }
  if (data === 'malformed') return sampler(() => ({ decision: 'yes' }) as never);
  if ('ratio' in data) return new parts.TraceIdRatioBasedSampler(data.ratio);
  if ('threshold' in data)
    return sampler((_context, traceId) => byThreshold(traceId, data.threshold));
  if ('parentBased' in data) {
    const entries = Object.entries(data.parentBased);
    const samplers = Object.fromEntries(entries.map(([name, of]) => [name, samplerFrom(sdk, of)]));
    return new parts.ParentBasedSampler(samplers as never);
  }
  const { decision, attributes, traceState } = data;
  return sampler(() => ({
    decision,
    ...(attributes !== undefined && { attributes: givenAttributes(attributes) as Attributes }),
    ...(traceState !== undefined && { traceState: createTraceState(traceState) }),
  }));
}

function sampler(shouldSample: Sampler['shouldSample']): Sampler {
  return { shouldSample, toString: () => 'of the program' };
}

function byThreshold(traceId: string, ratio: number) {
  const threshold = 2n ** 56n - BigInt(Math.round(ratio * 2 ** 56));
  const decision = BigInt(`0x${traceId.slice(18)}`) >= threshold ? 2 : 0;
  return { decision } as const;
}

function processorFrom(
  sdk: Sdk,
  data: ProcessorData,
  exporters: { getFinishedSpans(): ReadableSpan[] }[],
  say: (entry: string) => void,
): SpanProcessor {
  const { parts } = sdk;
  if (data === 'simple' || data === 'batch') {
    const exporter = new parts.InMemorySpanExporter();
    exporters.push(exporter);
    return data === 'simple'
      ? new parts.SimpleSpanProcessor(exporter)
      : new parts.BatchSpanProcessor(exporter);
  }
  if (data === 'watch') return watching(say);
  if (data === 'throws') return { ...IDLE, onStart: broken, onEnd: broken };
  return {
    ...IDLE,
    onStart: (span) => void span.setAttributes(givenAttributes(data.onStart) as Attributes),
    onEnding: (span) => void span.setAttributes(givenAttributes(data.onEnding) as Attributes),
    onEnd: (span) => tryAll(span as unknown as Parameters<SpanProcessor['onStart']>[0]),
  };
}

const IDLE: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

function broken(): never {
  throw new Error('a processor that is broken');
}

/** An ended span lets nobody write to it. */
function tryAll(span: Parameters<SpanProcessor['onStart']>[0]): void {
  span.setAttribute('late', true).addEvent('late').updateName('late').end();
}

/** Notes each call with the span's own and its parent's id. */
function watching(say: (entry: string) => void): SpanProcessor {
  const id = (span: { spanContext(): { spanId: string } }) => span.spanContext().spanId.slice(-4);
  return {
    ...IDLE,
    onStart: (span, context) => {
      const parent = trace.getSpanContext(context);
      const known =
        parent === undefined
          ? 'nothing'
          : trace.isSpanContextValid(parent)
            ? parent.spanId
            : 'an invalid parent';
      say(`onStart ${id(span)} below ${known}, ${span.ended ? 'ended' : 'open'}`);
    },
    onEnding: (span) => say(`onEnding ${id(span)}, ${span.isRecording() ? 'open' : 'ended'}`),
    onEnd: (span) => say(`onEnd ${id(span)}, ${span.ended ? 'ended' : 'open'}`),
  };
}
