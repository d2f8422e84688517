/**
 * Writer of the Prometheus text format 0.0.4 for families that are read off the state at a scrape.
 * prom-client keeps one object and one hash per series, which costs seconds at ten thousand real
 * servers; here a sample is one short string, and strings go into one growing buffer in small pieces
 * (long concatenations would be flattened at several times the cost).
 */

/** Kinds of families that can be read off a state. */
export type FamilyType = 'gauge' | 'counter';

/** Content type of the text. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Characters collected before they are encoded; short enough to stay a cheap concatenation. */
const PIECE_CHARACTERS = 8_192;
/** A character of UTF-16 takes at most three bytes of UTF-8. */
const BYTES_PER_CHARACTER = 3;
/** A text of many megabytes is never copied as a whole while it grows. */
const PART_BYTES: number = 1024 * 1024;

/** One exposition being written. */
export class Exposition {
  readonly #parts: Buffer[] = [];
  #part = Buffer.allocUnsafe(PART_BYTES);
  #length = 0;
  #piece = '';
  #name = '';

  /** Begins a family; all its samples follow before the next one begins. */
  family(name: string, type: FamilyType, help: string): void {
    this.#name = name;
    this.#piece += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
  }

  /** A sample of the family; `labels` comes from `labelSet` or is empty. */
  sample(labels: string, value: number): void {
    this.#piece += `${this.#name}${labels} ${formatValue(value)}\n`;
    if (this.#piece.length >= PIECE_CHARACTERS) this.#flush();
  }

  /** A family of one sample without labels. */
  single(name: string, type: FamilyType, help: string, value: number): void {
    this.family(name, type, help);
    this.sample('', value);
  }

  /** Whole families in the same format, written elsewhere. */
  append(text: string): void {
    this.#flush();
    this.#close();
    this.#parts.push(Buffer.from(text));
  }

  /** What was written, in parts; the exposition must not be used after this. */
  finish(): readonly Buffer[] {
    this.#flush();
    this.#close();
    return this.#parts;
  }

  #flush(): void {
    if (this.#length + this.#piece.length * BYTES_PER_CHARACTER > this.#part.length) this.#close();
    this.#length += this.#part.write(this.#piece, this.#length, 'utf8');
    this.#piece = '';
  }

  /** The present part is as it is; what follows goes into another. */
  #close(): void {
    if (this.#length === 0) return;
    this.#parts.push(this.#part.subarray(0, this.#length));
    this.#part = Buffer.allocUnsafe(PART_BYTES);
    this.#length = 0;
  }
}

/** Label names and values in order, as `{name="value",...}`; empty text without labels. */
export function labelSet(labels: Readonly<Record<string, string | number>>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(labels)) parts.push(`${name}="${escapeLabel(value)}"`);
  return parts.length === 0 ? '' : ['{', parts.join(','), '}'].join('');
}

/**
 * A label set with one more label at its end. Joined, not concatenated: the result is flat in memory,
 * and it is copied into the text at every scrape.
 */
export function withLabel(labels: string, name: string, value: string | number): string {
  const start = labels === '' ? '{' : labels.slice(0, -1);
  return [start, labels === '' ? '' : ',', name, '="', escapeLabel(value), '"}'].join('');
}

/** A value as the format wants it. */
export function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function escapeLabel(value: string | number): string {
  if (typeof value === 'number') return String(value);
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
