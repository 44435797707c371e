import {
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { encodeRecord } from '../../../exporters/otlp/spool-record.js';
import { drained, drainedOnceFound, recordOf, spooling } from './spooling.js';

describe('Spool', () => {
  const s = spooling();

  it('gives back what was put in, in order, and removes its files', async () => {
    const spool = s.spool();
    const texts = ['one', 'two', 'three'];
    for (const text of texts) expect(spool.put(recordOf(text))).to.deep.equal({ kind: 'spooled' });
    await spool.written();
    expect(s.names()).to.have.length(1);
    expect(await drained(spool)).to.deep.equal(texts);
    expect(s.names()).to.deep.equal([]);
    expect(spool.room).to.equal(1_000_000);
    expect(s.found).to.equal(0);
    expect(s.lost).to.deep.equal([]);
  });

  it('gives back what is still being written', async () => {
    const spool = s.spool();
    spool.put(recordOf('one'));
    await spool.written();
    spool.put(recordOf('two'));
    expect(await drained(spool)).to.deep.equal(['one', 'two']);
  });

  it('has written before it returns where it has to', () => {
    const spool = s.spool();
    spool.putSync(recordOf('one'));
    const [name] = s.names();
    expect(readFileSync(join(s.directory, name!)).toString()).to.match(/one$/);
  });

  it('keeps others from reading what it writes', async () => {
    const directory = join(s.directory, 'made', 'here');
    const spool = s.spool({ directory });
    spool.put(recordOf('one'));
    await spool.written();
    spool.putSync(recordOf('two'));
    expect(statSync(directory).mode & 0o777).to.equal(0o700);
    const modes = readdirSync(directory).map(
      (name) => statSync(join(directory, name)).mode & 0o777,
    );
    expect(modes).to.deep.equal([0o600, 0o600]);
  });

  it('does not take what is beyond its bound, and takes again when there is room', async () => {
    const spool = s.spool({ maxBytes: 100 });
    expect(spool.put(recordOf('x'.repeat(60))).kind).to.equal('spooled');
    expect(spool.put(recordOf('y'.repeat(60)))).to.include({
      kind: 'dropped',
      reason: 'spoolFull',
    });
    expect(await drained(spool)).to.deep.equal(['x'.repeat(60)]);
    expect(spool.put(recordOf('z'.repeat(60))).kind).to.equal('spooled');
  });

  it('counts the files of all processes to its bound, of any encoding', () => {
    s.spool({ encoding: 'json' }).putSync(recordOf('x'.repeat(60), { encoding: 'json' }));
    const result = s.spool({ maxBytes: 150 }).putSync(recordOf('y'.repeat(60)));
    expect(result).to.include({ reason: 'spoolFull' });
  });

  it('drops what has waited too long', async () => {
    const spool = s.spool({ maxAgeMillis: 1000 });
    spool.put(recordOf('old', { spans: 3, createdMillis: Date.now() - 1100 }));
    spool.put(recordOf('young'));
    await spool.written();
    expect(await drained(spool)).to.deep.equal(['young']);
    expect(s.lost.map(({ spans, reason }) => ({ spans, reason }))).to.deep.equal([
      { spans: 3, reason: 'spoolExpired' },
    ]);
  });

  it('begins another file when one is large', async () => {
    const spool = s.spool({ maxBytes: 20_000_000 });
    for (let i = 0; i < 3; i++) spool.put(recordOf('x'.repeat(3_000_000)));
    await spool.written();
    expect(s.names()).to.have.length(2);
    expect(await drained(spool)).to.have.length(3);
  });

  it('writes a burst on the spot, as it must not wait in memory', async () => {
    const spool = s.spool({ maxBytes: 50_000_000 });
    for (let i = 0; i < 20; i++) spool.put(recordOf('x'.repeat(1_000_000)));
    const bytes = s.names().reduce((sum, name) => sum + statSync(join(s.directory, name)).size, 0);
    expect(bytes).to.be.at.least(12_000_000);
    expect(await drained(spool)).to.have.length(20);
    expect(s.found).to.equal(0);
  });

  it('brings what was not done again', async () => {
    const spool = s.spool();
    for (const text of ['one', 'two', 'three']) spool.put(recordOf(text));
    const batch = (await spool.next())!;
    await batch.done(batch.records[1]!);
    await batch.close();
    expect(await drained(spool)).to.deep.equal(['one', 'three']);
    expect(s.found).to.equal(0);
    expect(s.lost).to.deep.equal([]);
  });

  it('does not bring again what was done, in another process either', async () => {
    const spool = s.spool({ heartbeatMillis: 1e6 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const text of ['one', 'two']) spool.put(recordOf(text));
    const batch = (await spool.next())!;
    await batch.done(batch.records[0]!);
    s.abandonAll();
    expect(await drainedOnceFound(s.spool())).to.deep.equal(['two']);
    await batch.close();
  });
});

describe('Spool, of several processes', () => {
  const s = spooling();

  it('leaves the files of the living alone', async () => {
    const [one, other] = [s.spool(), s.spool()];
    one.putSync(recordOf('mine'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await drained(other)).to.deep.equal([]);
    expect(await drained(one)).to.deep.equal(['mine']);
  });

  it('keeps its files alive by touching them', async () => {
    s.spool().putSync(recordOf('mine'));
    const path = join(s.directory, s.names()[0]!);
    s.abandonAll();
    while (statSync(path).mtimeMs < Date.now() - 1000) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });

  it('takes over what a dead process has left, and counts it', async () => {
    const left = [recordOf('one', { spans: 2 }), recordOf('two', { spans: 3 })];
    writeFileSync(
      join(s.directory, 'dead-1.protobuf.spool'),
      Buffer.concat(left.map(encodeRecord)),
    );
    s.abandonAll();
    expect(await drainedOnceFound(s.spool())).to.deep.equal(['one', 'two']);
    expect(s.found).to.equal(5);
    expect(s.names()).to.deep.equal([]);
  });

  it('takes a file over that ends in a torn record, and says so', async () => {
    const file = Buffer.concat([recordOf('one'), recordOf('torn', { spans: 4 })].map(encodeRecord));
    const path = join(s.directory, 'dead-1.protobuf.spool');
    writeFileSync(path, file);
    truncateSync(path, file.length - 1);
    s.abandonAll();
    expect(await drainedOnceFound(s.spool())).to.deep.equal(['one']);
    expect(s.found).to.equal(5);
    expect(s.lost).to.have.length(1);
    expect(s.lost[0]).to.include({ spans: 4, reason: 'spoolFailed' });
    expect(s.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp.spool-torn']);
    expect(s.names()).to.deep.equal([]);
  });

  it('gives each file of a dead process to one of many', async () => {
    for (let i = 0; i < 20; i++) {
      writeFileSync(join(s.directory, `dead-${i}.protobuf.spool`), encodeRecord(recordOf(`r${i}`)));
    }
    s.abandonAll();
    const spools = Array.from({ length: 4 }, () => s.spool());
    const texts: string[] = [];
    while (s.names().length > 0) {
      const all = await Promise.all(spools.map((spool) => drained(spool)));
      texts.push(...all.flat());
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(texts.toSorted()).to.deep.equal(
      Array.from({ length: 20 }, (_, i) => `r${i}`).toSorted(),
    );
    expect(s.found).to.equal(20);
  });

  it('leaves files of another encoding to who can send them', async () => {
    const name = 'dead-1.json.spool';
    writeFileSync(join(s.directory, name), encodeRecord(recordOf('{}', { encoding: 'json' })));
    s.abandonAll();
    const spool = s.spool();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await drained(spool)).to.deep.equal([]);
    expect(s.names()).to.deep.equal([name]);
  });

  it('leaves its files to the next process when it is closed', async () => {
    const spool = s.spool();
    spool.put(recordOf('one'));
    await spool.close();
    expect(spool.put(recordOf('late'))).to.include({ kind: 'dropped', reason: 'spoolFailed' });
    expect(await drainedOnceFound(s.spool())).to.deep.equal(['one']);
  });

  it('writes at once what waits when the process ends, and leaves it to the next', async () => {
    const spool = s.spool({ heartbeatMillis: 1e6 });
    // After its first look: a process that goes on is alive again.
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const text of ['one', 'two']) spool.put(recordOf(text));
    spool.endSync();
    const texts = await drainedOnceFound(s.spool());
    expect(texts).to.include.members(['one', 'two']);
  });

  it('writes again what it appended to a file that another has taken over meanwhile', async () => {
    const spool = s.spool({ heartbeatMillis: 1e6 });
    spool.put(recordOf('one'));
    await spool.written();
    renameSync(join(s.directory, s.names()[0]!), join(s.directory, 'thief-1.protobuf.spool'));
    spool.put(recordOf('two'));
    expect(await drained(spool)).to.deep.equal(['two']);
    expect(s.lost).to.have.length(1);
    expect(s.lost[0]).to.include({ spans: 1, reason: 'spoolFailed' });
  });

  it('is not held up by a file that is no spool', async () => {
    writeFileSync(join(s.directory, 'junk-1.protobuf.spool'), 'no record at all');
    writeFileSync(join(s.directory, 'dead-1.protobuf.spool'), encodeRecord(recordOf('one')));
    s.abandonAll();
    expect(await drainedOnceFound(s.spool())).to.deep.equal(['one']);
    expect(s.names()).to.deep.equal([]);
  });
});

describe('Spool, on a disk that fails', () => {
  const s = spooling();

  it('says once that its directory cannot be made, and goes on', async () => {
    writeFileSync(join(s.directory, 'file'), '');
    const spool = s.spool({ directory: join(s.directory, 'file', 'below') });
    expect(spool.put(recordOf('one')).kind).to.equal('spooled');
    await spool.written();
    expect(s.lost[0]).to.include({ spans: 1, reason: 'spoolFailed' });
    expect(s.lost[0]!.why).to.match(/ENOTDIR/);
    expect(spool.putSync(recordOf('two'))).to.include({ kind: 'dropped', reason: 'spoolFailed' });
    expect(await drained(spool)).to.deep.equal([]);
    expect(s.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp.spool']);
  });

  it('recovers when its directory was removed', async () => {
    const spool = s.spool({ directory: join(s.directory, 'gone'), heartbeatMillis: 1e6 });
    spool.put(recordOf('one'));
    await spool.written();
    renameSync(join(s.directory, 'gone'), join(s.directory, 'moved'));
    spool.put(recordOf('two'));
    expect(await drained(spool)).to.deep.equal(['two']);
  });
});
