import type { Alias, Document, LineCounter, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { loadYaml } from '../node/yaml.js';
import type { Environment } from '../own-environment.js';
import { defineOwn } from '../own-property.js';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import { noteEntry, notePlace } from './places.js';
import { plainScalar } from './plain-scalar.js';
import { substitute } from './substitution.js';

/**
 * Reads a YAML text (1.2, core schema, with merge keys) as plain data, in which the environment's variables are
 * put in and every entry's line is noted.
 *
 * @throws ConfigurationError for text that is no YAML, and for references that are none
 */
export function readYaml(text: string, file: string, env: Readonly<Environment>): unknown {
  const yaml = loadYaml();
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: true,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  // The first one alone: those behind it mostly follow from it.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const { line } = lines.linePos(fault.pos[0]);
    const message = notYaml(fault.message, text.split('\n')[line - 1] ?? '');
    throw new ConfigurationError([{ file, line, path: '', message }]);
  }
  return new Reading(yaml, document, lines, file, env).whole();
}

function notYaml(message: string, line: string): string {
  const why = `expected YAML 1.2: ${message.split('\n')[0]}`;
  const isFlow = /[[{].*\$\{/.test(line);
  return isFlow ? `${why} (within [ ] and { }, a reference such as \${NAME} needs quotes)` : why;
}

/** One pass over a document. */
class Reading {
  readonly #yaml: ReturnType<typeof loadYaml>;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #env: Readonly<Environment>;
  readonly #problems: ConfigurationProblem[] = [];
  /** What nodes have become, so that aliases share it; undefined while they become it. */
  readonly #read = new Map<Node, unknown>();

  constructor(
    yaml: ReturnType<typeof loadYaml>,
    document: Document.Parsed,
    lines: LineCounter,
    file: string,
    env: Readonly<Environment>,
  ) {
    this.#yaml = yaml;
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
    this.#env = env;
  }

  whole(): unknown {
    const { contents } = this.#document;
    const value = this.#value(contents, contents ?? undefined, '');
    if (this.#problems.length > 0) throw new ConfigurationError(this.#problems);
    return value;
  }

  /** @param owner what stands on the line that errors are to name: the key, where there is one */
  #value(node: Node | null | undefined, owner: Node | undefined, path: string): unknown {
    if (node === null || node === undefined) return null;
    if (this.#yaml.isAlias(node)) return this.#aliased(node, path);
    if (this.#read.has(node)) return this.#read.get(node);
    this.#read.set(node, undefined);
    const value = this.#fresh(node, owner ?? node, path);
    this.#read.set(node, value);
    return value;
  }

  #fresh(node: Node, owner: Node, path: string): unknown {
    if (this.#yaml.isMap(node)) return this.#mapping(node, owner, path);
    if (this.#yaml.isSeq(node)) return this.#list(node, owner, path);
    return this.#scalar(node as Scalar, path);
  }

  #aliased(alias: Alias, path: string): unknown {
    const target = alias.resolve(this.#document);
    if (target === undefined) {
      this.#problem(alias, path, `expected an anchor &${alias.source} before *${alias.source}`);
      return null;
    }
    if (this.#read.has(target) && this.#read.get(target) === undefined) {
      this.#problem(alias, path, `expected a value, not *${alias.source}, which contains itself`);
      return null;
    }
    return this.#value(target, target, path);
  }

  #mapping(node: YAMLMap, owner: Node, path: string): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    notePlace(mapping, this.#file, this.#line(owner));
    const merged = node.items.filter((pair) => this.#isMerge(pair));
    for (const pair of node.items) {
      if (!merged.includes(pair)) this.#entry(mapping, pair, path);
    }
    for (const { value } of merged) this.#merge(mapping, value as Node | null, path);
    return mapping;
  }

  #entry(mapping: Record<string, unknown>, { key, value }: Pair, path: string): void {
    if (!this.#yaml.isScalar(key)) {
      this.#problem(key as Node, path, 'expected a text for a key');
      return;
    }
    // Keys are text whatever they look like, and nothing is put into them.
    const name = key.source ?? String(key.value);
    const at = path === '' ? name : `${path}.${name}`;
    const content = this.#value(value as Node | null, key, at);
    defineOwn(mapping, name, content);
    this.#note(mapping, name, key, value as Node | null);
  }

  /** `<<`: the entries of other mappings that are not there yet. */
  #merge(mapping: Record<string, unknown>, value: Node | null, path: string): void {
    const sources = this.#yaml.isSeq(value) ? (value.items as Node[]) : [value];
    for (const source of sources) {
      const other = this.#value(source, source ?? undefined, path);
      if (typeof other !== 'object' || other === null || Array.isArray(other)) {
        this.#problem(source, path, 'expected mappings behind <<');
        continue;
      }
      const node = this.#yaml.isAlias(source) ? source.resolve(this.#document) : source;
      for (const pair of this.#yaml.isMap(node) ? (node.items as Pair<Node, Node | null>[]) : []) {
        const name = (pair.key as Scalar).source ?? '';
        if (this.#isMerge(pair) || Object.hasOwn(mapping, name)) continue;
        defineOwn(mapping, name, (other as Record<string, unknown>)[name]);
        this.#note(mapping, name, pair.key, pair.value);
      }
    }
  }

  #isMerge({ key }: Pair): boolean {
    return this.#yaml.isScalar(key) && typeof key.value === 'symbol';
  }

  #list(node: YAMLSeq, owner: Node, path: string): unknown[] {
    const list: unknown[] = [];
    notePlace(list, this.#file, this.#line(owner));
    for (const [index, item] of (node.items as (Node | null)[]).entries()) {
      list.push(this.#value(item, item ?? undefined, `${path}[${index}]`));
      this.#note(list, index, item, item);
    }
    return list;
  }

  #scalar(node: Scalar, path: string): unknown {
    const written = node.source ?? String(node.value ?? '');
    const substituted = substitute(written, this.#env);
    if (substituted.invalid !== undefined) {
      for (const reference of substituted.invalid) {
        const forms = '${NAME}, ${env:NAME} or ${NAME:-default}, or $$ for a dollar sign';
        this.#problem(node, path, `expected ${forms}, not ${reference}`);
      }
      return null;
    }
    const { text } = substituted;
    const isPlain = node.type === undefined || node.type === 'PLAIN';
    if (node.tag === 'tag:yaml.org,2002:str') return text;
    if (node.tag !== undefined) return text === written ? node.value : plainScalar(text);
    return isPlain ? plainScalar(text) : text;
  }

  #note(container: object, key: string | number, at: Node | null, value: Node | null): void {
    const node = this.#yaml.isAlias(value) ? value.resolve(this.#document) : value;
    const written = this.#yaml.isScalar(node)
      ? substitute(node.source ?? '', this.#env)
      : undefined;
    const text = written?.invalid === undefined ? written?.text : undefined;
    noteEntry(container, key, { line: this.#line(at), ...(text !== undefined && { text }) });
  }

  #line(node: Node | null): number {
    return this.#lines.linePos(node?.range?.[0] ?? 0).line;
  }

  #problem(node: Node | null, path: string, message: string): void {
    this.#problems.push({ file: this.#file, line: this.#line(node), path, message });
  }
}
