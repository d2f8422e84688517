/** The words of a statement as a YAML value: the counterpart of `read-words.ts`. */
import type { Keyword } from '../schema/keyword-table.ts';
import type { Statement } from '../tree.ts';
import { splitShell } from '../typed/script.ts';
import { type LaidEntry, type LaidNode, yamlFlowScalar, yamlScalar } from './layout.ts';
import { argsOf, mayStandAlone, type Shape } from './shape.ts';
import { lineWord } from './word-text.ts';

/** The value of a statement without a block; `inList` when it is one item of several. */
export function wordsValue(
  keyword: Keyword,
  shape: Shape,
  statement: Statement,
  inList: boolean,
): LaidNode {
  const words = statement.words.slice(1).map((word) => word.text);
  if (shape === 'script') return scriptValue(keyword, statement);
  if (shape === 'quoted') return quotedValue(statement, inList);
  if (shape === 'words') return severalWords(keyword, words, inList);
  const [word, ...surplus] = words;
  if (surplus.length > 0 || (shape === 'flag' && word !== undefined)) {
    const list = flowList(words);
    return verbatim(inList ? list : `[${list}]`);
  }
  if (word === undefined) return verbatim(mayStandAlone(keyword) ? 'true' : '');
  return verbatim(shape === 'switch' ? switchValue(word) : yamlScalar(word));
}

/** Several words: a list when they are of one kind, else a line. As one of several statements always a list. */
function severalWords(keyword: Keyword, words: readonly string[], inList: boolean): LaidNode {
  if (words.length === 0 && !inList) return verbatim(mayStandAlone(keyword) ? 'true' : '');
  const isList = argsOf(keyword)[0]?.type.kind === 'list';
  const line = words.map(lineWord);
  const fitsLine = line.every((word) => word !== undefined);
  const isRepeated = keyword.repeat === 'all';
  if (inList ? !isRepeated || !fitsLine : isList || !fitsLine) {
    const list = flowList(words);
    return verbatim(inList || !isRepeated ? list : `[${list}]`);
  }
  return verbatim(yamlScalar(line.join(' ')));
}

/** A command alone, or a map of it with its user and group. */
function scriptValue(keyword: Keyword, statement: Statement): LaidNode {
  const [first] = argsOf(keyword);
  const [command, user, group] = commandParts(statement, false) ?? [];
  if (command === undefined) return verbatim('');
  const hasUser = first?.type.kind === 'script' && first.type.noUser !== true;
  if (!hasUser || user === undefined) return verbatim(yamlScalar(command));
  const named = { command, user, ...(group === undefined ? {} : { group }) };
  const entries = Object.entries(named).map(
    ([key, value]): LaidEntry => ({
      key,
      above: [],
      behind: undefined,
      spaced: false,
      value: verbatim(yamlScalar(value)),
    }),
  );
  return { kind: 'map', entries, below: [] };
}

/** A word with a shell's quotes, its escapes decoded; several are a mistake that is kept. */
function quotedValue(statement: Statement, inList: boolean): LaidNode {
  const [word, ...surplus] = commandParts(statement, true) ?? [];
  if (word === undefined) return verbatim('');
  if (surplus.length === 0) return verbatim(yamlScalar(word));
  const list = flowList([word, ...surplus]);
  return verbatim(inList ? list : `[${list}]`);
}

/** The words of a keyword with a shell's quotes, as such; undefined when a quote is not closed. */
export function commandParts(
  statement: Statement,
  decodeEscapes: boolean,
): readonly string[] | undefined {
  const [name] = statement.words;
  const last = statement.words.at(-1);
  return splitShell(last?.line.text.slice(name?.end ?? 0, statement.end) ?? '', decodeEscapes);
}

function switchValue(word: string): string {
  if (['true', 'on', 'yes'].includes(word)) return 'true';
  return ['false', 'off', 'no'].includes(word) ? 'false' : yamlScalar(word);
}

function flowList(words: readonly string[]): string {
  return `[${words.map(yamlFlowScalar).join(', ')}]`;
}

function verbatim(text: string): LaidNode {
  return { kind: 'scalar', text };
}
