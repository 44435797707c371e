import { CompositePropagator } from '../propagators/composite.js';
import { propagatorRegistry } from './components.js';
import { AsyncLocalStorageContextManager } from './node/context.js';
import { platform } from './platform.js';

platform.contextManager = () => new AsyncLocalStorageContextManager();
platform.propagator = () =>
  new CompositePropagator({
    propagators: ['tracecontext', 'baggage'].map((name) => propagatorRegistry.create(name)),
  });
