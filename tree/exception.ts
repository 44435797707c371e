import { errorType } from './meaning.js';
import type { SpanNode } from './span-node.js';
import type { TimedEvent } from '../lib/readable-span.js';

/** What an exception event or a status says about an error; texts as recorded, not yet safe to print. */
export interface ErrorText {
  /** The class, `TypeError`; absent where it is plain `Error`, or unknown. */
  readonly type: string | undefined;
  readonly message: string;
  /** A code such as `ECONNRESET` that the message does not name. */
  readonly code: string | undefined;
  /** The first frame in the application: `charge (src/charge.ts:41:18)`. */
  readonly frame: string | undefined;
}

/** Reads an error of a span: of this exception event, or of the span's status without one. */
export function readError(node: SpanNode, event: TimedEvent | undefined, cwd: string): ErrorText {
  const attributes = event?.attributes ?? {};
  const type = firstLine(attributes['exception.type']);
  const message = firstLine(attributes['exception.message']) ?? firstLine(node.span.status.message);
  const code = errorType(node.span.attributes);
  const isNews = isCode(code) && code !== type && !message?.includes(code);
  return {
    type: type === 'Error' && message !== undefined ? undefined : type,
    message: message ?? '',
    code: isNews ? code : undefined,
    frame: applicationFrame(attributes['exception.stacktrace'], cwd),
  };
}

/** The shortest useful name for why a span failed: a code, else its exception, else its status. */
export function reasonOf(node: SpanNode): string {
  const event = node.span.events.find((candidate) => candidate.name === 'exception');
  const { type, message } = readError(node, event, '');
  const code = errorType(node.span.attributes);
  if (isCode(code)) return code;
  const both = [type, message].filter(Boolean).join(': ');
  if (both !== '') return both.length <= LONGEST_REASON || message === '' ? both : message;
  if (code === undefined || code === '_OTHER') return '';
  return /^\d+$/.test(code) ? `status ${code}` : code;
}

/** In a longer reason the class is left out: the line of the error itself has it. */
const LONGEST_REASON = 40;

/** Codes shout; class names do not, and a status is all digits. */
function isCode(code: string | undefined): code is string {
  return code !== undefined && code !== '_OTHER' && /^[A-Z][A-Z0-9_]+$/.test(code);
}

function firstLine(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = /\S[^\r\n]*/.exec(value.length > 2048 ? value.slice(0, 2048) : value)?.[0];
  return line?.trimEnd();
}

/** Frames of the runtime and of dependencies say where it broke, the application's say why. */
function applicationFrame(stack: unknown, cwd: string): string | undefined {
  if (typeof stack !== 'string') return undefined;
  const bounded = stack.length > LONGEST_STACK ? stack.slice(0, LONGEST_STACK) : stack;
  for (const line of bounded.split('\n')) {
    const frame = /^\s*at (.+:\d+\)?)\s*$/.exec(line)?.[1];
    if (frame !== undefined && !FOREIGN_FRAME.test(frame)) return shortenPath(frame, cwd);
  }
  return undefined;
}

const LONGEST_STACK = 16_384;
const FOREIGN_FRAME = /node_modules[\\/]|\bnode:|\(internal\/|<anonymous>:/;

function shortenPath(frame: string, cwd: string): string {
  const path = frame.replace('file://', '');
  if (cwd === '' || cwd === '/') return path;
  return path.replace(cwd.endsWith('/') ? cwd : `${cwd}/`, '');
}
