/** `tandem reload`: asks the running Tandem to read its configuration again, and waits for the outcome. */

import type { ReloadWishes } from '../core/plan/reload-policy.ts';
import { ask } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print } from './output.ts';

/** Carries the command out; resolves with the exit status: 1 when the configuration, or a part of it by the kernel, is refused. */
export async function reload(runtimeDir: string, wishes: ReloadWishes): Promise<number> {
  const reply = await ask({ command: 'reload', ...wishes }, { runtimeDir });
  if (!reply.ok) {
    const diagnostics = textField(reply.error.details, 'diagnostics');
    if (diagnostics !== '') await complain(diagnostics);
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  const { diagnostics, changed, refusals = [] } = reply.value;
  if (diagnostics !== '') await complain(diagnostics);
  await print(changed ? 'reloaded\n' : 'reloaded: nothing changed\n');
  if (refusals.length === 0) return EXIT_OK;
  await complain(
    `tandem: the kernel refuses a part of it, which is tried again:\n${refusals.map((one) => `  ${one}\n`).join('')}`,
  );
  return EXIT_FAILED;
}

function textField(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? found : '';
}
