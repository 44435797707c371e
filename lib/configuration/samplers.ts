import { AlwaysRecordSampler } from '../../samplers/always-record.js';
import { createCompositeSampler } from '../../samplers/composite.js';
import { JaegerRemoteSampler } from '../../samplers/jaeger-remote.js';
import { ProbabilitySampler } from '../../samplers/probability.js';
import { TraceIdRatioBasedSampler } from '../../samplers/trace-id-ratio-based.js';
import { samplerRegistry } from '../components.js';
import type { Resource } from '../resource.js';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from '../sampler.js';
import { composableFrom } from './composables.js';
import { given, makeComponent, type Entry, type Make } from './entry.js';
import type { ConfiguredComponent } from './model.js';

/**
 * Makes a sampler (D-11).
 *
 * @param resource whose spans it is to decide
 */
export function samplerFrom(
  component: ConfiguredComponent,
  path: string,
  resource: Resource,
): Sampler {
  return makeComponent(component, path, samplers(resource), samplerRegistry);
}

function samplers(resource: Resource): Readonly<Record<string, Make<Sampler>>> {
  const inner = ({ options, path }: Entry, key: string): Sampler | undefined => {
    const component = options[key] as ConfiguredComponent | null | undefined;
    return component ? samplerFrom(component, `${path}.${key}`, resource) : undefined;
  };
  return {
    trace_id_ratio_based: (entry) => new TraceIdRatioBasedSampler(ratioOf(entry)),
    'probability/development': (entry) => new ProbabilitySampler(ratioOf(entry)),
    parent_based: (entry) =>
      new ParentBasedSampler({
        root: inner(entry, 'root') ?? new AlwaysOnSampler(),
        ...given({
          remoteParentSampled: inner(entry, 'remote_parent_sampled'),
          remoteParentNotSampled: inner(entry, 'remote_parent_not_sampled'),
          localParentSampled: inner(entry, 'local_parent_sampled'),
          localParentNotSampled: inner(entry, 'local_parent_not_sampled'),
        }),
      }),
    // What is required has been checked to be there.
    always_record: (entry) => new AlwaysRecordSampler(inner(entry, 'root')!),
    'jaeger_remote/development': (entry) =>
      new JaegerRemoteSampler({
        serviceName: String(resource.attributes['service.name']),
        endpoint: entry.options['endpoint'] as string,
        initialSampler: inner(entry, 'initial_sampler')!,
        ...given({ pollingIntervalMillis: entry.options['interval'] as number | null }),
      }),
    'composite/development': ({ options, path }) =>
      createCompositeSampler(composableFrom(options as ConfiguredComponent, path)),
  };
}

function ratioOf({ options }: Entry): number {
  return (options['ratio'] as number | null | undefined) ?? 1;
}
