/** Findings for people: each with its line and a caret, then what has no effect yet, then one line that sums up. */
import { visible } from '../core/base/visible.ts';
import type { Diagnostic, Verdict } from '../core/language/diagnostic.ts';
import { formatDiagnostic } from '../core/language/format-diagnostic.ts';
import { likeFindings, otherPlaces } from '../core/language/like-findings.ts';
import type { CheckedFile } from './checked-file.ts';
import { type Color, paint, type TextOptions } from './table.ts';
import { wrapped } from './wrap.ts';

/** All that `tandem check` says about one configuration. */
export function checkText(checked: CheckedFile, options: TextOptions): string {
  const { color } = options;
  const findings = checked.diagnostics.filter((item) => item.code !== 'not-supported-yet');
  const blocks = likeFindings(findings).map((like) => {
    const others = like.others.length === 0 ? '' : `\n  ${visible(otherPlaces(like))}`;
    return `${colored(like.finding, color)}${others}\n\n`;
  });
  return `${blocks.join('')}${notSupportedYet(checked, options)}${summary(checked, color)}\n`;
}

/** One line about several configurations together. */
export function checkTotals(checked: readonly CheckedFile[]): string {
  const refused = checked.filter(({ verdict }) => verdict.refused).length;
  const wrong = checked.filter(({ verdict }) => !verdict.refused && verdict.errors > 0).length;
  const parts = [
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(wrong > 0 ? [`${wrong} with errors`] : []),
  ];
  const rest = checked.length - refused - wrong;
  if (rest > 0) parts.push(`${rest} without errors`);
  return `${checked.length} configurations: ${parts.join(', ')}\n`;
}

const SEVERITY_COLOR: Readonly<Record<Diagnostic['severity'], Color>> = {
  error: 'bad',
  warning: 'unsure',
  notice: 'faint',
};

/** The severity and the carets stand out. */
function colored(item: Diagnostic, isColored: boolean): string {
  const text = formatDiagnostic(item);
  if (!isColored) return text;
  const color = SEVERITY_COLOR[item.severity];
  const [first = '', ...rest] = text.split('\n');
  const head = first.replace(`${item.severity}:`, `${paint(item.severity, color, true)}:`);
  const lines = rest.map((line) =>
    line.replace(/^(\s+\|\s*)(\^+)$/, (_, margin: string, carets: string) => {
      return `${margin}${paint(carets, color, true)}`;
    }),
  );
  return [head, ...lines].join('\n');
}

/** One paragraph for all keywords that do nothing yet; a block for each would drown the rest. */
function notSupportedYet({ diagnostics }: CheckedFile, options: TextOptions): string {
  const names = diagnostics
    .filter((item) => item.code === 'not-supported-yet')
    .map((item) => item.message.replace(/: .*/, ''));
  if (names.length === 0) return '';
  const width = options.width === 0 ? TEXT_WIDTH : Math.min(options.width, TEXT_WIDTH);
  const text = `not supported yet (understood, but without effect): ${names.join(', ')}`;
  return `${wrapped(text, width, 2).join('\n')}\n\n`;
}

/** Where paragraphs are broken when the terminal is wider, or there is none. */
const TEXT_WIDTH = 100;

function summary({ file: name, verdict }: CheckedFile, isColored: boolean): string {
  const file = visible(name);
  const counts = countsOf(verdict);
  if (verdict.refused) return `${file}: ${paint('refused', 'bad', isColored)}: ${counts}`;
  const canRun = paint('can be run', verdict.errors > 0 ? 'unsure' : 'good', isColored);
  if (counts === '') return `${file}: ${canRun}, nothing to complain about`;
  const limited = verdict.errors > 0 ? ' without what is wrong' : '';
  return `${file}: ${canRun}${limited}: ${counts}`;
}

/** `1 error, 2 notices`: what there is none of is left out. */
function countsOf({ errors, warnings, notices }: Verdict): string {
  const counts: readonly (readonly [number, string])[] = [
    [errors, 'error'],
    [warnings, 'warning'],
    [notices, 'notice'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
    .join(', ');
}
