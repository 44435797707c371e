export { InMemorySpanExporter } from './memory.js';
