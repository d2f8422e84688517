/**
 * Commands of operators whose place is a child process: the supervisor hands the request on, the child carries it out and words
 * the answer, which goes back unchanged.
 */
import type { Result } from '../../core/base/result.ts';
import type {
  CommandName,
  CommandPlace,
  ControlRequest,
  ReplyOf,
} from '../../core/control/commands.ts';
import type { ControlError } from '../../core/control/messages.ts';

/** The places that are child processes. */
export type ChildPlace = Exclude<CommandPlace, 'supervisor'>;

/** A question with its number, as it is sent. */
export interface Numbered<Request> {
  readonly type: 'request';
  readonly id: number;
  readonly request: Request;
}

/** The answer to the question of the same number. */
export interface CommandReply {
  readonly type: 'reply';
  readonly id: number;
  readonly reply: Result<unknown, ControlError>;
}

/** What carries out each of some commands. */
export type ChildCommands<Name extends CommandName> = {
  readonly [C in Name]: (request: ControlRequest<C>) => Result<ReplyOf<C>, ControlError>;
};

/** Carries a request out; the answer is to be sent. */
export function replyTo<Name extends CommandName>(
  { id, request }: Numbered<ControlRequest<Name>>,
  commands: ChildCommands<Name>,
): CommandReply {
  return { type: 'reply', id, reply: commands[request.command](request) };
}
