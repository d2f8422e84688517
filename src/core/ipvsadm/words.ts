/**
 * A command line of ipvsadm taken apart as popt(3) does: joined letters (`-Ln`), values attached (`-p600`, `-p=600`, `--persistent=50`) or
 * following, words that are no option anywhere between them, `--` as the end of options. Long names cannot be shortened.
 */
import { type Meaning, SPELLINGS, type Spelling } from './options.ts';

/** An option that was given. */
export interface GivenWord {
  readonly kind: 'given';
  readonly meaning: Meaning;
  /** Undefined when it takes none, or may go without one and did. */
  readonly value: string | undefined;
  /** The word as it stands in the command line, for messages: `-Ln`. */
  readonly word: string;
}

/** What comes next in a command line. */
export type NextWord =
  | GivenWord
  /** A complaint of popt: `-q: unknown option`. */
  | { readonly kind: 'bad'; readonly word: string; readonly problem: string }
  | { readonly kind: 'end' };

const BY_LETTER = new Map(SPELLINGS.map((one) => [one.letter, one]));
const BY_LONG = new Map(SPELLINGS.map((one) => [one.long, one]));

/** Reads the words of one command line one after the other. */
export class WordReader {
  readonly #words: readonly string[];
  #next = 0;
  /** Letters of the word at hand that are not read yet. */
  #letters = '';
  #onlyArguments = false;
  readonly #arguments: string[] = [];

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** The words that are no options, of those that were passed so far. */
  get arguments(): readonly string[] {
    return this.#arguments;
  }

  /** The next option. */
  next(): NextWord {
    if (this.#letters !== '') return this.#letter();
    for (;;) {
      const word = this.#words[this.#next];
      if (word === undefined) return { kind: 'end' };
      this.#next++;
      if (this.#onlyArguments || word === '-' || !word.startsWith('-')) {
        this.#arguments.push(word);
      } else if (word === '--') {
        this.#onlyArguments = true;
      } else if (word.startsWith('--')) {
        return this.#long(word);
      } else {
        this.#letters = word.slice(1);
        return this.#letter();
      }
    }
  }

  #long(word: string): NextWord {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    return this.#take(BY_LONG.get(name), word, attached);
  }

  #letter(): NextWord {
    const word = this.#words[this.#next - 1] ?? '';
    const spelling = BY_LETTER.get(this.#letters.charAt(0));
    const rest = this.#letters.slice(1);
    if (spelling !== undefined && spelling.value === undefined && !rest.startsWith('=')) {
      this.#letters = rest;
      return this.#take(spelling, word, undefined);
    }
    this.#letters = '';
    const attached = rest.startsWith('=') ? rest.slice(1) : rest;
    return this.#take(spelling, word, rest === '' ? undefined : attached);
  }

  #take(spelling: Spelling | undefined, word: string, attached: string | undefined): NextWord {
    if (spelling === undefined) return { kind: 'bad', word, problem: 'unknown option' };
    const { meaning } = spelling;
    if (spelling.value === undefined) {
      if (attached === undefined) return { kind: 'given', meaning, value: undefined, word };
      return { kind: 'bad', word, problem: 'option does not take an argument' };
    }
    const mayBeMissing = spelling.value.startsWith('[');
    const value = attached ?? this.#following(mayBeMissing);
    if (value === undefined && !mayBeMissing) {
      return { kind: 'bad', word, problem: 'missing argument' };
    }
    return { kind: 'given', meaning, value, word };
  }

  /** The value in the next word; one that may be missing is not taken from a word that looks like an option. */
  #following(mayBeMissing: boolean): string | undefined {
    const word = this.#words[this.#next];
    if (word === undefined || (mayBeMissing && word.startsWith('-'))) return undefined;
    this.#next++;
    return word;
  }
}
