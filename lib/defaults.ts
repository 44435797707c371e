import { CompositePropagator } from '../propagators/composite.js';
import { readEnvironment } from './config.js';
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
  const settings = readEnvironment(process.env);
  return new CompositePropagator({ propagators: environmentPropagators(settings) });
};

platform.providerOptions = () => {
  const settings = readEnvironment(process.env);
  const sampler = environmentSampler(settings);
  return {
    resource: environmentResource(settings),
    ...(sampler && { sampler }),
    spanLimits: settings.spanLimits,
    generalLimits: settings.generalLimits,
    ...(settings.exceptionSignal && { exceptionSignal: settings.exceptionSignal }),
  };
};

platform.bufferConfig = () => readEnvironment(process.env).batch;
