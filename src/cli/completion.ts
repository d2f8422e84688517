/** `tandem completion SHELL`: the script that completes command lines, and the words it asks for while it runs. */
import type { Command } from 'commander';
import { ask } from './ask.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { completionModel } from './completion-model.ts';
import { isShell, SHELLS, type Shell } from './completion-shells.ts';
import { zshScript } from './completion-zsh.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print } from './output.ts';

/** Carries the command out; resolves with the exit status. */
export async function completion(shell: string, program: Command): Promise<number> {
  if (!isShell(shell)) {
    await complain(`tandem completion: no script for "${shell}"; there are ${SHELLS.join(', ')}`);
    return EXIT_FAILED;
  }
  await print(completionScript(shell, program));
  return EXIT_OK;
}

/** The script of a shell for the commands of a program. */
export function completionScript(shell: Shell, program: Command): string {
  const model = completionModel(program);
  switch (shell) {
    case 'bash':
      return bashScript(model);
    case 'zsh':
      return zshScript(model);
    case 'fish':
      return fishScript(model);
  }
}

/** Waiting longer for a running Tandem would make the shell feel stuck. */
const ANSWER_MS_MAX = 1_000;

/** What a script asks while a line is typed: names of instances, one on each line; nothing without a running Tandem. */
export async function completeWords(what: string, runtimeDir: string): Promise<number> {
  if (what !== 'instances') return EXIT_FAILED;
  const reply = await ask({ command: 'status' }, { runtimeDir, timeoutMs: ANSWER_MS_MAX });
  if (reply.ok) {
    await print(reply.value.vrrp.instances.map(({ name }) => `${name}\n`).join(''));
  }
  return EXIT_OK;
}
