/**
 * Hands the comments of a YAML document out to the statements they belong to. Statements ask in the
 * order of the source: each gets what stands above it and what stands behind it, and at the end of a
 * block what is left and indented as its inside is.
 */
import type { Comment } from '../tree.ts';
import type { YamlComment } from './document.ts';
import type { LineIndex } from './places.ts';

/** The comments not yet handed out. */
export class CommentCursor {
  readonly #comments: readonly YamlComment[];
  readonly #lines: LineIndex;
  #next = 0;

  constructor(comments: readonly YamlComment[], lines: LineIndex) {
    this.#comments = comments;
    this.#lines = lines;
  }

  /** Everything above an offset. */
  above(offset: number): readonly Comment[] {
    const found: Comment[] = [];
    for (let one = this.#peek(offset); one !== undefined; one = this.#peek(offset)) {
      found.push(this.#take(one));
    }
    return found;
  }

  /** The comment behind something on the line of an offset. */
  behind(offset: number): Comment | undefined {
    const one = this.#comments[this.#next];
    if (one?.trailing !== true || one.start < offset) return undefined;
    if (this.#lines.lineAt(one.start) !== this.#lines.lineAt(offset)) return undefined;
    return this.#take(one);
  }

  /** What is left above an offset and indented by at least `column`. */
  inside(column: number, offset: number): readonly Comment[] {
    const found: Comment[] = [];
    for (let one = this.#peek(offset); one !== undefined; one = this.#peek(offset)) {
      if (this.#lines.columnAt(one.start) < column) break;
      found.push(this.#take(one));
    }
    return found;
  }

  #peek(offset: number): YamlComment | undefined {
    const one = this.#comments[this.#next];
    return one !== undefined && one.start < offset ? one : undefined;
  }

  #take(one: YamlComment): Comment {
    this.#next++;
    const line = this.#lines.lineAt(one.start);
    const isSpaced = !one.trailing && this.#lines.isBlank(line - 1);
    return { text: one.text, line, ...(isSpaced ? { spaced: true } : {}) };
  }
}
