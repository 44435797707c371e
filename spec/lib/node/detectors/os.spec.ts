import { expect } from 'chai';
import fc from 'fast-check';
import { osDetector, osType, parseOsRelease } from '../../../../lib/node/detectors/os.js';
import { SCHEMA_URL } from '../../../../lib/node/detectors/schema.js';

describe('the detector of the operating system', () => {
  it('tells type, name, version and description of the real one (C-RES-09, T-RES-07)', () => {
    const { attributes, schemaUrl } = osDetector.detect();
    expect(attributes?.['os.type']).to.equal(osType(process.platform));
    for (const name of ['os.name', 'os.version', 'os.description']) {
      expect(attributes?.[name], name).to.be.a('string').and.not.equal('');
    }
    expect(schemaUrl).to.equal(SCHEMA_URL);
  });

  it('names types as the conventions do (C-RES-09)', () => {
    const platforms = 'linux darwin win32 sunos aix freebsd android'.split(' ');
    const types = 'linux darwin windows solaris aix freebsd linux'.split(' ');
    expect(platforms.map(osType)).to.deep.equal(types);
  });
});

describe('the file os-release (C-RES-09)', () => {
  it('has values with and without quotes, comments and empty lines', () => {
    const text = `# a comment
NAME="Fedora Linux"
VERSION_ID=42
PRETTY_NAME='Fedora Linux 42 (Server)'

BUILD_ID="say \\"hi\\" for \\$5"
VARIANT=""
not an assignment
`;
    expect(parseOsRelease(text)).to.deep.equal({
      NAME: 'Fedora Linux',
      VERSION_ID: '42',
      PRETTY_NAME: 'Fedora Linux 42 (Server)',
      BUILD_ID: 'say "hi" for $5',
    });
  });

  it('is read back as it was written, whatever the value', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        const quoted = `"${text.replace(/[$"\\`]/g, '\\$&')}"`;
        expect(parseOsRelease(`NAME=${quoted}\n`)).to.deep.equal({ NAME: text });
      }),
    );
  });

  it('is read without throwing, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => void parseOsRelease(text)),
    );
  });
});
