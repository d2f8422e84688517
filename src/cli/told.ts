/** Commands whose answer is a sentence for the operator. */
import type { CommandName, ControlCommands, ControlRequest } from '../core/control/commands.ts';
import { ask } from './ask.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complainOf, print } from './output.ts';

/** The commands that answer with a sentence. */
export type TellingCommand = {
  [C in CommandName]: ControlCommands[C]['reply'] extends { readonly message: string } ? C : never;
}[CommandName];

/** Asks the running Tandem to carry one of them out, and prints the sentence; resolves with the exit status. */
export async function told(
  request: ControlRequest<TellingCommand>,
  runtimeDir: string,
): Promise<number> {
  const reply = await ask(request, { runtimeDir });
  if (!reply.ok) {
    await complainOf(reply.error);
    return EXIT_FAILED;
  }
  await print(`${reply.value.message}\n`);
  return EXIT_OK;
}
