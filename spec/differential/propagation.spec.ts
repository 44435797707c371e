import fc from 'fast-check';
import { b3Headers, jaegerHeaders, w3cHeaders } from './header-arbitraries.js';
import { expectSameCarried } from './header-compare.js';

describe('Differential: propagation', () => {
  it('reads and writes trace context and baggage alike', () =>
    expectSameCarried(
      fc.record({
        headers: w3cHeaders,
        from: fc.constantFrom('w3c', 'tracecontext', 'baggage'),
        to: fc.constantFrom('w3c', 'b3', 'b3multi', 'jaeger'),
      }),
      500,
    ));

  it('reads and writes B3 alike, in both forms', () =>
    expectSameCarried(
      fc.record({
        headers: b3Headers,
        from: fc.constantFrom('b3', 'b3multi'),
        to: fc.constantFrom('b3', 'b3multi', 'w3c'),
      }),
      500,
    ));

  it('reads and writes Jaeger headers alike', () =>
    expectSameCarried(
      fc.record({
        headers: jaegerHeaders,
        from: fc.constant('jaeger'),
        to: fc.constantFrom('jaeger', 'w3c'),
      }),
      500,
    ));
});
