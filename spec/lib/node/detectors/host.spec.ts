import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect } from 'chai';
import fc from 'fast-check';
import { hostArch, hostDetector, promptHostDetector } from '../../../../lib/node/detectors/host.js';
import {
  machineId,
  parseIoreg,
  parseMachineId,
  parseRegistry,
} from '../../../../lib/node/detectors/machine-id.js';
import { SCHEMA_URL } from '../../../../lib/node/detectors/schema.js';

describe('the detector of the host', () => {
  it('tells name and architecture of the real machine (C-RES-08, T-RES-07)', () => {
    const { attributes, schemaUrl } = hostDetector.detect();
    expect(attributes).to.include({ 'host.name': hostname(), 'host.arch': hostArch(process.arch) });
    expect(schemaUrl).to.equal(SCHEMA_URL);
  });

  it('tells the id of the real machine (C-RES-08)', async () => {
    const files = ['/etc/machine-id', '/var/lib/dbus/machine-id'];
    const file = files.find((path) => existsSync(path));
    const inFile = file && parseMachineId(readFileSync(file, 'utf8'));
    const id = await hostDetector.detect().attributes?.['host.id'];
    if (process.platform === 'linux') expect(id).to.equal(inFile);
    else expect(id ?? 'none').to.match(/^[\w-]+$/);
  });

  it('waits for nothing where it is to be prompt', () => {
    const { attributes } = promptHostDetector.detect();
    expect(attributes?.['host.id']).to.not.be.an.instanceOf(Promise);
    expect(attributes).to.include({ 'host.name': hostname() });
  });

  it('names architectures as the conventions do (C-RES-08)', () => {
    const theirs = 'x64 arm arm64 ia32 ppc ppc64 s390x riscv64'.split(' ');
    const names = 'amd64 arm32 arm64 x86 ppc32 ppc64 s390x riscv64'.split(' ');
    expect(theirs.map(hostArch)).to.deep.equal(names);
  });
});

describe('the id of a machine (C-RES-08)', () => {
  it('is 32 hexadecimal digits in a file; anything else is none', () => {
    const id = '3f'.repeat(16);
    expect(parseMachineId(`${id}\n`)).to.equal(id);
    for (const text of [undefined, '', 'uninitialized\n', '0'.repeat(32), `${id}0`, id.slice(1)]) {
      expect(parseMachineId(text), text).to.equal(undefined);
    }
  });

  it('is the UUID that macOS tells', () => {
    const output = `+-o Root  <class IORegistryEntry>
    {
      "IOPlatformSerialNumber" = "C0FFEE"
      "IOPlatformUUID" = "81D3C4E5-0F1A-5B2C-9D3E-4F5A6B7C8D9E"
    }`;
    expect(parseIoreg(output)).to.equal('81D3C4E5-0F1A-5B2C-9D3E-4F5A6B7C8D9E');
    expect(parseIoreg('nothing')).to.equal(undefined);
  });

  it('is the GUID that Windows tells', () => {
    const output =
      '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n' +
      '    MachineGuid    REG_SZ    1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7a8b\r\n\r\n';
    expect(parseRegistry(output)).to.equal('1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7a8b');
    expect(parseRegistry('ERROR: not found')).to.equal(undefined);
  });

  it('is none on other platforms', () => {
    expect(machineId('aix')).to.equal(undefined);
  });

  it('is read without throwing, whatever there is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        for (const parse of [parseMachineId, parseIoreg, parseRegistry]) parse(text);
      }),
    );
  });
});
