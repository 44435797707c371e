/*
 * Trace and span ids are hex digits in the API and bytes on the wire. Ids of a wrong length, with other
 * characters, or of zeros alone are invalid and are never sent (OTLP: trace.proto).
 */

/** The value of each hex digit by its character code; -1 for everything else. */
export const HEX: Int8Array = new Int8Array(256).fill(-1);
for (let i = 0; i < 16; i++) {
  HEX[i.toString(16).charCodeAt(0)] = i;
  HEX[i.toString(16).toUpperCase().charCodeAt(0)] = i;
}

/** The two hex digits of each byte, the first in the upper eight bits. */
export const HEX_PAIRS: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, '0')).readUint16BE(),
);

/** The length of a trace id in bytes. */
export const TRACE_ID_BYTES = 16;
/** The length of a span id in bytes. */
export const SPAN_ID_BYTES = 8;

/** Whether the text is an id of so many bytes, and not all zeros. */
export function isValidId(id: unknown, bytes: number): id is string {
  if (typeof id !== 'string' || id.length !== bytes * 2) return false;
  let codes = 0;
  let all = 0;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    codes |= code;
    all |= HEX[code & 0xff]!;
  }
  return all > 0 && codes <= 0xff;
}
