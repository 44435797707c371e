/*
 * A decoder of OTLP traces that shares nothing with the encoders: a reader of the protobuf wire format,
 * field tables written down from the .proto files, and a strict reader of OTLP JSON. Both give the same
 * plain objects, with every field present.
 */

/** A decoded AnyValue; `{}` is the empty one. */
export type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: bigint }
  | { doubleValue: number }
  | { arrayValue: AnyValue[] }
  | { kvlistValue: KeyValue[] }
  | { bytesValue: string }
  | Record<string, never>;

export interface KeyValue {
  key: string;
  value: AnyValue;
}

export interface WireEvent {
  timeUnixNano: bigint;
  name: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
}

export interface WireLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
}

export interface WireSpan {
  traceId: string;
  spanId: string;
  traceState: string;
  parentSpanId: string;
  flags: number;
  name: string;
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  events: WireEvent[];
  droppedEventsCount: number;
  links: WireLink[];
  droppedLinksCount: number;
  status: { message: string; code: number };
}

export interface WireScopeSpans {
  scope: {
    name: string;
    version: string;
    attributes: KeyValue[];
    droppedAttributesCount: number;
  };
  spans: WireSpan[];
  schemaUrl: string;
}

export interface WireTraces {
  resourceSpans: {
    resource: { attributes: KeyValue[]; droppedAttributesCount: number };
    scopeSpans: WireScopeSpans[];
    schemaUrl: string;
  }[];
}

type Scalar =
  | 'string'
  | 'hex' // bytes that JSON shows as hex digits: ids
  | 'base64' // other bytes
  | 'bool'
  | 'uint32'
  | 'enum'
  | 'int64'
  | 'fixed64'
  | 'fixed32'
  | 'double';
type Type = Scalar | { message: string } | { repeated: string };
type Table = Record<number, readonly [name: string, type: Type]>;

/** opentelemetry-proto 1.x: trace_service.proto, trace.proto, resource.proto, common.proto. */
const TABLES: Record<string, Table> = {
  Request: { 1: ['resourceSpans', { repeated: 'ResourceSpans' }] },
  ResourceSpans: {
    1: ['resource', { message: 'Resource' }],
    2: ['scopeSpans', { repeated: 'ScopeSpans' }],
    3: ['schemaUrl', 'string'],
  },
  Resource: {
    1: ['attributes', { repeated: 'KeyValue' }],
    2: ['droppedAttributesCount', 'uint32'],
  },
  ScopeSpans: {
    1: ['scope', { message: 'Scope' }],
    2: ['spans', { repeated: 'Span' }],
    3: ['schemaUrl', 'string'],
  },
  Scope: {
    1: ['name', 'string'],
    2: ['version', 'string'],
    3: ['attributes', { repeated: 'KeyValue' }],
    4: ['droppedAttributesCount', 'uint32'],
  },
  Span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    3: ['traceState', 'string'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'string'],
    6: ['kind', 'enum'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', { repeated: 'KeyValue' }],
    10: ['droppedAttributesCount', 'uint32'],
    11: ['events', { repeated: 'Event' }],
    12: ['droppedEventsCount', 'uint32'],
    13: ['links', { repeated: 'Link' }],
    14: ['droppedLinksCount', 'uint32'],
    15: ['status', { message: 'Status' }],
    16: ['flags', 'fixed32'],
  },
  Event: {
    1: ['timeUnixNano', 'fixed64'],
    2: ['name', 'string'],
    3: ['attributes', { repeated: 'KeyValue' }],
    4: ['droppedAttributesCount', 'uint32'],
  },
  Link: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    3: ['traceState', 'string'],
    4: ['attributes', { repeated: 'KeyValue' }],
    5: ['droppedAttributesCount', 'uint32'],
    6: ['flags', 'fixed32'],
  },
  Status: { 2: ['message', 'string'], 3: ['code', 'enum'] },
  KeyValue: { 1: ['key', 'string'], 2: ['value', { message: 'AnyValue' }] },
  AnyValue: {
    1: ['stringValue', 'string'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int64'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', { message: 'ArrayValue' }],
    6: ['kvlistValue', { message: 'KeyValueList' }],
    7: ['bytesValue', 'base64'],
  },
  ArrayValue: { 1: ['values', { repeated: 'AnyValue' }] },
  KeyValueList: { 1: ['values', { repeated: 'KeyValue' }] },
};

/** Decodes a binary ExportTraceServiceRequest. Throws on what the tables do not know. */
export function decodeTraces(bytes: Uint8Array): WireTraces {
  return decodeMessage('Request', bytes) as unknown as WireTraces;
}

/** Decodes OTLP JSON. Throws on unknown members and wrong JSON types. */
export function decodeTracesJson(text: string): WireTraces {
  return readJson('Request', JSON.parse(text)) as unknown as WireTraces;
}

// ── Protobuf ─────────────────────────────────────────────────────────────────────────────────────

interface RawField {
  number: number;
  wire: number;
  value: bigint | Uint8Array;
}

const WIRE_TYPES: Record<Scalar, number> = {
  string: 2,
  hex: 2,
  base64: 2,
  bool: 0,
  uint32: 0,
  enum: 0,
  int64: 0,
  fixed64: 1,
  double: 1,
  fixed32: 5,
};

