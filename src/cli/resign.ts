/** `tandem resign INSTANCE`: asks the running Tandem to give the mastership of an instance away. */
import { controlSocketPath } from '../core/control/messages.ts';
import { controlRequest } from './control-client.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complainOf, print } from './output.ts';

/** Carries the command out, and tells what Tandem foretells; resolves with the exit status. */
export async function resign(runtimeDir: string, instance: string): Promise<number> {
  const path = controlSocketPath(runtimeDir);
  const reply = await controlRequest({ path, request: { command: 'resign', instance } });
  if (!reply.ok) {
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  await print(`${messageOf(reply.value)}\n`);
  return EXIT_OK;
}

function messageOf(result: unknown): string {
  const isWorded = typeof result === 'object' && result !== null && 'message' in result;
  return isWorded ? String(result.message) : 'done';
}
