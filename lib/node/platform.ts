import { platform } from '../platform.js';
import { AsyncLocalStorageContextManager } from './context.js';

platform.contextManager = () => new AsyncLocalStorageContextManager();
