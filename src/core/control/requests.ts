/** Holds a request from the control socket against the table of commands. */

import { err, ok, type Result } from '../base/result.ts';
import { visible } from '../base/visible.ts';
import {
  CONTROL_COMMANDS,
  type CommandName,
  type ControlRequest,
  type FieldCheck,
} from './commands.ts';
import { CONTROL_VERSION, type ControlError } from './messages.ts';

/** Longer names say no more in a message. */
const SHOWN_MAX = 64;
const KINDS = { text: 'a text', flag: 'true or false', number: 'a number' } as const;
const TYPES = { text: 'string', flag: 'boolean', number: 'number' } as const;

/**
 * The request that a JSON value is. Errors: `bad-request`, `unsupported-version`, `unknown-command`; the first thing that is
 * wrong is told, with what would be right.
 */
export function checkRequest(value: unknown): Result<ControlRequest, ControlError> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('the request is not an object');
  }
  const { version = CONTROL_VERSION, command, ...given } = { ...value } as Record<string, unknown>;
  if (version !== CONTROL_VERSION) {
    const message = `this Tandem speaks version ${CONTROL_VERSION} of the protocol`;
    return err({ code: 'unsupported-version', message });
  }
  if (command === undefined) return bad('the request has no command');
  if (typeof command !== 'string') return bad('the command must be a text');
  if (!isCommand(command)) {
    const message = `there is no command ${shown(command)}; there are ${list(Object.keys(CONTROL_COMMANDS))}`;
    return err({ code: 'unknown-command', message });
  }
  const fields: Readonly<Record<string, FieldCheck>> = CONTROL_COMMANDS[command].fields;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    const known = Object.keys(fields);
    const has = known.length === 0 ? 'it has none' : `it has ${list(known)}`;
    return bad(`${command} has no field ${shown(unknown)}; ${has}`);
  }
  for (const [name, { type, required }] of Object.entries(fields)) {
    if (given[name] === undefined) {
      if (required) return bad(`${command} needs the field ${name}, ${KINDS[type]}`);
    } else if (typeof given[name] !== TYPES[type]) {
      return bad(`the field ${name} of ${command} must be ${KINDS[type]}`);
    }
  }
  // What the table demands was just found.
  return ok({ command, ...given } as ControlRequest);
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(CONTROL_COMMANDS, name);
}

function shown(name: string): string {
  return `"${visible(name.length <= SHOWN_MAX ? name : `${name.slice(0, SHOWN_MAX)}...`)}"`;
}

function list(names: readonly string[]): string {
  return names.join(', ');
}

function bad(message: string): Result<never, ControlError> {
  return err({ code: 'bad-request', message });
}
