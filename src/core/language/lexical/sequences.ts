/**
 * `~SEQ` and `~LST`: lines that stand for several. Taking the specification apart and computing the
 * bindings is done here; the reader then processes the text once for each binding.
 */
/** One round: variable names and their values. */
export type Binding = ReadonlyMap<string, string>;

/** How many rounds, and the binding of each: they are made when their turn comes. */
export interface Rounds {
  readonly count: number;
  at(index: number): Binding;
}

/** A marker taken apart, or what is wrong with it. */
export type Sequence =
  | { readonly ok: true; readonly rounds: Rounds; readonly textStart: number }
  | { readonly ok: false; readonly problem: string };

/** True when the text at `start` begins a `~SEQ`, `~SEQx` or `~LST` marker. */
export function isSequence(text: string, start: number): boolean {
  return /^~(SEQx?|LST)\(/.test(text.slice(start, start + 6));
}

/** Takes the marker at `start` apart. `textStart` is the offset of what is to be repeated. */
export function readSequence(text: string, start: number, end: number): Sequence {
  const open = text.indexOf('(', start);
  const close = text.indexOf(')', open);
  if (close < 0 || close >= end)
    return { ok: false, problem: 'the closing parenthesis is missing' };
  const inside = text.slice(open + 1, close);
  let textStart = close + 1;
  while (textStart < end && (text[textStart] === ' ' || text[textStart] === '\t')) textStart++;
  const marker = text.slice(start, open);
  const rounds = marker === '~LST' ? listRounds(inside) : numberRounds(inside, marker === '~SEQx');
  return typeof rounds === 'string'
    ? { ok: false, problem: rounds }
    : { ok: true, rounds, textStart };
}

/** `var,end`, `var,start,end` or `var,start,step,end`. */
function numberRounds(inside: string, hex: boolean): Rounds | string {
  const [variable = '', ...numbers] = inside.split(',').map((part) => part.trim());
  if (!isName(variable)) return `"${variable}" is not a variable name`;
  if (numbers.length < 1 || numbers.length > 3)
    return 'it takes a variable and one to three numbers';
  const values = numbers.map(baseZero);
  if (values.some((value) => value === undefined))
    return `"${inside}" holds something that is no number`;
  const [a = 0, b = 0, c = 0] = values.map((value) => value ?? 0);
  const last = numbers.length === 1 ? a : numbers.length === 2 ? b : c;
  const first = numbers.length === 1 ? (last < 0 ? -1 : 1) : a;
  const step = numbers.length === 3 ? b : last < first ? -1 : 1;
  if (step === 0) return 'its step is zero';
  if ((last - first) * step < 0) return 'its step leads away from the end';
  if (hex && (first < 0 || last < 0)) return 'hexadecimal numbers cannot be negative';
  const count = Math.floor((last - first) / step) + 1;
  return {
    count,
    at: (index) => new Map([[variable, (first + index * step).toString(hex ? 16 : 10)]]),
  };
}

/** `var,v1,v2,...` or `{a,b},{1,x},{2,y}`. */
function listRounds(inside: string): Rounds | string {
  if (inside.includes('"')) return 'quoted values are not supported';
  const text = inside.trim();
  if (!text.startsWith('{')) {
    const [variable = '', ...values] = text.split(',').map((part) => part.trim());
    if (!isName(variable)) return `"${variable}" is not a variable name`;
    return { count: values.length, at: (i) => new Map([[variable, values[i] ?? '']]) };
  }
  const groups = readGroups(text);
  if (groups === undefined) return 'its groups must be {a,b},{1,2},...';
  const [names = [], ...values] = groups;
  const bad = names.find((name) => !isName(name));
  if (bad !== undefined) return `"${bad}" is not a variable name`;
  const tooLong = values.find((group) => group.length > names.length);
  if (tooLong !== undefined)
    return `{${tooLong.join(',')}} has more values than there are variables`;
  return {
    count: values.length,
    at: (index) => new Map(names.map((name, i) => [name, values[index]?.[i] ?? ''])),
  };
}

function readGroups(text: string): string[][] | undefined {
  const groups: string[][] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '{') return undefined;
    const close = text.indexOf('}', at);
    if (close < 0) return undefined;
    groups.push(
      text
        .slice(at + 1, close)
        .split(',')
        .map((part) => part.trim()),
    );
    at = close + 1;
    while (at < text.length && (text[at] === ' ' || text[at] === ',' || text[at] === '\t')) at++;
  }
  return groups;
}

function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** An integer with C's prefixes: 0x hexadecimal, 0 octal. */
function baseZero(text: string): number | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] ?? '';
  const value = /^0[xX]/.test(digits)
    ? Number.parseInt(digits.slice(2), 16)
    : Number.parseInt(digits, digits.startsWith('0') && digits.length > 1 ? 8 : 10);
  return match[1] === '-' ? -value : value;
}
