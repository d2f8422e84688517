/** `tandem director check`: what hurts on this host for a configuration, and what mends it. It reads, and changes nothing. */

import { shellText } from '../core/base/shell-command.ts';
import { type Director, directorOf } from '../core/director/director.ts';
import type { Finding, KeptLine, Part } from '../core/director/finding.ts';
import { judgeDirector } from '../core/director/judge.ts';
import { findingsText, readConfigFile } from '../daemon/supervisor/load-config.ts';
import { configFileOf } from './config-file.ts';
import { lookAtDirector } from './director-host.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print, textOptions } from './output.ts';
import { runCommand } from './run-command.ts';
import { type Color, paint, tableLines } from './table.ts';

/** Which configuration, and how the findings are written. */
export interface DirectorCommand {
  /** The default file when undefined. */
  readonly file: string | undefined;
  readonly configId: string | undefined;
  readonly json: boolean;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** Parts that a line names; of the others the number is told. */
const NAMED_MAX = 3;

/** Carries it out; resolves with the exit status. */
export async function checkDirector(command: DirectorCommand): Promise<number> {
  const origin = configFileOf(command.file);
  const read = readConfigFile(origin, { configId: command.configId });
  if (read.config === undefined) {
    await complain(findingsText(read.diagnostics));
    return EXIT_FAILED;
  }
  const host = await lookAtDirector();
  if (!host.ok) {
    await complain(`tandem: cannot look at this host: ${host.why}`);
    return EXIT_FAILED;
  }
  await hintAtNamespace(read.config.place?.namespace);
  const director: Director = directorOf(read.config, host.value, read.placeOf);
  const findings = judgeDirector(director);
  if (command.json) {
    await print(`${JSON.stringify({ directorVersion: 1, origin, findings }, null, 2)}\n`);
  } else await print(checkText(origin, findings, command.color));
  return findings.some(({ verdict }) => verdict === 'wrong') ? EXIT_FAILED : EXIT_OK;
}

/** What is looked at is the namespace that this was called in. */
async function hintAtNamespace(name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const here = await runCommand(['ip', 'netns', 'identify', String(process.pid)]);
  if (here.ok && here.output.split('\n').includes(name)) return;
  await complain(
    `tandem: the configuration runs in the network namespace ${name}, and this looks at another one: ip netns exec ${name} tandem director check`,
  );
}

const WORDS: Readonly<Record<Finding['verdict'], readonly [string, Color]>> = {
  met: ['ok', 'good'],
  wrong: ['WRONG', 'bad'],
  note: ['note', 'unsure'],
  unsure: ['not seen', 'unsure'],
};

function checkText(
  origin: string,
  findings: readonly Finding[],
  color: boolean | undefined,
): string {
  const options = textOptions(color);
  const rows = findings.flatMap(({ verdict, text, about, mend }) => {
    const [word, shade] = WORDS[verdict];
    const parts = verdict === 'met' ? [] : aboutLines(about);
    return [
      [{ text: word, color: shade }, { text }],
      ...parts.map((line) => [{ text: '' }, { text: line }]),
      ...(mend?.commands ?? []).map((one) => [{ text: '' }, { text: shellText(one) }]),
    ];
  });
  const none = findings.length === 0 ? ['  nothing on this host matters for it'] : [];
  return [
    paint(`Director of ${origin}`, 'strong', options.color),
    ...tableLines(rows, options, 2),
    ...none,
    ...keptLines(findings),
    '',
  ].join('\n');
}

function aboutLines(about: readonly Part[]): readonly string[] {
  const named = about.slice(0, NAMED_MAX).map(({ name, at }) => {
    return at === undefined ? `for ${name}` : `for ${name} (${at.file}:${at.line})`;
  });
  const others = about.length - named.length;
  return others === 0 ? named : [...named, `and for ${others} more`];
}

/** What keeps the changes over restarts of the host, by file, each line once. */
function keptLines(findings: readonly Finding[]): readonly string[] {
  const all: readonly KeptLine[] = findings.flatMap(({ mend }) => mend?.kept ?? []);
  const files = new Map<string, Set<string>>();
  for (const { file, line } of all) {
    const lines = files.get(file) ?? new Set();
    files.set(file, lines.add(line));
  }
  if (files.size === 0) return [];
  return [
    '',
    'To keep it over restarts of the host:',
    ...[...files].flatMap(([file, lines]) => [
      `  ${file}`,
      ...[...lines].map((line) => `    ${line}`),
    ]),
  ];
}
