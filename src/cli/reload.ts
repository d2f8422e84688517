/** `tandem reload`: asks the running Tandem to read its configuration again, and waits for the outcome. */

import { controlSocketPath } from '../core/control/messages.ts';
import type { ReloadWishes } from '../core/plan/reload-policy.ts';
import { controlRequest } from './control-client.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, complainOf, print } from './output.ts';

/** A configuration of tens of thousands of servers takes some seconds. */
const RELOAD_MS_MAX = 60_000;

/** Carries the command out; resolves with the exit status: 1 when the configuration is refused. */
export async function reload(runtimeDir: string, wishes: ReloadWishes): Promise<number> {
  const path = controlSocketPath(runtimeDir);
  const request = { command: 'reload', ...wishes } as const;
  const reply = await controlRequest({ path, request, timeoutMs: RELOAD_MS_MAX });
  if (!reply.ok) {
    const diagnostics = textField(reply.error.details, 'diagnostics');
    if (diagnostics !== '') await complain(diagnostics);
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  const diagnostics = textField(reply.value, 'diagnostics');
  if (diagnostics !== '') await complain(diagnostics);
  const isUnchanged =
    typeof reply.value === 'object' &&
    reply.value !== null &&
    'changed' in reply.value &&
    reply.value.changed === false;
  await print(isUnchanged ? 'reloaded: nothing changed\n' : 'reloaded\n');
  return EXIT_OK;
}

function textField(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? found : '';
}
