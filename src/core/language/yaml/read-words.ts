/**
 * Reads YAML values as the words of a statement: scalars, lines, lists of words, and maps that give
 * words by name. Which of them a keyword takes follows from its shape.
 */
import type { DiagnosticDetail, DiagnosticList } from '../diagnostic.ts';
import type { ArgSpec, Keyword, OptionSpec } from '../schema/keyword-table.ts';
import { didYouMean } from '../spelling.ts';
import { atRange } from '../tree.ts';
import { listed } from '../typed/words.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from './document.ts';
import { type LineIndex, lineParts, type PlacedWord } from './places.ts';
import { argsOf, mayStandAlone, type Shape } from './shape.ts';
import { type Form, formsOf, keysOf } from './usage.ts';
import { quotedWord, shellWord } from './word-text.ts';

/** A form with the entries of a map that it uses, and those it leaves. */
export interface FormMatch {
  readonly words: readonly PlacedWord[];
  readonly rest: readonly YamlEntry[];
}

/** Reads values of one file. */
export class WordReader {
  readonly #lines: LineIndex;
  readonly #diagnostics: DiagnosticList;

  constructor(lines: LineIndex, diagnostics: DiagnosticList) {
    this.#lines = lines;
    this.#diagnostics = diagnostics;
  }

  /** The words behind a keyword; undefined when there is no statement, because `false` says so or it is reported. */
  ofValue(keyword: Keyword, shape: Shape, value: YamlNode): readonly PlacedWord[] | undefined {
    switch (value.kind) {
      case 'list':
        return this.ofList(value.items, shape);
      case 'map':
        return this.#ofMap(keyword.name, argsOf(keyword), value);
      case 'scalar':
        return this.#ofScalar(keyword, shape, value);
    }
  }

  /** The words of an entry of a block without keywords. */
  ofEntry(
    name: string,
    args: readonly ArgSpec[],
    node: YamlNode,
  ): readonly PlacedWord[] | undefined {
    if (node.kind === 'map') return this.#ofMap(name, args, node);
    if (node.kind === 'scalar') return this.ofLine(node);
    this.shapeProblem(node, `${name}: an entry is a line or a map`);
    return undefined;
  }

