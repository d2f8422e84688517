/** `tandem explain`: what a keyword, a block, a part of the language, the code of a finding, a reason or a fact means. */
import { explainNothing, explainWord } from '../core/manual/explain.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print, textOptions } from './output.ts';
import { paint } from './table.ts';
import { wrapped } from './wrap.ts';

/** What to explain. */
export interface ExplainCommand {
  /** Undefined: what there is to explain. */
  readonly word: string | undefined;
  /** The block whose keyword is meant. */
  readonly block: string | undefined;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** Carries the command out; resolves with the exit status. */
export async function explain(command: ExplainCommand): Promise<number> {
  const { word, block } = command;
  if (word === undefined) {
    await print(shown(explainNothing(), command));
    return EXIT_OK;
  }
  const explanation = explainWord(word, block);
  if (explanation.ok) {
    await print(shown(explanation.lines, command));
    return EXIT_OK;
  }
  const { problem, hints } = explanation;
  const hint = hints.length === 0 ? [] : wrapped(`did you mean ${hints.join(', ')}?`, 78, 2);
  await complain([`tandem explain: ${problem}`, ...hint.map((line) => `  ${line}`)].join('\n'));
  return EXIT_FAILED;
}

/** Lines at the margin are titles. */
function shown(lines: readonly string[], { color: wantsColor }: ExplainCommand): string {
  const { color } = textOptions(wantsColor);
  return lines
    .map((line) => `${line.startsWith(' ') ? line : paint(line, 'strong', color)}\n`)
    .join('');
}
