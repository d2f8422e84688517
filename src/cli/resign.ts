/** `tandem resign INSTANCE`: asks the running Tandem to give the mastership of an instance away. */
import { ask } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complainOf, print } from './output.ts';

/** Carries the command out, and tells what Tandem foretells; resolves with the exit status. */
export async function resign(runtimeDir: string, instance: string): Promise<number> {
  const reply = await ask({ command: 'resign', instance }, { runtimeDir });
  if (!reply.ok) {
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  await print(`${reply.value.message}\n`);
  return EXIT_OK;
}
