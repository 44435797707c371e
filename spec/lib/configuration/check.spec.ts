import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/configuration/configuration-error.js';
import { createComponents } from '../../../lib/configuration/create.js';
import { parseConfiguration, parseConfigurationFile } from '../../../lib/configuration/parse.js';
import { harness } from '../../support/harness.js';

const HEAD = 'file_format: "1.1"\n';
const parse = (text: string) => parseConfiguration(text, { file: 'a.yaml', environment: {} });

/** The message for a text that comes after the line with the format. */
function fault(text: string): string {
  try {
    parse(HEAD + text);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return 'none';
}

const processor = (batch: string): string =>
  `tracer_provider:\n  processors:\n    - batch:\n        ${batch}`;

describe('the rules of the configuration model', () => {
  const h = harness();

  for (const [what, text, message] of [
    [
      'an exporter that is missing (D-09)',
      processor('schedule_delay: 1'),
      'a.yaml:4: tracer_provider.processors[0].batch.exporter: expected a value: it is required',
    ],
    [
      'two exporters in one place',
      processor('exporter: {console: , memory: }'),
      'a.yaml:5: tracer_provider.processors[0].batch.exporter: expected one exporter, such as otlp_http, ' +
        'otlp_grpc, otlp_file/development, console, not console and memory',
    ],
    [
      'an exporter that is a text',
      processor('exporter: console'),
      'a.yaml:5: tracer_provider.processors[0].batch.exporter: expected one exporter, such as otlp_http, ' +
        'otlp_grpc, otlp_file/development, console, not "console"',
    ],
    [
      'no processors (D-08)',
      'tracer_provider:\n  processors: []',
      'a.yaml:3: tracer_provider.processors: expected a list of at least 1, not of none',
    ],
    [
      'processors without a value (D-08)',
      'tracer_provider:\n  processors:',
      'a.yaml:3: tracer_provider.processors: expected a value: it is required',
    ],
    [
      'a key that there is not',
      'attribute_limits:\n  attribute_count: 1',
      'a.yaml:3: attribute_limits.attribute_count: expected one of attribute_value_length_limit, ' +
        'attribute_value_depth_limit, attribute_count_limit: there is no such key',
    ],
    [
      'a number that is a text (D-10)',
      'attribute_limits:\n  attribute_count_limit: "12"',
      'a.yaml:3: attribute_limits.attribute_count_limit: expected a whole number from 0 to 2147483647, not "12"',
    ],
    [
      'a depth of 0 (D-10)',
      'attribute_limits: {attribute_value_depth_limit: 0}',
      'a.yaml:2: attribute_limits.attribute_value_depth_limit: expected a whole number from 1 to 2147483647, not 0',
    ],
    [
      'a batch of 0 (D-09)',
      processor('max_queue_size: 0\n        exporter: {console: }'),
      'a.yaml:5: tracer_provider.processors[0].batch.max_queue_size: expected a whole number from 1 to 2147483647, not 0',
    ],
    ['a word for a truth', 'disabled: no', 'a.yaml:2: disabled: expected true or false, not "no"'],
    [
      'a ratio beyond 1 (D-11)',
      `${processor('exporter: {console: }')}\n  sampler:\n    trace_id_ratio_based:\n      ratio: 1.5`,
      'a.yaml:8: tracer_provider.sampler.trace_id_ratio_based.ratio: expected a number from 0 to 1, not 1.5',
    ],
    [
      'a certificate that is not said from the root (D-12)',
      processor('exporter:\n          otlp_http:\n            tls:\n              ca_file: ca.pem'),
      'a.yaml:8: tracer_provider.processors[0].batch.exporter.otlp_http.tls.ca_file: ' +
        'expected the absolute path of a PEM file, not "ca.pem"',
    ],
    [
      'an attribute of another type than it says (D-14)',
      'resource:\n  attributes:\n    - name: a\n      value: b\n      type: int',
      'a.yaml:5: resource.attributes[0].value: expected a whole number, as its type is int, not "b"',
    ],
    [
      'a list with something else in it (D-14)',
      'resource:\n  attributes:\n    - {name: a, type: bool_array, value: [true, 1]}',
      'a.yaml:4: resource.attributes[0].value[1]: expected true or false in a list, not 1',
    ],
    [
      'a type that there is not (D-14)',
      'resource:\n  attributes:\n    - {name: a, type: map, value: 1}',
      'a.yaml:4: resource.attributes[0].type: expected one of string, bool, int, double, string_array, ' +
        'bool_array, int_array, double_array, not "map"',
    ],
    [
      'a mapping that is a list',
      'propagator:\n  - tracecontext',
      'a.yaml:2: propagator: expected a mapping with composite, composite_list, not a list',
    ],
    [
      'headers of no texts, without showing them (D-12)',
      processor('exporter: {otlp_http: {headers: [{name: key, value: 12345}]}}'),
      'a.yaml:5: tracer_provider.processors[0].batch.exporter.otlp_http.headers[0].value: expected a text, not this',
    ],
    [
      'captured headers that are no list (D-15)',
      'instrumentation/development:\n  general:\n    http:\n      client:\n        request_captured_headers: a',
      'a.yaml:6: instrumentation/development.general.http.client.request_captured_headers: expected a list, not "a"',
    ],
    [
      'options of a component that are no mapping (D-07)',
      processor('exporter: {mine: 5}'),
      'a.yaml:5: tracer_provider.processors[0].batch.exporter.mine: expected a mapping, not 5',
    ],
    [
      'part of a rule that is missing (D-11)',
      `${processor('exporter: {console: }')}\n  sampler: {composite/development: {rule_based: {rules: [{parent: [none]}]}}}`,
      'a.yaml:6: tracer_provider.sampler.composite/development.rule_based.rules[0].sampler: expected a value: it is required',
    ],
  ] as const) {
    it(`refuse ${what}, and say file, line, path and what was expected`, () => {
      expect(fault(text)).to.equal(message);
    });
  }

  it('say everything that is wrong, a line each', () => {
    const text = 'disabled: 1\nlog_level: loud\nresource:\n  attributes: 5';
    expect(
      fault(text)
        .split('\n')
        .map((line) => line.slice(0, 8)),
    ).to.deep.equal(['a.yaml:2', 'a.yaml:3', 'a.yaml:5']);
  });

  it('say the line of the text that a variable was put into', () => {
    const text = `${HEAD}\nattribute_limits:\n  attribute_count_limit: \${LIMIT}`;
    expect(() =>
      parseConfiguration(text, { file: 'a.yaml', environment: { LIMIT: 'many' } }),
    ).to.throw(/^a\.yaml:4: attribute_limits\.attribute_count_limit: .*not "many"$/);
  });

  it('take a key without a value for its default (D-05)', () => {
    const text =
      'disabled:\nlog_level:\nresource:\nattribute_limits:\n  attribute_count_limit:\npropagator:\n' +
      `  composite_list:\n${processor('schedule_delay:\n        exporter:\n          console:')}`;
    expect(fault(text)).to.equal('none');
  });

  it('let other keys at the top pass, and those in development anywhere (D-01)', () => {
    const text =
      'meter_provider: {readers: [1]}\nlogger_provider: 5\ndistribution: {x: 1}\nmine: &a {}\n' +
      'propagator:\n  later/development: {a: 1}';
    expect(fault(text)).to.equal('none');
  });

  for (const format of ['"1.0"', '1.0', '"1.1"', '1.1', '1.0.0', '1.0-rc.2']) {
    it(`know the format ${format} (D-02)`, () => {
      expect(() => parse(`file_format: ${format}`)).to.not.throw();
      expect(h.diagnostics).to.deep.equal([]);
    });
  }

  it('warn of a newer minor format, and ignore what is newer in it (D-02)', () => {
    expect(parse('file_format: "1.7"\nattribute_limits: {newer: 1}')).to.have.property(
      'attribute_limits',
    );
    expect(h.diagnostics.map(({ code, message }) => `${code} ${message}`).join('')).to.match(
      /^configuration\.newer-format a\.yaml is of format 1\.7, and 1\.1 is known/,
    );
  });

  for (const format of ['"0.4"', '2.0', '"1"', 'x', '[1]', '']) {
    it(`refuse the format ${format || 'that is not said'} (D-02)`, () => {
      expect(() => parse(`file_format: ${format}`)).to.throw(
        /^a\.yaml:1: file_format: expected "1\.1" or another 1\.x, not /,
      );
    });
  }

  it('refuse a file without a format, or with nothing in it (D-01)', () => {
    expect(() => parse('disabled: true')).to.throw(/^a\.yaml:1: file_format: expected/);
    for (const text of ['', '# nothing', '- a', 'a']) {
      expect(() => parse(text)).to.throw(/^a\.yaml:1: expected a mapping with file_format, not /);
    }
  });

  it('hold for models that were made in code, without lines (D-06)', () => {
    const model = { file_format: '1.1', tracer_provider: { processors: [{ batch: {} }] } };
    expect(() => createComponents(model as never)).to.throw(
      ConfigurationError,
      /^tracer_provider\.processors\[0\]\.batch\.exporter: expected a value: it is required$/,
    );
    expect(() => createComponents(null as never)).to.throw(
      /^expected a configuration, not nothing$/,
    );
  });

  it('refuse files of other names, and files that cannot be read (D-03)', () => {
    expect(() => parseConfigurationFile('tracing.json')).to.throw(
      ConfigurationError,
      /^tracing\.json: expected a file whose name ends in \.yaml or \.yml$/,
    );
    expect(() => parseConfigurationFile('not/there.yml')).to.throw(
      ConfigurationError,
      /^not\/there\.yml: expected a file that can be read \(ENOENT\)$/,
    );
  });
});
