/**
 * Reads YAML text for the front end: the `yaml` library parses it, this file turns what it found into
 * plain nodes with places. Aliases and merge keys are resolved here; their size, the depth of nesting
 * and the length of the text are limited before they cost anything.
 */

import type { Alias, CST, Document, Node, Pair, Scalar, YAMLMap } from 'yaml';
import { CONFIG_LIMITS } from '../core/language/limits.ts';
import type {
  YamlComment,
  YamlDocument,
  YamlEntry,
  YamlNode,
  YamlProblem,
  YamlReader,
  YamlScalar,
} from '../core/language/yaml/document.ts';
import { onDemand } from './on-demand.ts';

type Library = typeof import('yaml');

/** Reads YAML 1.2, one document. */
export const YAML_READER: YamlReader = (text) => {
  if (text.length > CONFIG_LIMITS.yamlLength) {
    return refused(`the file is longer than ${CONFIG_LIMITS.yamlLength} characters`, 0, 1);
  }
  const library = onDemand<Library>('yaml');
  const tokens = [...new library.Parser().parse(text)];
  const { comments, tooDeep } = survey(tokens, text);
  if (tooDeep !== undefined) {
    const message = `values are nested more than ${CONFIG_LIMITS.yamlDepth} deep`;
    return refused(message, tooDeep, tooDeep + 1);
  }
  const composer = new library.Composer({ uniqueKeys: false, prettyErrors: false });
  const documents = [...composer.compose(tokens, true, text.length)];
  const problems = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(
      (error): YamlProblem => ({
        code: 'yaml-syntax',
        message: sentence(error.message),
        start: error.pos[0],
        end: Math.max(error.pos[1], error.pos[0] + 1),
      }),
    ),
  );
  const [document, second] = documents;
  if (second !== undefined) {
    const [start] = second.range;
    const message = 'a file holds one document; another one begins here';
    problems.push({ code: 'yaml-syntax', message, start, end: start + 1 });
  }
  if (document === undefined || problems.length > 0) return { root: undefined, comments, problems };
  const converter = new Converter(library, document, text);
  const root = converter.root();
  return converter.problems.length > 0
    ? { root: undefined, comments, problems: converter.problems }
    : { root, comments, problems };
};

function refused(message: string, start: number, end: number): YamlDocument {
  const problem: YamlProblem = { code: 'yaml-limit', message, start, end };
  return { root: undefined, comments: [], problems: [problem] };
}

/** The library's messages without their full stops and hints at its options. */
function sentence(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/[.:]\s*$/, '');
}

/** The comments of a parsed text, and where its nesting passes the limit. */
function survey(
  tokens: readonly CST.Token[],
  text: string,
): { readonly comments: YamlComment[]; readonly tooDeep: number | undefined } {
  const comments: YamlComment[] = [];
  const queue: { readonly token: CST.Token; readonly depth: number }[] = [];
  const later = (found: readonly (CST.Token | null | undefined)[], depth: number): void => {
    for (const token of found) if (token != null) queue.push({ token, depth });
  };
  later(tokens, 0);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { token, depth } = next;
    if (depth > CONFIG_LIMITS.yamlDepth) return { comments, tooDeep: token.offset };
    if (token.type === 'comment') comments.push(commentAt(token, text));
    if ('start' in token) later(Array.isArray(token.start) ? token.start : [token.start], depth);
    if ('end' in token && token.end !== undefined) later(token.end, depth);
    if ('props' in token) later(token.props, depth);
    if ('value' in token) later([token.value], depth);
    if (!('items' in token)) continue;
    for (const item of token.items) {
      later(item.start, depth);
      later([item.key, item.value], depth + 1);
      if (item.sep !== undefined) later(item.sep, depth);
    }
  }
  return { comments: comments.sort((a, b) => a.start - b.start), tooDeep: undefined };
}

function commentAt(token: CST.SourceToken, text: string): YamlComment {
  const before = text.slice(text.lastIndexOf('\n', token.offset - 1) + 1, token.offset);
  const trailing = /[^\s-]/.test(before.replace(/^\uFEFF/, ''));
  return { text: token.source.trimEnd(), start: token.offset, trailing };
}

/** Turns the nodes of one document into plain ones. */
class Converter {
  readonly problems: YamlProblem[] = [];
  readonly #library: Library;
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  /** Nodes converted so far, those that aliases stand for included. */
  #size = 0;

  constructor(library: Library, document: Document.Parsed, text: string) {
    this.#library = library;
    this.#document = document;
    this.#text = text;
  }

