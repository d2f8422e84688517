/**
 * What the demonstration prints: numbered chapters, and under each what happened, when, and how long it took.
 */
import { styleText } from 'node:util';

/** Colours and marks used. */
type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan' | 'yellow';

const TEXT_WIDTH = 76;
/** Remarks stand in a column. */
const FACT_WIDTH = 42;

/** Prints a demonstration. */
export class Report {
  readonly #start = performance.now();
  readonly #hasColour: boolean;
  #chapters = 0;
  #failures = 0;

  constructor(options: { readonly hasColour: boolean }) {
    this.#hasColour = options.hasColour;
  }

  /** Facts that were not as expected. */
  get failures(): number {
    return this.#failures;
  }

  /** Opens a chapter. */
  chapter(title: string): void {
    this.#chapters += 1;
    const elapsed = `${((performance.now() - this.#start) / 1000).toFixed(1)} s`;
    const number = this.#paint('cyan', String(this.#chapters));
    const text = this.#paint('bold', title.padEnd(TEXT_WIDTH));
    this.line(`\n${number}  ${text} ${this.#paint('dim', elapsed.padStart(8))}`);
  }

  /** Something that is as it should be, with what there is to say about it. */
  fact(text: string, remark = ''): void {
    this.#entry(this.#paint('green', '✓'), text, remark);
  }

  /** Something to be judged. */
  check(isRight: boolean, text: string, remark = ''): void {
    if (isRight) this.fact(text, remark);
    else this.failure(text, remark);
  }

  /** Something that is not as it should be. */
  failure(text: string, remark = ''): void {
    this.#failures += 1;
    this.#entry(this.#paint('red', '✗'), text, remark);
  }

  /** Text of a program, set apart. */
  quote(text: string): void {
    for (const row of text.trimEnd().split('\n')) {
      this.line(`     ${this.#paint('dim', '│')} ${row}`.trimEnd());
    }
  }

  /** A plain line. */
  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  #entry(mark: string, text: string, remark: string): void {
    const remarked =
      remark === '' ? text : `${text.padEnd(FACT_WIDTH)}  ${this.#paint('dim', remark)}`;
    this.line(`   ${mark} ${remarked}`);
  }

  #paint(style: Style, text: string): string {
    return this.#hasColour ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** Milliseconds as seconds with one decimal, or as milliseconds below one second. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
