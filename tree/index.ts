/*
 * spantree/tree: spans → model → text. Pure: no I/O, no globals, runs anywhere.
 */

// For users
export { renderTree } from './render.js';
export { renderAddendum } from './addendum.js';
export { renderFlood, type Flood } from './flood.js';
export { renderLogfmt } from './logfmt.js';
export { terminalOptions, type TerminalOptions, type TerminalStream } from './terminal.js';
export type { TreeOptions } from './page.js';

// For viewers: the model under the text
export { buildTrace, type TraceModel } from './model.js';
export type { MissingParent, SpanNode } from './span-node.js';