  root(): YamlNode | undefined {
    const { contents } = this.#document;
    if (contents === null) return undefined;
    const root = this.#convert(contents, 0);
    return root.kind === 'scalar' && root.type === 'null' ? undefined : root;
  }

  /** Converts a node; `at` is where an absent one would stand. */
  #convert(node: unknown, at: number): YamlNode {
    const { isAlias, isMap, isScalar, isSeq } = this.#library;
    const sizeBefore = this.#size++;
    if (isAlias(node)) return this.#resolve(node);
    const [start, end] = rangeOf(node) ?? [at, at];
    let converted: YamlNode;
    if (isMap(node)) converted = { kind: 'map', start, end, entries: this.#entries(node, start) };
    else if (isSeq(node)) {
      const items = node.items.map((item) => this.#convert(item, start));
      converted = { kind: 'list', start, end, items };
    } else converted = isScalar(node) ? this.#scalar(node, start, end) : absent(at);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined)
      this.#anchors.set(anchor, { node: converted, size: this.#size - sizeBefore });
    return converted;
  }

  /** What an alias stands for: an anchor that is complete. */
  #resolve(alias: Alias): YamlNode {
    const [start, end] = rangeOf(alias) ?? [0, 1];
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      const message = `no complete value before *${alias.source} has the anchor &${alias.source}`;
      this.problems.push({ code: 'yaml-syntax', message, start, end });
      return absent(start);
    }
    this.#size += target.size;
    if (this.#size > CONFIG_LIMITS.yamlNodes) {
      if (!this.problems.some((problem) => problem.code === 'yaml-limit')) {
        const message = `aliases make more than ${CONFIG_LIMITS.yamlNodes} values`;
        this.problems.push({ code: 'yaml-limit', message, start, end });
      }
      return absent(start);
    }
    return target.node;
  }

  #entries(map: YAMLMap, at: number): readonly YamlEntry[] {
    const { isScalar } = this.#library;
    const entries: YamlEntry[] = [];
    const merges: { readonly index: number; readonly value: YamlNode }[] = [];
    for (const { key, value } of map.items as readonly Pair[]) {
      const isMerge = isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
      const convertedKey = this.#convert(key, at);
      const converted = this.#convert(value, convertedKey.end);
      if (isMerge) merges.push({ index: entries.length, value: converted });
      else entries.push({ key: convertedKey, value: converted });
    }
    return merges.length === 0 ? entries : this.#merged(entries, merges);
  }

  /** Puts the entries of merged maps where `<<` stood, but for keys that the map or an earlier one has. */
  #merged(
    own: readonly YamlEntry[],
    merges: readonly { readonly index: number; readonly value: YamlNode }[],
  ): readonly YamlEntry[] {
    const known = new Set(own.map(({ key }) => keyText(key)));
    const out = [...own];
    let shift = 0;
    for (const { index, value } of merges) {
      for (const source of value.kind === 'list' ? value.items : [value]) {
        if (source.kind !== 'map') {
          const { start, end } = source;
          const message = '<< takes a map or a list of maps';
          this.problems.push({ code: 'yaml-syntax', message, start, end });
          continue;
        }
        const added = source.entries.filter(({ key }) => !known.has(keyText(key)));
        for (const { key } of added) known.add(keyText(key));
        out.splice(index + shift, 0, ...added);
        shift += added.length;
      }
    }
    return out;
  }

  #scalar(node: Scalar, start: number, end: number): YamlScalar {
    const { value, source = '', type } = node;
    const isPlain = type === 'PLAIN';
    if (isPlain && value === null) {
      return { kind: 'scalar', start, end, text: '', type: 'null', verbatim: -1 };
    }
    const isBoolean = isPlain && typeof value === 'boolean';
    const text = isBoolean ? String(value) : source;
    const verbatim = [start, start + 1].find((at) => this.#text.startsWith(text, at)) ?? -1;
    const isOneLine = text !== '' && !text.includes('\n');
    return {
      kind: 'scalar',
      start,
      end,
      text,
      type: isBoolean ? 'boolean' : 'text',
      verbatim: isOneLine ? verbatim : -1,
    };
  }
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = (node as Node | null)?.range;
  return range == null ? undefined : [range[0], range[1]];
}

function absent(at: number): YamlScalar {
  return { kind: 'scalar', start: at, end: at, text: '', type: 'null', verbatim: -1 };
}

function keyText(key: YamlNode): string {
  return key.kind === 'scalar' ? key.text : '';
}
