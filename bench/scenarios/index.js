import { baggageExtract, baggageInject } from './baggage.js';
import { bareChild, bareRemoteChild, bareRoot, sampledOut } from './bare-span.js';
import { contextWith } from './context.js';
import { exportBurst, exportDelivered, exportDeliveredWall } from './delivery.js';
import { eventfulSpan } from './eventful-span.js';
import {
  exportJson,
  exportJsonEventful,
  exportProtobuf,
  exportProtobufEventful,
  exportWholePath,
} from './export.js';
import { httpSpan } from './http-span.js';
import { allocated, exportQueued, exportQueuedShared } from './memory.js';
import { nested, nestedAsync } from './nested-spans.js';
import { setAttribute10, setAttribute32, setAttribute128 } from './set-attribute.js';
import {
  specificationBatch,
  specificationSimple,
  specificationThroughput,
} from './specification-load.js';
import { specificationSpan } from './specification-span.js';
import { extract, extractState, inject } from './trace-context.js';
import { tree10000, tree11 } from './tree.js';

/**
 * Every benchmark, in the order of the table. A scenario's `setUp(contender, { sink })` returns
 * `run(count)`, which does the measured thing `count` times and returns something of the result (or a
 * promise), and perhaps
 * - `prepare(count)`, which makes untimed what the next run consumes,
 * - `check()`, which throws when the runs did not do what they are timed for,
 * - `chunk`, the `count` to be used, and `isWall`, when it is the clock that counts.
 *
 * Or it returns `measure({ isBrief, seconds })`, which measures by itself, in what the scenario's `unit` says, or
 * several figures by name, of which `rows` are made.
 * Less is better except where `isMoreBetter`; `rounds` is the most that it needs.
 */
export const scenarios = [
  bareRoot,
  bareChild,
  bareRemoteChild,
  sampledOut,
  httpSpan,
  eventfulSpan,
  specificationSpan,
  nested,
  nestedAsync,
  setAttribute10,
  setAttribute32,
  setAttribute128,
  contextWith,
  inject,
  extract,
  extractState,
  baggageInject,
  baggageExtract,
  exportProtobuf,
  exportProtobufEventful,
  exportJson,
  exportJsonEventful,
  exportWholePath,
  exportDelivered,
  exportDeliveredWall,
  exportBurst,
  exportQueued,
  exportQueuedShared,
  allocated,
  specificationThroughput,
  specificationSimple,
  specificationBatch,
  tree11,
  tree10000,
];
