import { expect } from 'chai';
import { clean, cleanAscii, cut, cutStart, textWidth } from '../../tree/text.js';

describe('a name or value made safe to print', () => {
  const cases: [string, given: string, shown: string][] = [
    ['keeps plain text', 'GET /orders/:id', 'GET /orders/:id'],
    ['loses colours', '\u001b[31mred\u001b[0m', 'red'],
    ['does not clear the screen', 'a\u001b[2Jb\u009b2Jc', 'abc'],
    ['does not set the title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['makes no link', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['keeps what follows an open sequence', 'a\u001b]no end', 'ano end'],
    ['is one line', 'SELECT *\n\tFROM t\r\n', 'SELECT * FROM t '],
    ['has no sequence left after one inside another', '\u001b\u001b[0m[31mx', '[31mx'],
    ['does not turn the line around', 'user\u202etxt.exe', 'usertxt.exe'],
    ['has no invisible characters', 'a\u200bb\u00adc\ufeffd', 'abcd'],
    ['has no half characters', 'a\ud83db', 'a\ufffdb'],
    ['does not touch what stands before it', '\u0301\u0302x\u0301', 'x\u0301'],
    ['keeps accents, composed', 'cafe\u0301', 'café'],
    ['keeps wide letters', '注文', '注文'],
    ['keeps an emoji without its modifiers', '👍🏽 ❤️', '👍 ❤'],
  ];
  for (const [name, given, shown] of cases) {
    it(name, () => expect(clean(given)).to.equal(shown));
  }

  it('is bounded', () => {
    expect(clean('x'.repeat(1_000_000)).length).to.be.below(2000);
  });

  it('is printable in ASCII where it must be', () => {
    expect(cleanAscii('Ünïcödé 注文 …')).to.equal('Unicode ?? ...');
  });
});

describe('the width of a text', () => {
  const cases: [string, number][] = [
    ['plain', 5],
    ['注文', 4],
    ['ｆｕ', 4],
    ['한국', 4],
    ['👍', 2],
    ['café', 4],
    ['x\u0323\u0301', 1],
    ['│├─◆', 4],
  ];
  for (const [text, width] of cases) {
    it(`of ${text} is ${width}`, () => expect(textWidth(text)).to.equal(width));
  }
});

describe('a text that is cut', () => {
  it('ends in an ellipsis', () => expect(cut('abcdef', 4, '…')).to.equal('abc…'));
  it('is whole when it just fits', () => expect(cut('abcd', 4, '…')).to.equal('abcd'));
  it('never ends inside a wide character', () => expect(cut('注文を', 4, '…')).to.equal('注…'));
  it('never ends inside a grapheme', () => {
    expect(cut('axx\u0323\u0301xxxxx', 4, '…')).to.equal('axx\u0323\u0301…');
    expect(cut('x🇩🇪🇫🇷', 4, '…')).to.equal('x🇩🇪…');
  });
  it('is nothing without room for the ellipsis', () => expect(cut('abc', 1, '..')).to.equal(''));
  it('may lose its start instead', () => {
    expect(cutStart('src/deep/charge.ts:41', 14, '…')).to.equal('…/charge.ts:41');
  });
});
