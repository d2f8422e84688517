/** The handlers of commands that a child process carries out: ask it, tell the log, answer the operator. */

import { err, ok, type Result } from '../../core/base/result.ts';
import {
  CONTROL_COMMANDS,
  type CommandsIn,
  type ControlRequest,
  type RequestTo,
} from '../../core/control/commands.ts';
import { type ControlError, isControlError } from '../../core/control/messages.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import type { ControlHandlers } from '../control/server.ts';
import type { ChildPlace } from '../frame/child-commands.ts';
import type { ChildRequests } from './child-requests.ts';

/** The answer of a child. */
export type ChildReply = Result<unknown, ControlError>;

/** Questions to each child. */
export type ChildQuestions = {
  readonly [Place in ChildPlace]: Pick<ChildRequests<RequestTo<Place>, ChildReply>, 'ask'>;
};

/** Handlers of all commands whose place is a child. An answer that does not come in time is the error `no-answer`. */
export function childCommands(
  questions: ChildQuestions,
  tell: (fact: Fact) => void,
): Pick<ControlHandlers, CommandsIn<ChildPlace>> {
  const handlers = Object.entries(CONTROL_COMMANDS).flatMap(([name, { place }]) =>
    place === 'supervisor' ? [] : [[name, handlerOf(place)] as const],
  );
  // One handler for each of them, from the same table as their types.
  return Object.fromEntries(handlers) as Pick<ControlHandlers, CommandsIn<ChildPlace>>;

  function handlerOf(place: ChildPlace) {
    return async (request: ControlRequest<CommandsIn<ChildPlace>>): Promise<ChildReply> => {
      const target = targetOf(request);
      const reply = asReply(await ask(place, request)) ?? noAnswer(place, target);
      const outcome = reply.ok ? messageOf(reply.value) : reply.error.message;
      tell({ id: `operator.${request.command}`, target, origin: 'cli', outcome });
      return reply;
    };
  }

  function ask(place: ChildPlace, request: RequestTo<ChildPlace>): Promise<ChildReply | undefined> {
    const asked: Pick<ChildRequests<RequestTo<ChildPlace>, ChildReply>, 'ask'> = questions[place];
    return asked.ask(request);
  }
}

/** What came from a child as its answer; undefined for what is none, as if nothing had come. */
export function asReply(value: unknown): ChildReply | undefined {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return undefined;
  if (value.ok === true) return ok('value' in value ? value.value : undefined);
  return 'error' in value && isControlError(value.error) ? err(value.error) : undefined;
}

function noAnswer(place: ChildPlace, target: string): ChildReply {
  const message = `${target}: the ${place} process does not answer; see tandem status`;
  return err({ code: 'no-answer', message });
}

/** What the request is about: its texts. */
function targetOf({ command: _, ...fields }: RequestTo<ChildPlace>): string {
  return Object.values(fields)
    .filter((field) => typeof field === 'string')
    .join(' ');
}

function messageOf(value: unknown): string {
  const isWorded = typeof value === 'object' && value !== null && 'message' in value;
  return isWorded ? String(value.message) : 'done';
}