function decodeMessage(name: string, bytes: Uint8Array): Record<string, unknown> {
  const message = defaults(name);
  let before = 0;
  for (const field of readFields(bytes)) {
    const known = TABLES[name]![field.number];
    if (known === undefined) throw new Error(`${name} has no field ${field.number}`);
    if (field.number < before) throw new Error(`${name}: field ${field.number} is out of order`);
    before = field.number;
    const [key, type] = known;
    if (typeof type === 'object') {
      if (field.wire !== 2) throw new Error(`${name}.${key}: wire type ${field.wire}`);
      const value = simplify(nameOf(type), decodeMessage(nameOf(type), field.value as Uint8Array));
      put(message, key, type, value);
    } else {
      if (field.wire !== WIRE_TYPES[type])
        throw new Error(`${name}.${key}: wire type ${field.wire}`);
      put(message, key, type, decodeScalar(type, field.value));
    }
  }
  return message;
}

/** The fields of any message, in the order of their bytes. */
export function readFields(bytes: Uint8Array): RawField[] {
  const fields: RawField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error('a varint has no end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0n) throw new Error('a varint is longer than it must be');
        return value;
      }
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error('a field is longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    let value: bigint | Uint8Array;
    if (wire === 0) value = varint();
    else if (wire === 1) value = little(take(8));
    else if (wire === 2) value = take(Number(varint()));
    else if (wire === 5) value = little(take(4));
    else throw new Error(`wire type ${wire}`);
    fields.push({ number: tag >>> 3, wire, value });
  }
  return fields;
}

function little(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function decodeScalar(type: Scalar, value: bigint | Uint8Array): unknown {
  if (value instanceof Uint8Array) {
    if (type === 'string')
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    return Buffer.from(value).toString('hex');
  }
  switch (type) {
    case 'bool':
      return value !== 0n;
    case 'int64':
      return BigInt.asIntN(64, value);
    case 'fixed64':
      return value;
    case 'double':
      return new Float64Array(BigUint64Array.of(value).buffer)[0];
    default:
      return Number(value);
  }
}

// ── JSON ─────────────────────────────────────────────────────────────────────────────────────────

function readJson(name: string, json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null) throw new Error(`${name} is no object`);
  const message = defaults(name);
  for (const [key, value] of Object.entries(json)) {
    const known = Object.values(TABLES[name]!).find((entry) => entry[0] === key);
    if (known === undefined) throw new Error(`${name} has no member ${key}`);
    const type = known[1];
    if (typeof type !== 'object') {
      put(message, key, type, readJsonScalar(`${name}.${key}`, type, value));
      continue;
    }
    const items = 'repeated' in type ? (value as unknown[]) : [value];
    for (const item of items)
      put(message, key, type, simplify(nameOf(type), readJson(nameOf(type), item)));
  }
  return message;
}

function readJsonScalar(where: string, type: Scalar, value: unknown): unknown {
  const expect = (condition: boolean): void => {
    if (!condition) throw new Error(`${where} is ${JSON.stringify(value)}`);
  };
  switch (type) {
    case 'string':
      expect(typeof value === 'string' && !/\p{Surrogate}/u.test(value));
      return value;
    case 'hex':
      expect(typeof value === 'string' && /^([0-9a-f]{2})*$/.test(value));
      return value;
    case 'base64':
      expect(typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value));
      return Buffer.from(value as string, 'base64').toString('hex');
    case 'bool':
      expect(typeof value === 'boolean');
      return value;
    case 'int64':
    case 'fixed64':
      expect(typeof value === 'string' && /^(0|-?[1-9][0-9]*)$/.test(value));
      return BigInt(value as string);
    case 'double':
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
      expect(typeof value === 'number');
      return value;
    default:
      expect(Number.isInteger(value) && (value as number) >= 0);
      return value;
  }
}

// ── Both ─────────────────────────────────────────────────────────────────────────────────────────

function nameOf(type: { message: string } | { repeated: string }): string {
  return 'message' in type ? type.message : type.repeated;
}

/** Lists lose the message around them; the rest stays as it is. */
function simplify(name: string, message: Record<string, unknown>): unknown {
  return name === 'ArrayValue' || name === 'KeyValueList' ? message['values'] : message;
}

function put(message: Record<string, unknown>, key: string, type: Type, value: unknown): void {
  if (typeof type === 'object' && 'repeated' in type) (message[key] as unknown[]).push(value);
  else message[key] = value;
}

/** What a message is when nothing of it was sent. A oneof has no defaults. */
function defaults(name: string): Record<string, unknown> {
  if (name === 'AnyValue') return {};
  const message: Record<string, unknown> = {};
  for (const [key, type] of Object.values(TABLES[name]!)) {
    if (typeof type === 'object') {
      message[key] = 'repeated' in type ? [] : simplify(type.message, defaults(type.message));
    } else if (type === 'string' || type === 'hex' || type === 'base64') message[key] = '';
    else message[key] = type === 'fixed64' || type === 'int64' ? 0n : 0;
  }
  return message;
}
