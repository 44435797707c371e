import type { Span as ApiSpan, SpanContext } from '@opentelemetry/api';
import type { SpanIdentity } from './identity.js';

/** A span that is not recorded: it carries its context on and keeps nothing (specification: non-recording span). */
export class DroppedSpan implements ApiSpan {
  readonly identity: SpanIdentity;

  constructor(identity: SpanIdentity) {
    this.identity = identity;
  }

  spanContext(): SpanContext {
    return this.identity.spanContext;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}

  end(): void {}
}