  /** The words of a scalar that holds a line. */
  ofLine(scalar: YamlScalar): readonly PlacedWord[] {
    const { words, unmatchedQuote } = lineParts(scalar);
    if (unmatchedQuote !== undefined) {
      this.#diagnostics.report('unmatched-quote', 'this double quote is not closed', {
        ...this.at(unmatchedQuote),
        expected: 'another " before the end of the value',
      });
    }
    return words;
  }

  /** A list as the words of one statement. */
  ofList(items: readonly YamlNode[], shape: Shape): readonly PlacedWord[] {
    const words: PlacedWord[] = [];
    for (const item of items) {
      if (item.kind !== 'scalar') this.shapeProblem(item, 'a list of words holds words only');
      else
        words.push(words.length === 0 || shape === 'quoted' ? wordFor(shape, item) : wordOf(item));
    }
    return words;
  }

  /** The words that a map gives by name, when it has a key of one of the forms; `others` is where further keys belong. */
  matchForm(args: readonly ArgSpec[], map: YamlMap): FormMatch | undefined {
    const form = fittingForm(formsOf(args), map);
    return form === undefined
      ? undefined
      : this.#formWords(form, map, args[0]?.type.kind === 'script');
  }

  /** Reports a value of the wrong kind. */
  shapeProblem(node: YamlNode, message: string, more: DiagnosticDetail = {}): void {
    this.#diagnostics.report('yaml-shape', message, { ...this.at(node), ...more });
  }

  /** A place in the file for a diagnostic. */
  at(place: { readonly start: number; readonly end: number }): DiagnosticDetail {
    const line = this.#lines.physical(place.start, place.end);
    return atRange(line, line.start, line.end);
  }

  #ofScalar(keyword: Keyword, shape: Shape, scalar: YamlScalar): readonly PlacedWord[] | undefined {
    if (scalar.type === 'null') return [];
    const isPresence = shape === 'flag' || (shape !== 'switch' && mayStandAlone(keyword));
    if (scalar.type === 'boolean' && isPresence) return scalar.text === 'true' ? [] : undefined;
    if (shape === 'words') return this.ofLine(scalar);
    return [wordFor(shape, scalar)];
  }

  #ofMap(name: string, args: readonly ArgSpec[], map: YamlMap): readonly PlacedWord[] | undefined {
    const forms = formsOf(args);
    if (forms.length === 0) {
      this.shapeProblem(map, `${name} takes a value, not a map`);
      return undefined;
    }
    const match = this.matchForm(args, map);
    const known = forms.flatMap(keysOf);
    for (const { key } of match?.rest ?? map.entries) {
      const text = key.kind === 'scalar' ? key.text : '';
      this.shapeProblem(key, `${name}: "${text}" is not known here`, {
        expected: listed(known),
        suggestion: didYouMean(text, known),
      });
    }
    return match?.words;
  }

  #formWords(form: Form, map: YamlMap, isScript: boolean): FormMatch {
    const left = new Map<string, YamlEntry>();
    const rest: YamlEntry[] = [];
    for (const entry of map.entries) {
      const { key } = entry;
      if (key.kind === 'scalar' && keysOf(form).includes(key.text)) left.set(key.text, entry);
      else rest.push(entry);
    }
    const words: PlacedWord[] = [];
    for (const { key, literal } of form.parts) {
      const entry = left.get(key);
      left.delete(key);
      if (entry === undefined || entry.key.kind !== 'scalar') continue;
      if (literal !== undefined) words.push(wordOf(entry.key));
      const { value } = entry;
      if (value.kind !== 'scalar') this.shapeProblem(value, `"${key}" takes one word`);
      else words.push(isScript && words.length === 0 ? wordFor('script', value) : wordOf(value));
    }
    for (const [name, entry] of left) {
      const option = form.options.find((one) => one.name === name);
      if (option !== undefined) words.push(...this.#optionWords(option, entry));
    }
    return { words, rest };
  }

  #optionWords(option: OptionSpec, { key, value }: YamlEntry): readonly PlacedWord[] {
    if (key.kind !== 'scalar') return [];
    const name = wordOf(key);
    if (value.kind === 'list') return [name, ...this.ofList(value.items, 'words')];
    if (value.kind === 'map') {
      this.shapeProblem(value, `"${option.name}" takes a value, not a map`);
      return [];
    }
    if (value.type === 'null') return [name];
    if (value.type === 'boolean' && (option.args ?? []).every((spec) => spec.optional === true))
      return value.text === 'true' ? [name] : [];
    const isOneWord = option.args?.length === 1;
    return [name, ...(isOneWord ? [wordOf(value)] : this.ofLine(value))];
  }
}

/** A scalar as one word. */
export function wordOf(scalar: YamlScalar): PlacedWord {
  return { text: scalar.text, start: scalar.start, end: scalar.end };
}

/** A scalar as the first word of a keyword. */
function wordFor(shape: Shape, scalar: YamlScalar): PlacedWord {
  const word = wordOf(scalar);
  if (shape === 'script') return { ...word, written: shellWord(scalar.text) };
  return shape === 'quoted' ? { ...word, written: quotedWord(scalar.text) } : word;
}

/** The form of which a map has most keys; undefined when it has none of any. */
function fittingForm(forms: readonly Form[], map: YamlMap): Form | undefined {
  let best: Form | undefined;
  let most = 0;
  for (const form of forms) {
    const keys = keysOf(form);
    const count = map.entries.filter(
      ({ key }) => key.kind === 'scalar' && keys.includes(key.text),
    ).length;
    if (count > most) {
      best = form;
      most = count;
    }
  }
  return best;
}
