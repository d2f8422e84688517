/** What the kernel of a director needs for its configuration: told by `tandem director check`, and done as it says. */
import type { LabNode } from './node.ts';
import { MAIN_PROGRAM } from './paths.ts';

/** What is read of the JSON document of the command. */
interface Checked {
  readonly findings: readonly {
    readonly verdict: string;
    readonly text: string;
    readonly mend?: { readonly commands: readonly (readonly string[])[] };
  }[];
}

/**
 * Carries out on all directors what the check of the first one prints. The settings they need are the same.
 */
export async function setUpDirectors(nodes: readonly LabNode[], file: string): Promise<void> {
  const [first] = nodes;
  if (first === undefined) return;
  const { findings } = await check(first, file);
  for (const command of findings.flatMap(({ mend }) => mend?.commands ?? [])) {
    for (const node of nodes) await node.exec(command);
  }
}

/** @throws Error with the text of what the check of a director finds wrong. */
export async function expectDirectorIsReady(node: LabNode, file: string): Promise<void> {
  const wrong = (await check(node, file)).findings.filter(({ verdict }) => verdict === 'wrong');
  if (wrong.length > 0) throw new Error(wrong.map(({ text }) => text).join('\n'));
}

async function check(node: LabNode, file: string): Promise<Checked> {
  const argv = [process.execPath, MAIN_PROGRAM, 'director', 'check', '--json', file];
  const { stdout, stderr } = await node.exec(argv, { allowFailure: true });
  if (stdout === '') throw new Error(`director check: ${stderr}`);
  return JSON.parse(stdout) as Checked;
}
