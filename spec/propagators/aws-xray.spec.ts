import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { AWSXRayPropagator as OfficialAWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { propagatorRegistry } from '../../lib/components.js';
import { AWSXRayLambdaPropagator, AWSXRayPropagator } from '../../propagators/xray.js';
import { behavesAsPropagator } from '../contract/propagator.js';
import { hex } from '../support/texts.js';

const TRACE_ID = '5759e988bd862e3fe1be46a994272793';
const SPAN_ID = '53995c3f42cd8ad8';
const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const PARENT = `Parent=${SPAN_ID}`;
const GOOD: SpanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true };

describe('AWSXRayPropagator', () => {
  const propagator = new AWSXRayPropagator();
  const official = new OfficialAWSXRayPropagator();

  behavesAsPropagator(() => new AWSXRayPropagator(), {
    examples: [
      { 'x-amzn-trace-id': `${ROOT};${PARENT};Sampled=1` },
      { 'x-amzn-trace-id': `${ROOT};${PARENT};Sampled=0` },
    ],
  });

  function parse(header: unknown, from: Context = ROOT_CONTEXT): SpanContext | undefined {
    const headers = { 'x-amzn-trace-id': header };
    return trace.getSpanContext(propagator.extract(from, headers, defaultTextMapGetter));
  }

  function parseOfficially(header: string, from: Context = ROOT_CONTEXT): SpanContext | undefined {
    const headers = { 'x-amzn-trace-id': header };
    return trace.getSpanContext(official.extract(from, headers, defaultTextMapGetter));
  }

  function write(spanContext: SpanContext, by: TextMapPropagator = propagator): unknown {
    const headers: Record<string, string> = {};
    by.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), headers, defaultTextMapSetter);
    return headers;
  }

  it('writes root, parent and decision (P-XR-01)', () => {
    expect(write(GOOD)).to.deep.equal({ 'x-amzn-trace-id': `${ROOT};${PARENT};Sampled=1` });
    expect(write({ ...GOOD, traceFlags: 2 })).to.deep.equal({
      'x-amzn-trace-id': `${ROOT};${PARENT};Sampled=0`,
    });
  });

  for (const [what, header] of [
    ['in the usual order', `${ROOT};${PARENT};Sampled=1`],
    ['in any order', `Sampled=1;${PARENT};${ROOT}`],
    ['with spaces around parts and signs', ` ${ROOT} ;\t${PARENT}; Sampled = 1 `],
    ['with a semicolon at the end', `${ROOT};${PARENT};Sampled=1;`],
    [
      'with parts that it does not know',
      `Self=1-67891234-12456789abcdef012345678;${ROOT};Lineage=a87bd80c:1|68fd508a:5;${PARENT};Sampled=1;Foo`,
    ],
    ['with ids in upper case', `${ROOT.replace('bd86', 'BD86')};${PARENT};Sampled=1`],
  ] as const) {
    it(`reads a header ${what} (P-XR-01)`, () => {
      expect(parse(header)).to.deep.equal(GOOD);
    });
  }

  it('finds the header in any case (P-XR-01)', () => {
    const headers = { 'X-Amzn-Trace-Id': `${ROOT};${PARENT};Sampled=1` };
    const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    expect(trace.getSpanContext(context)).to.deep.equal(GOOD);
  });

  for (const [what, header] of [
    ['a root of another version', `Root=2-5759e988-bd862e3fe1be46a994272793;${PARENT};Sampled=1`],
    ['a root of another length', `${ROOT}0;${PARENT};Sampled=1`],
    [
      'a root that is parted elsewhere',
      `Root=1-5759e98-8bd862e3fe1be46a994272793;${PARENT};Sampled=1`,
    ],
    [
      'a root without a second dash',
      `Root=1-5759e9880bd862e3fe1be46a994272793;${PARENT};Sampled=1`,
    ],
    ['a root of zeros', `Root=1-00000000-000000000000000000000000;${PARENT};Sampled=1`],
    ['no root', `${PARENT};Sampled=1`],
    ['no parent, as load balancers write', ROOT],
    ['a parent of zeros', `${ROOT};Parent=0000000000000000;Sampled=1`],
    ['a parent that is too short', `${ROOT};Parent=53995c3f42cd8ad;Sampled=1`],
    ['a decision that is left to us', `${ROOT};${PARENT};Sampled=?`],
    ['no decision', `${ROOT};${PARENT}`],
    ['a decision in other words', `${ROOT};${PARENT};Sampled=01`],
  ] as const) {
    it(`extracts nothing for ${what} (P-XR-02)`, () => {
      expect(parse(header)).to.equal(undefined);
      expect(parseOfficially(header)).to.equal(undefined);
    });
  }

  it('takes no parent of two: neither of a part that comes twice, nor of two headers joined', () => {
    const header = `${ROOT};${PARENT};Sampled=1`;
    expect(parse(`${header};Parent=aaaaaaaaaaaaaaaa`)).to.equal(undefined);
    expect(parse(`${header}, ${header}`)).to.equal(undefined);
    expect(parse([header, 'junk'])).to.deep.equal(GOOD);
  });

  it('keeps the trace state that was there (P-XR-03)', () => {
    const traceState = createTraceState('vendor=1');
    const before = trace.setSpanContext(ROOT_CONTEXT, { ...GOOD, traceState });
    expect(parse(`${ROOT};${PARENT};Sampled=0`, before)).to.deep.equal({
      ...GOOD,
      traceFlags: 0,
      traceState,
    });
  });

  it('has a door of its own, and names that are always known (P-XR-04, P-GEN-08)', async () => {
    for (const door of ['../../lib/index.js', '../../propagators/index.js']) {
      const names = Object.keys((await import(door)) as object);
      expect(names.filter((name) => /x-?ray/i.test(name))).to.deep.equal([]);
    }
    expect(propagatorRegistry.create('xray')).to.be.instanceOf(AWSXRayPropagator);
    expect(propagatorRegistry.create('xray-lambda')).to.be.instanceOf(AWSXRayLambdaPropagator);
  });

  describe('beside the official propagator', () => {
    const pieces = fc.oneof(
      fc.tuple(hex(8), hex(24)).map(([time, rest]) => `Root=1-${time}-${rest}`),
      hex(16).map((id) => `Parent=${id}`),
      fc.constantFrom(
        'Sampled=1',
        'Sampled=0',
        'Sampled=?',
        'Self=1-1-1',
        'Lineage=a:1|b:2',
        '',
        ' ',
        '=',
      ),
      fc.constantFrom(ROOT, PARENT, ROOT.slice(1), `${ROOT}1`, `${PARENT}1`, 'Root='),
    );

    const nameOf = (part: string) => part.split('=')[0];

    it('writes the same header for any span (P-XR-01)', () => {
      fc.assert(
        fc.property(hex(32), hex(16), fc.nat(255), (traceId, spanId, traceFlags) => {
          const spanContext = { traceId, spanId, traceFlags };
          expect(write(spanContext)).to.deep.equal(write(spanContext, official));
        }),
      );
    });

    it('reads the same from any list of different parts (P-XR-01, P-XR-02)', () => {
      fc.assert(
        fc.property(fc.uniqueArray(pieces, { selector: nameOf }), (parts) => {
          const header = parts.join(';');
          expect(parse(header), header).to.deep.equal(parseOfficially(header));
        }),
        { numRuns: 1000 },
      );
    });

    it('takes no part for another that begins like it, which the official one does (P-XR-01)', () => {
      const header = `${ROOT};${PARENT};Sampled=1;RootCause=unknown`;
      expect(parseOfficially(header)).to.equal(undefined);
      expect(parse(header)).to.deep.equal(GOOD);
    });
  });
});
