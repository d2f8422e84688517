/** What the reader says about words, definitions and names. */
import type { DiagnosticList } from '../diagnostic.ts';
import type { Line } from '../source.ts';
import { atRange } from '../tree.ts';
import type { DefinitionCut } from './definition-cut.ts';
import type { Expansion } from './definitions.ts';

/** A comment character in the middle of a word: what follows is lost, and keepalived does not say so. */
export function reportCutWord(diagnostics: DiagnosticList, line: Line, comment: number): void {
  if (comment <= line.start) return;
  const { text } = line;
  const word = /[^\s{}"]+$/.exec(text.slice(line.start, comment))?.[0];
  const rest = /^[#!]([^\s#!][^\s]*)/.exec(text.slice(comment, comment + REST_MAX))?.[0];
  if (word === undefined || rest === undefined) return;
  const mark = text.charAt(comment);
  diagnostics.report(
    'comment-in-word',
    `the ${mark} begins a comment: the word before it ends there`,
    {
      ...atRange(line, comment, comment + rest.length),
      suggestion: `write the word in double quotes if the ${mark} belongs to it, else a blank before the ${mark}`,
    },
  );
}

/** So much of a comment is looked at. */
const REST_MAX = 256;

/** A definition that ends too early is read on as it was meant: what follows makes sense only inside it. */
export function reportCut(
  diagnostics: DiagnosticList,
  name: string,
  part: Line,
  { comment, start, end }: DefinitionCut,
): void {
  const message = comment
    ? `this comment ends the definition of $${name}: the \\ behind it is part of the comment`
    : `the definition of $${name} ends here, for want of a \\ at the end of the line`;
  diagnostics.report('definition-cut', message, {
    ...atRange(part, start, end),
    suggestion: comment
      ? 'take the comment out of the definition; the lines behind it are read as part of it'
      : 'add the \\; the lines behind it are read as part of the definition',
  });
}

/** Names that nothing defines. What is said about their words later follows from it. */
export function reportUndefined(
  diagnostics: DiagnosticList,
  { line, undefinedNames }: Expansion,
): void {
  for (const { name, start, end, splits } of undefinedNames) {
    const isDefinition = start === 0 && /^\s*=/.test(line.text.slice(line.start + end));
    diagnostics.report('definition-undefined', `$${name} is not defined`, {
      ...atRange(line, line.start + start, line.start + end),
      suggestion: isDefinition
        ? 'write a definition without a blank before ='
        : `define it above with $${name}=VALUE, or fill in the template`,
      covers: true,
      // keepalived takes its braces for those of a block.
      ...(splits ? { exit: 5 } : {}),
    });
  }
}
