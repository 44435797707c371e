import { createContextKey, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  deleteRPCMetadata,
  getRPCMetadata,
  isTracingSuppressed,
  RPC_METADATA_KEY,
  setRPCMetadata,
  setSpan,
  setValue,
  SPAN_KEY,
  SUPPRESS_TRACING_KEY,
  suppressTracing,
  unsuppressTracing,
} from '../../lib/context.js';
import { runChild } from '../support/child.js';

const KEYS = ['a', 'b', 'c', 'd'].map((name) => createContextKey(`spec ${name}`));
const [A, B, C] = KEYS as [symbol, symbol, symbol];

/** A context of somebody else's. */
class ForeignContext implements Context {
  readonly values: ReadonlyMap<symbol, unknown>;
  constructor(values: ReadonlyMap<symbol, unknown> = new Map()) {
    this.values = values;
  }
  getValue(key: symbol): unknown {
    return this.values.get(key);
  }
  setValue(key: symbol, value: unknown): Context {
    return new ForeignContext(new Map([...this.values, [key, value]]));
  }
  deleteValue(key: symbol): Context {
    return new ForeignContext(new Map([...this.values].filter(([other]) => other !== key)));
  }
}

describe('contexts', () => {
  it('are immutable: setting and deleting make new ones (T-CTX-01)', () => {
    const one = setValue(ROOT_CONTEXT, A, 1);
    const two = one.setValue(A, 2);
    const none = two.deleteValue(A);
    expect([one, two, none].map((context) => context.getValue(A))).to.deep.equal([1, 2, undefined]);
    expect(ROOT_CONTEXT.getValue(A)).to.equal(undefined);
  });

  it('behave like maps, whatever is set and deleted (T-CTX-01)', () => {
    const steps = fc.array(
      fc.record({ key: fc.constantFrom(...KEYS), value: fc.option(fc.integer()), old: fc.nat() }),
    );
    const roots = fc.constantFrom<Context>(
      ROOT_CONTEXT,
      new ForeignContext(),
      new ForeignContext(new Map<symbol, unknown>([[A, 'foreign']])),
    );
    fc.assert(
      fc.property(roots, steps, (root, changes) => {
        const made: [Context, Map<symbol, unknown>][] = [
          [root, new Map(KEYS.map((key) => [key, root.getValue(key)]))],
        ];
        for (const { key, value, old } of changes) {
          const [context, values] = made[old % made.length]!;
          const changed = value === null ? context.deleteValue(key) : setValue(context, key, value);
          made.push([changed, new Map(values).set(key, value ?? undefined)]);
        }
        for (const [context, values] of made) {
          for (const key of KEYS) expect(context.getValue(key)).to.equal(values.get(key));
        }
      }),
    );
  });

  it('wrap those of others, and are wrapped by them', () => {
    const foreign = new ForeignContext(new Map([[A, 'foreign']]));
    const ours = setValue(foreign, B, 'ours');
    expect([A, B, C].map((key) => ours.getValue(key))).to.deep.equal([
      'foreign',
      'ours',
      undefined,
    ]);
    expect(ours.deleteValue(A).getValue(A)).to.equal(undefined);
    expect(setValue(ours, A, 'new').getValue(A)).to.equal('new');
    expect(foreign.getValue(A)).to.equal('foreign');
  });

  it('stay the same when a key is deleted that is not there', () => {
    const context = setValue(ROOT_CONTEXT, A, 1);
    expect(context.deleteValue(B)).to.equal(context);
  });

  it('take many keys', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => Symbol(i));
    let context: Context = ROOT_CONTEXT;
    for (const key of keys) context = context.setValue(key, 1);
    context = context.setValue(keys[0]!, 2).deleteValue(keys[500]!);
    expect(keys.map((key) => context.getValue(key))).to.deep.equal(
      keys.map((_, i) => (i === 0 ? 2 : i === 500 ? undefined : 1)),
    );
  });

  it('hold no value that another has replaced: a million nested sets keep the heap flat', async () => {
    const { code, stdout } = await runChild('nested-contexts.ts').ended;
    expect(code).to.equal(0);
    expect(Number(stdout)).to.be.below(8_000_000);
  }).timeout(20_000);
});

describe('context keys that others share', () => {
  it('are those of the API and the official SDK', () => {
    expect(SPAN_KEY).to.equal(createContextKey('OpenTelemetry Context Key SPAN'));
    expect(SUPPRESS_TRACING_KEY).to.equal(
      createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
    );
    expect(RPC_METADATA_KEY).to.equal(
      createContextKey('OpenTelemetry SDK Context Key RPC_METADATA'),
    );
  });

  it("make the API read our span, and us the API's", () => {
    const span = trace.wrapSpanContext({ traceId: '1', spanId: '2', traceFlags: 0 });
    expect(trace.getSpan(setSpan(ROOT_CONTEXT, span))).to.equal(span);
    expect(trace.setSpan(ROOT_CONTEXT, span).getValue(SPAN_KEY)).to.equal(span);
    expect(trace.deleteSpan(setSpan(ROOT_CONTEXT, span)).getValue(SPAN_KEY)).to.equal(undefined);
  });

  it('suppress tracing and let it go on', () => {
    expect(isTracingSuppressed(ROOT_CONTEXT)).to.equal(false);
    const suppressed = suppressTracing(ROOT_CONTEXT);
    expect(isTracingSuppressed(suppressed)).to.equal(true);
    expect(isTracingSuppressed(unsuppressTracing(suppressed))).to.equal(false);
  });

  it('carry RPC metadata', () => {
    const span = trace.wrapSpanContext({ traceId: '1', spanId: '2', traceFlags: 0 });
    const metadata = { type: 'http', span } as const;
    const context = setRPCMetadata(ROOT_CONTEXT, metadata);
    expect(getRPCMetadata(context)).to.equal(metadata);
    expect(getRPCMetadata(deleteRPCMetadata(context))).to.equal(undefined);
    expect(getRPCMetadata(ROOT_CONTEXT)).to.equal(undefined);
  });
});
