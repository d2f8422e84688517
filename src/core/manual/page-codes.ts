/** Pages about findings: one for the language itself, one for the rules that give advice. */
import type { DiagnosticCode } from '../language/codes.ts';
import { formatDiagnostic } from '../language/format-diagnostic.ts';
import { parseConfig } from '../language/parse-config.ts';
import { allCodes, codeDoc } from './code-doc.ts';
import { anchor, cell, code, codeBlock, GENERATED, link } from './markdown.ts';

/** The pages, by file name. */
export function codePages(): readonly (readonly [string, string])[] {
  const rules = allCodes().filter(isRule);
  const others = allCodes().filter((one) => !isRule(one));
  return [
    ['diagnostics.md', page('Findings', FINDINGS_TEXT, others)],
    ['rules.md', page('Advice', RULES_TEXT, rules)],
  ];
}

const FINDINGS_TEXT = `Every finding of \`tandem check\` ends with its code in brackets. An *error* is about something that is not used as written, a *warning* about
something that is used but repaired or doubtful, a *notice* is good to know. The exit status is that of \`keepalived -t\` for the same file, whatever the
severity; when several findings ask for one, 2 hides 6, which hides 5, which hides 4. Advice about whole configurations is on
${link('rules.md', 'a page of its own')}.

For programs there are \`--format json\` (one document: \`configurations\` with their verdicts, and \`diagnostics\` with code, severity, message, \`span\`
(file, line, column, length), what was expected, a suggestion and related places) and \`--format sarif\` (SARIF 2.1.0, as code hosts and editors read it).
Codes are stable.`;

const RULES_TEXT = `Rules look at a configuration as a whole: each names something that is allowed and seldom meant. They never change what the configuration
does, nor the exit status. They run only where the configuration may run at all; those that need to know the host say nothing with \`--offline\`.`;

function isRule(one: DiagnosticCode): boolean {
  return one.startsWith('lint-');
}

function page(title: string, text: string, codes: readonly DiagnosticCode[]): string {
  const rows = codes.map((one) => {
    const { severity, summary } = codeDoc(one);
    return `| ${link(`#${one}`, code(one))} | ${severity} | ${cell(summary)} |`;
  });
  return [
    GENERATED,
    `# ${title}`,
    '',
    text,
    '',
    '| code | severity | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
    ...codes.flatMap(section),
  ].join('\n');
}

function section(one: DiagnosticCode): string[] {
  const { severity, summary, consequence, more, fix, example } = codeDoc(one);
  const paragraphs = [
    `*${severity}.* ${summary}. ${consequence}`,
    ...(more === undefined ? [] : [more]),
    ...(fix === undefined ? [] : [`What to do: ${fix}`]),
  ];
  return [
    anchor(one),
    '',
    `## ${one}`,
    '',
    ...paragraphs.flatMap((paragraph) => [paragraph, '']),
    ...(example === undefined ? [] : [codeBlock(example), '', ...messageOf(one, example)]),
  ];
}

/** What `tandem check` says about the example. */
function messageOf(one: DiagnosticCode, text: string): string[] {
  const { diagnostics } = parseConfig({
    file: 'tandem.conf',
    text,
    loader: { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] },
  });
  const finding = diagnostics.find((item) => item.code === one);
  return finding === undefined ? [] : [codeBlock(formatDiagnostic(finding)), ''];
}
