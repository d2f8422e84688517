/** Asks the Tandem that runs with a runtime directory to carry a command of the control socket out. */
import { err, ok, type Result } from '../core/base/result.ts';
import {
  CONTROL_COMMANDS,
  type CommandName,
  type ControlRequest,
  type ReplyOf,
} from '../core/control/commands.ts';
import { type ControlError, controlSocketPath } from '../core/control/messages.ts';
import { controlRequest } from './control-client.ts';

/** Where to ask, and how long to wait for the answer. */
export interface AskOptions {
  readonly runtimeDir: string;
  /** As the table of commands says when absent, milliseconds. */
  readonly timeoutMs?: number;
}

/** The code of an answer that this program does not understand; the error's `details` hold it. */
export const OTHER_VERSION = 'other-version';

/** The answer. Errors: those of `controlRequest`, and `other-version`. */
export async function ask<Name extends CommandName>(
  request: ControlRequest<Name>,
  { runtimeDir, timeoutMs }: AskOptions,
): Promise<Result<ReplyOf<Name>, ControlError>> {
  const { answerMsMax, understands } = CONTROL_COMMANDS[request.command];
  const reply = await controlRequest({
    path: controlSocketPath(runtimeDir),
    request,
    timeoutMs: timeoutMs ?? answerMsMax,
  });
  if (!reply.ok) return reply;
  const { value } = reply;
  if (understands(value)) return ok(value);
  const message = 'the running Tandem is of another version';
  return err({ code: OTHER_VERSION, message, details: value });
}
