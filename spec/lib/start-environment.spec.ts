import { expect } from 'chai';
import { runChild } from '../support/child.js';
import type { Printed, Report } from '../support/children/continuing.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

describe('a process started with a context in its environment', function () {
  this.timeout(30_000);

  let parent: Report;
  let child: Report;
  let server: Report;
  let childOfServer: Report;

  before(async () => {
    [[parent, child], [server, childOfServer]] = await Promise.all([
      run('parent'),
      run('server', { TRACEPARENT, BAGGAGE: 'user=me' }),
    ]);
  });

  /** What the process and its child printed. */
  async function run(role: string, env: Record<string, string> = {}): Promise<[Report, Report]> {
    const { code, stdout, stderr } = await runChild('continuing.ts', { args: [role], env }).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Report) as [Report, Report];
  }

  function named(report: Report, name: string): Printed {
    const found = report.spans.filter((span) => span.name === name);
    expect(found, name).to.have.length(1);
    return found[0]!;
  }

  it("makes its spans children of the parent process's span (P-ENV-04, P-ENV-05)", () => {
    const { traceId, spanId } = named(parent, 'run the child');
    for (const name of ['at once', 'after a timer']) {
      expect(named(child, name)).to.include({ traceId, parentSpanId: spanId });
    }
    expect(named(parent, 'at once')).to.not.have.property('parentSpanId');
  });

  it('has the baggage of the parent process (P-ENV-05)', () => {
    expect(parent).to.not.have.property('user');
    expect(child).to.have.property('user', 'a b');
  });

  it('still begins new traces where the context is said to be the root', () => {
    expect(named(server, 'at once')).to.include({ traceId: TRACE_ID, parentSpanId: SPAN_ID });
    for (const name of ['in the root context', 'as a root']) {
      expect(named(server, name).traceId).to.not.equal(TRACE_ID);
      expect(named(server, name)).to.not.have.property('parentSpanId');
    }
  });

  it('begins a new trace for a request that brings none', () => {
    expect(named(server, 'GET').traceId).to.not.equal(TRACE_ID);
    expect(named(server, 'GET')).to.not.have.property('parentSpanId');
  });

  it('hands on what it was given to a child of its own, where it has no span open', () => {
    expect(named(childOfServer, 'at once')).to.include({
      traceId: TRACE_ID,
      parentSpanId: SPAN_ID,
    });
    expect(childOfServer.user).to.equal('me');
  });

  it('continues it in the program also where a preloaded module has started tracing', async () => {
    const preload = new URL('../support/children/preload.ts', import.meta.url).href;
    const env = { TRACEPARENT, NODE_OPTIONS: `--import tsx --import ${preload}` };
    const { code, stdout, stderr } = await runChild('no-set-up.ts', { env }).ended;
    expect(code, stderr).to.equal(0);
    expect(stdout).to.equal(`work ${SPAN_ID}\nmore work ${SPAN_ID}\n`);
  });
});
