import { CompositePropagator } from '../propagators/composite.js';
import { propagatorRegistry, samplerRegistry } from './components.js';
import { readEnvironment } from './config.js';
import { environmentResource, fromNames } from './from-environment.js';
import { AsyncLocalStorageContextManager } from './node/context.js';
import { platform } from './platform.js';

platform.contextManager = () => new AsyncLocalStorageContextManager();

platform.propagator = () => {
  const settings = readEnvironment(process.env);
  const names = settings.propagators ?? ['tracecontext', 'baggage'];
  return new CompositePropagator({ propagators: fromNames(names, propagatorRegistry, settings) });
};

platform.providerOptions = () => {
  const settings = readEnvironment(process.env);
  const named = settings.sampler === undefined ? [] : [settings.sampler];
  const sampler = fromNames(named, samplerRegistry, settings)[0];
  return {
    resource: environmentResource(settings),
    ...(sampler && { sampler }),
    spanLimits: settings.spanLimits,
    generalLimits: settings.generalLimits,
  };
};

platform.bufferConfig = () => readEnvironment(process.env).batch;
