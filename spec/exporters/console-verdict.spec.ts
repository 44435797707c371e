import { expect } from 'chai';
import { isWanted, judge } from '../../exporters/console-verdict.js';
import { remoteCaller, spanMaker } from './console-spans.js';

describe('the verdict on a trace', () => {
  const { open, ended } = spanMaker();

  it('is that of its top span', () => {
    const root = ended('root', { remote: remoteCaller(), millis: 40 });
    const child = ended('child', { parent: root, millis: 90 });
    expect(judge([child, root])).to.deep.equal({
      traceId: root.spanContext().traceId,
      name: 'root',
      durationMillis: 40,
      failed: false,
      hasErrors: false,
      running: false,
    });
  });

  it('is of the earliest top span, if there are several', () => {
    const caller = remoteCaller();
    const later = ended('later', { remote: caller, startTime: 2000, millis: 9 });
    const first = ended('first', { remote: caller, startTime: 1000, millis: 5 });
    expect(judge([later, first])).to.include({ name: 'first', durationMillis: 5 });
  });

  it('tells a failed trace from one that handled an error', () => {
    const root = ended('root');
    const child = ended('child', { parent: root, failed: true });
    expect(judge([root, child])).to.include({ failed: false, hasErrors: true });
    expect(judge([ended('root', { failed: true })])).to.include({ failed: true, hasErrors: true });
  });

  it('measures an open top span up to the last end known', () => {
    const root = open('root', { startTime: 1_000_000 });
    const child = ended('child', { parent: root, startTime: 1_000_010, millis: 20 });
    expect(judge([child, root])).to.include({ name: 'root', durationMillis: 30, running: true });
    expect(judge([root]).durationMillis).to.equal(0);
    root.end();
  });

  it('wants errors in every mode, slow traces in slow mode, all in all', () => {
    const modes = ['all', 'slow', 'errors'] as const;
    const wanting = (durationMillis: number, hasErrors: boolean): string[] =>
      modes.filter((print) => isWanted({ durationMillis, hasErrors }, { print, slowMillis: 500 }));
    expect(wanting(1, true)).to.deep.equal(['all', 'slow', 'errors']);
    expect(wanting(500, false)).to.deep.equal(['all', 'slow']);
    expect(wanting(499, false)).to.deep.equal(['all']);
  });
});
