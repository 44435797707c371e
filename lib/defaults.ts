import { CompositePropagator } from '../propagators/composite.js';
import { processSettings } from './config.js';
import {
  environmentPropagators,
  environmentResource,
  environmentSampler,
} from './from-environment.js';
import { loadedTraceApis } from './node/api-copies.js';
import { AsyncLocalStorageContextManager } from './node/context.js';
import { platform } from './platform.js';

platform.contextManager = () => new AsyncLocalStorageContextManager();

platform.traceApis = loadedTraceApis;

platform.propagator = () => {
  const settings = processSettings();
  return new CompositePropagator({ propagators: environmentPropagators(settings) });
};

platform.providerOptions = () => {
  const settings = processSettings();
  const sampler = environmentSampler(settings);
  return {
    resource: environmentResource(settings),
    ...(sampler && { sampler }),
    spanLimits: settings.spanLimits,
    generalLimits: settings.generalLimits,
    ...(settings.exceptionSignal && { exceptionSignal: settings.exceptionSignal }),
  };
};

platform.bufferConfig = () => processSettings().batch;
