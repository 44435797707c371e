import { encodeTracesJson } from '../../../exporters/otlp/json.js';
import { encodeTraces } from '../../../exporters/otlp/protobuf.js';
import type { ReadableSpan } from '../../../lib/readable-span.js';
import {
  decodeTraces,
  decodeTracesJson,
  type AnyValue,
  type WireSpan,
  type WireTraces,
} from '../../support/wire.js';
import { readableSpan } from '../../support/readable-spans.js';

/** Both encodings with their decoders: what holds for one must hold for the other. */
export const ENCODINGS: {
  name: string;
  decoded(spans: readonly ReadableSpan[]): WireTraces;
}[] = [
  { name: 'protobuf', decoded: (spans) => decodeTraces(encodeTraces(spans)) },
  { name: 'json', decoded: (spans) => decodeTracesJson(encodeTracesJson(spans)) },
];

/** Encodes and decodes one span. */
export function decodedSpan(
  encoding: (typeof ENCODINGS)[number],
  overrides: Partial<ReadableSpan>,
): WireSpan {
  return encoding.decoded([readableSpan(overrides)]).resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
}

/** Encodes and decodes one attribute value. */
export function decodedValue(encoding: (typeof ENCODINGS)[number], value: unknown): AnyValue {
  return decodedSpan(encoding, { attributes: { key: value } }).attributes[0]!.value;
}
