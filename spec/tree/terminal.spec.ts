import { expect } from 'chai';
import { terminalOptions, type TerminalStream } from '../../tree/index.js';

type Environment = Record<string, string>;

const terminal: TerminalStream = { isTTY: true, columns: 120 };
const pipe: TerminalStream = {};

describe('the colours of a stream', () => {
  const cases: [string, TerminalStream, Environment, boolean][] = [
    ['on in a terminal', terminal, {}, true],
    ['off in a pipe', pipe, {}, false],
    ['off with NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['on with an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
    ['off with NO_COLOR, also when forced', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['on when forced into a pipe', pipe, { FORCE_COLOR: '1' }, true],
    ['on when forced without a value', pipe, { FORCE_COLOR: '' }, true],
    ['off when forced off', terminal, { FORCE_COLOR: '0' }, false],
    ['off when forced off by a word', terminal, { FORCE_COLOR: 'false' }, false],
    ['on when forced in a dumb terminal', terminal, { TERM: 'dumb', FORCE_COLOR: '3' }, true],
    ['off in a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['off in a dumb terminal of a CI', pipe, { TERM: 'dumb', GITHUB_ACTIONS: 'true' }, false],
    ['on in the log of GitHub', pipe, { GITHUB_ACTIONS: 'true' }, true],
    ['on in the log of GitLab', pipe, { GITLAB_CI: 'true' }, true],
    ['off in a CI that is not known to show them', pipe, { CI: 'true' }, false],
    ['off in a CI with NO_COLOR', pipe, { GITHUB_ACTIONS: 'true', NO_COLOR: '1' }, false],
  ];
  for (const [name, stream, env, color] of cases) {
    it(`are ${name}`, () => expect(terminalOptions(stream, env).color).to.equal(color));
  }
});

describe('the characters of a stream', () => {
  const cases: [string, Environment, boolean][] = [
    ['Unicode in a UTF-8 locale', { LANG: 'de_DE.UTF-8' }, true],
    ['Unicode in utf8 by its other name', { LC_ALL: 'C.utf8' }, true],
    ['ASCII in C', { LANG: 'C' }, false],
    ['ASCII in Latin-1', { LANG: 'de_DE.ISO-8859-1' }, false],
    ['by LC_ALL before LANG', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, false],
    ['by LC_CTYPE before LANG', { LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
    ['by LANG when LC_ALL is empty', { LC_ALL: '', LANG: 'C' }, false],
    ['Unicode without a locale, as in containers', {}, true],
    ['ASCII on the Linux console without a locale', { TERM: 'linux' }, false],
    ['ASCII on Windows', { OS: 'Windows_NT' }, false],
    ['Unicode in Windows Terminal', { OS: 'Windows_NT', WT_SESSION: '1' }, true],
    ['Unicode in VS Code', { OS: 'Windows_NT', TERM_PROGRAM: 'vscode' }, true],
    ['Unicode in a CI', { LANG: 'C', CI: 'true' }, true],
  ];
  for (const [name, env, unicode] of cases) {
    it(`are ${name}`, () => expect(terminalOptions(terminal, env).unicode).to.equal(unicode));
  }
});

describe('the width of a stream', () => {
  const cases: [string, TerminalStream, Environment, number, boolean][] = [
    ['the terminal’s', terminal, { COLUMNS: '90' }, 120, true],
    ['COLUMNS in a pipe, then with bars', pipe, { COLUMNS: '132' }, 132, true],
    ['100 in a pipe, without bars', pipe, {}, 100, false],
    ['80 in a terminal that does not tell', { isTTY: true }, {}, 80, false],
    ['without bars below 90', { isTTY: true, columns: 89 }, {}, 89, false],
    ['with bars from 90', { isTTY: true, columns: 90 }, {}, 90, true],
    ['100 when COLUMNS is no number', pipe, { COLUMNS: 'wide' }, 100, false],
    ['100 when COLUMNS is 0', pipe, { COLUMNS: '0' }, 100, false],
  ];
  for (const [name, stream, env, columns, bars] of cases) {
    it(`is ${name}`, () => {
      const options = terminalOptions(stream, env);
      expect([options.columns, options.bars]).to.deep.equal([columns, bars]);
    });
  }
});
