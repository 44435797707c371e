import { expect } from 'chai';
import { W3C_CASES, type Case } from './w3c-cases.js';
import { EchoService, type Echo, type HeaderSource } from './w3c-echo-service.js';

const SENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[0-3])$/;
const GOOD = '00-12345678901234567890123456789012-1234567890123456-01';

/** The cases of the W3C validation suite, restated, over real HTTP (P-TC-15). */
describe('W3C Trace Context Level 2, over HTTP (P-TC-15)', () => {
  for (const source of ['headers', 'rawHeaders'] as const satisfies HeaderSource[]) {
    describe(`read from Node's ${source}`, () => {
      const service = new EchoService(source);
      before(() => service.listen());
      after(() => service.close());

      for (const example of W3C_CASES) {
        const outcome = example.continues === undefined ? 'starts a trace' : 'continues';
        it(`${outcome}: ${example.title}`, async () => {
          verify(await service.send(example.headers), example);
        });
      }

      it('gives every request of a trace a parent id of its own', async () => {
        const sent = await sendThrice(service, [['traceparent', GOOD]]);
        expect(new Set(sent.map(([, trace]) => trace))).to.have.property('size', 1);
        expect(new Set(sent.map(([, , parent]) => parent))).to.have.property('size', 3);
      });

      it('gives requests without a trace one each, with random ids (T-ID-03)', async () => {
        const sent = await sendThrice(service, []);
        expect(new Set(sent.map(([, trace]) => trace))).to.have.property('size', 3);
        for (const [, , , flags] of sent) expect(flags).to.equal('03');
      });
    });
  }
});

function verify(echo: Echo, { headers, continues, flags, state = {} }: Case): void {
  expect(echo.traceparent).to.have.length(1);
  const [, trace, parent, sentFlags] = SENT.exec(echo.traceparent[0]!) ?? [];
  expect(trace, `a well-formed traceparent, not ${echo.traceparent[0]}`).to.be.a('string');
  const came = headers.map(([, value]) => value).join();
  if (continues === undefined) expect(came).to.not.include(trace);
  else expect(trace).to.equal(continues);
  expect(came).to.not.include(parent);
  if (flags !== undefined) expect(sentFlags).to.equal(flags);
  expect(membersOf(echo)).to.deep.equal(Object.entries(state));
}

/** The members that went out, in order. */
function membersOf({ tracestate }: Echo): string[][] {
  expect(tracestate.length).to.be.at.most(1);
  if (tracestate[0] !== undefined) expect(tracestate[0]).to.not.equal('');
  const members = (tracestate[0] ?? '').split(',').map((member) => member.trim());
  return members.filter((member) => member !== '').map((member) => member.split('='));
}

async function sendThrice(service: EchoService, headers: [string, string][]) {
  const echoes = [
    await service.send(headers),
    await service.send(headers),
    await service.send(headers),
  ];
  return echoes.map((echo) => SENT.exec(echo.traceparent[0]!)!);
}
