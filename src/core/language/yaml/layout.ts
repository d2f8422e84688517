/**
 * Lays YAML out as text: block style, two blanks for each level, comments and blank lines where they
 * belong. Scalars are plain wherever that reads back as the same text, else in double quotes.
 */

/** A comment, with its `#`. */
export interface LaidComment {
  readonly text: string;
  readonly spaced: boolean;
}

/** What stands around an entry or item. */
export interface Laid {
  readonly above: readonly LaidComment[];
  readonly behind: string | undefined;
  /** A blank line before the entry itself, below its comments. */
  readonly spaced: boolean;
  readonly value: LaidNode;
}

/** An entry of a map. */
export interface LaidEntry extends Laid {
  readonly key: string;
}

/** Something to lay out. A scalar's text is YAML already; so is that of lists and maps on one line. */
export type LaidNode =
  | { readonly kind: 'scalar'; readonly text: string }
  | {
      readonly kind: 'map';
      readonly entries: readonly LaidEntry[];
      readonly below: readonly LaidComment[];
    }
  | {
      readonly kind: 'list';
      readonly items: readonly Laid[];
      readonly below: readonly LaidComment[];
    };

/** The text of a document; ends in a line end unless it is empty. */
export function layOutYaml(root: LaidNode): string {
  const lines: string[] = [];
  push(apart(root), '', lines);
  while (lines[0] === '') lines.shift();
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** A text as a YAML scalar that reads back as this text. */
export function yamlScalar(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

/** A text as a YAML scalar inside `[ ]` or `{ }`. */
export function yamlFlowScalar(text: string): string {
  return isPlain(text) && !/[,[\]{}]/.test(text) ? text : quoted(text);
}

const INDENT = '  ';

/** Puts blank lines between the outermost blocks. */
function apart(root: LaidNode): LaidNode {
  if (root.kind !== 'map') return root;
  const [first, ...rest] = root.below;
  const isAfterBlock = root.entries.some(isBlock) && first !== undefined;
  return {
    ...root,
    below: isAfterBlock ? [{ ...first, spaced: true }, ...rest] : root.below,
    entries: root.entries.map((entry) => (isBlock(entry) ? spacedOut(entry) : entry)),
  };
}

function isBlock({ value }: Laid): boolean {
  return onOneLine(value) === undefined;
}

function spacedOut(entry: LaidEntry): LaidEntry {
  const [first, ...rest] = entry.above;
  if (first === undefined) return { ...entry, spaced: true };
  return { ...entry, above: [{ ...first, spaced: true }, ...rest] };
}

function push(node: LaidNode, indent: string, lines: string[]): void {
  switch (node.kind) {
    case 'scalar':
      lines.push(`${indent}${node.text}`);
      break;
    case 'map':
      for (const entry of node.entries) {
        pushAround(entry, indent, lines);
        pushValue(`${indent}${yamlScalar(entry.key)}:`, entry, indent + INDENT, lines);
      }
      pushComments(node.below, indent, lines);
      break;
    case 'list':
      for (const item of node.items) {
        pushAround(item, indent, lines);
        pushItem(item, indent, lines);
      }
      pushComments(node.below, indent, lines);
      break;
  }
}

function pushAround(laid: Laid, indent: string, lines: string[]): void {
  pushComments(laid.above, indent, lines);
  if (laid.spaced) lines.push('');
}

function pushComments(comments: readonly LaidComment[], indent: string, lines: string[]): void {
  for (const { text, spaced } of comments) {
    if (spaced) lines.push('');
    lines.push(`${indent}${text}`);
  }
}

/** A line that begins with a key or dash, and the value behind or below it. */
function pushValue(head: string, { value, behind }: Laid, indent: string, lines: string[]): void {
  const comment = behind === undefined ? '' : ` ${behind}`;
  const flow = onOneLine(value);
  if (flow !== undefined) {
    lines.push(`${head}${flow === '' ? '' : ` ${flow}`}${comment}`);
    if (value.kind !== 'scalar') pushComments(value.below, indent, lines);
    return;
  }
  lines.push(`${head}${comment}`);
  const inside: string[] = [];
  push(value, indent, inside);
  while (inside[0] === '') inside.shift();
  lines.push(...inside);
}

/** An item of a list: a map begins on the line of its dash. Nothing may stand above its first key. */
function pushItem(item: Laid, indent: string, lines: string[]): void {
  const head = `${indent}-`;
  const { value } = item;
  if (value.kind !== 'map' || value.entries.length === 0) {
    pushValue(head, item, indent + INDENT, lines);
    return;
  }
  const inside: string[] = [];
  push(value, indent + INDENT, inside);
  const [line = '', ...more] = inside;
  const behind = item.behind === undefined ? '' : ` ${item.behind}`;
  if (behind !== '' && line.includes(' #')) lines.push(`${head}${behind}`, ...inside);
  else lines.push(`${head} ${line.trimStart()}${behind}`, ...more);
}

/** The value as it stands on the line of its key; undefined when it needs lines of its own. */
function onOneLine(node: LaidNode): string | undefined {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'map') return node.entries.length === 0 ? '{}' : undefined;
  return node.items.length === 0 ? '[]' : undefined;
}

/**
 * True for text that a plain scalar can hold: it begins with nothing that YAML gives a meaning, holds
 * no `: ` or ` #`, and is text, or a number written in the one usual way, for every reader.
 */
function isPlain(text: string): boolean {
  if (!/^(?:[\w./+(^$\\;<]|[-:](?=[\w.:-]))[\x21-\x7e]*(?: +[\x21-\x7e]+)*$/.test(text))
    return false;
  if (/:(?= |$)| #|^---|^\.\.\.$/.test(text)) return false;
  return !isTypedOtherwise(text);
}

/** Words that YAML 1.2 or 1.1 types (its tags bool, null, merge, value), in any letter case. */
const TYPED_WORD = /^(?:true|false|yes|no|on|off|y|n|null|~|<<|=|[-+]?\.inf|\.nan)$/i;

/** Numbers of YAML 1.1 and 1.2: binary, octal, hexadecimal, with `_`, to the base 60, with an exponent. */
const TYPED_NUMBER =
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-f_]+|[\d_]*\.?[\d_]+\.?|[\d_.]+e[-+]?\d+|\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?)$/i;

/** Dates and times of YAML 1.1. */
const TYPED_DATE = /^\d{4}-\d\d?-\d\d?/;

/** The largest number that every reader keeps exactly. */
const NUMBER_DIGITS = 15;

/** True for text that some reader takes for a value whose text is another one: `0123`, `1_000`, `12:30`, `yes`. */
function isTypedOtherwise(text: string): boolean {
  if (TYPED_WORD.test(text) || TYPED_DATE.test(text)) return true;
  if (!TYPED_NUMBER.test(text)) return false;
  return text.length > NUMBER_DIGITS || String(Number(text)) !== text;
}

/** A text in double quotes; JSON's escapes are YAML's. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
