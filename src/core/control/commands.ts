/**
 * The commands of the control socket, one row each: what a request holds, what it is answered, where it is carried out and who
 * may ask. The server, the check of requests and the command line are made from this table.
 */

import {
  type IpvsShareReport,
  type ReloadReport,
  type ResignReport,
  replyHolds,
  type VersionReport,
} from './replies.ts';
import { RUNNING_VERSION, type RunningReport } from './running.ts';
import type { ServerReport, ServerRequest } from './server-command.ts';
import { STATUS_VERSION, type StatusReport } from './status.ts';

/** The process that carries a command out. The supervisor takes every request in, and hands it on. */
export type CommandPlace = 'supervisor' | 'vrrp' | 'health';

/** What each command is: the fields of its request, its answer, and its place. A new command begins here. */
export interface ControlCommands {
  readonly status: CommandType<NoFields, StatusReport, 'supervisor'>;
  /** The configuration in force and what runs of it, as `tandem plan` needs it. It holds secrets. */
  readonly config: CommandType<NoFields, RunningReport, 'supervisor'>;
  /** What of the IPVS table is Tandem's, for who changes it by hand. */
  readonly 'ipvs-share': CommandType<NoFields, IpvsShareReport, 'supervisor'>;
  readonly reload: CommandType<
    {
      /** That all instances, or all virtual servers, may go. */
      readonly allowEmpty?: boolean;
    },
    ReloadReport,
    'supervisor'
  >;
  readonly resign: CommandType<{ readonly instance: string }, ResignReport, 'vrrp'>;
  /** What real servers are to do until they are given back; see `server-command.ts`. */
  readonly server: CommandType<ServerRequest, ServerReport, 'supervisor'>;
  /** An orderly stop; with `keepTable` the IPVS table stays, and the next start adopts it. Answered before the stop. */
  readonly stop: CommandType<
    { readonly keepTable: boolean },
    Pick<VersionReport, 'pid'>,
    'supervisor'
  >;
  readonly version: CommandType<NoFields, VersionReport, 'supervisor'>;
}

/** The types of one command. */
export interface CommandType<Fields, Reply, Place extends CommandPlace> {
  readonly fields: Fields;
  readonly reply: Reply;
  readonly place: Place;
}

type NoFields = Readonly<Record<never, never>>;

/** The name of a command. */
export type CommandName = keyof ControlCommands;

/** A request of one command; of any command where none is named. */
export type ControlRequest<Name extends CommandName = CommandName> = {
  [C in Name]: { readonly command: C } & ControlCommands[C]['fields'];
}[Name];

/** The commands that are carried out in this place. */
export type CommandsIn<Place extends CommandPlace> = {
  [C in CommandName]: ControlCommands[C]['place'] extends Place ? C : never;
}[CommandName];

/** A request that is carried out in this place. */
export type RequestTo<Place extends CommandPlace> = ControlRequest<CommandsIn<Place>>;

/** What a command is answered. */
export type ReplyOf<Name extends CommandName> = ControlCommands[Name]['reply'];

/** How a field is checked: JSON's own types, in the words of a message. */
export interface FieldCheck {
  readonly type: 'text' | 'flag' | 'number';
  readonly required: boolean;
}

/** The checks of a request follow from its type. */
type FieldChecks<Fields> = {
  readonly [F in keyof Fields]-?: {
    readonly type: Exclude<Fields[F], undefined> extends string
      ? 'text'
      : Exclude<Fields[F], undefined> extends number
        ? 'number'
        : 'flag';
    readonly required: undefined extends Fields[F] ? false : true;
  };
};

/** One row. */
export interface ControlCommand<Name extends CommandName> {
  readonly fields: FieldChecks<ControlCommands[Name]['fields']>;
  /** True for an answer that this program understands; the one that runs may be of another version. */
  readonly understands: (reply: unknown) => reply is ReplyOf<Name>;
  readonly place: ControlCommands[Name]['place'];
  /** Those that read may be opened to a group; those that change something are the owner's. */
  readonly access: 'reads' | 'changes';
  /** How long a client waits for the answer, milliseconds. */
  readonly answerMsMax: number;
  /** What it does, in a line for the list of commands. */
  readonly help: string;
}

/** All commands. */
export const CONTROL_COMMANDS: { readonly [C in CommandName]: ControlCommand<C> } = {
  status: {
    fields: {},
    understands: (reply): reply is StatusReport =>
      replyHolds(reply, { statusVersion: STATUS_VERSION }),
    place: 'supervisor',
    access: 'reads',
    answerMsMax: 10_000,
    help: 'show what the running Tandem knows',
  },
  config: {
    fields: {},
    understands: (reply): reply is RunningReport =>
      replyHolds(reply, { runningVersion: RUNNING_VERSION }),
    place: 'supervisor',
    // It holds the secrets of the configuration.
    access: 'changes',
    answerMsMax: 10_000,
    help: 'print the configuration in force and the processes that have it',
  },
  'ipvs-share': {
    fields: {},
    understands: (reply): reply is IpvsShareReport => replyHolds(reply, { syncDaemon: 'flag' }),
    place: 'supervisor',
    access: 'reads',
    answerMsMax: 1_000,
    help: 'say which services of the IPVS table are those of the running Tandem',
  },
  reload: {
    fields: { allowEmpty: { type: 'flag', required: false } },
    understands: (reply): reply is ReloadReport =>
      replyHolds(reply, {
        changed: 'flag',
        warnings: 'number',
        diagnostics: 'text',
      }),
    place: 'supervisor',
    access: 'changes',
    // A configuration of tens of thousands of servers takes some seconds.
    answerMsMax: 60_000,
    help: 'read the configuration again; exit status 1 when it, or a part of it by the kernel, is refused',
  },
  resign: {
    fields: { instance: { type: 'text', required: true } },
    understands: (reply): reply is ResignReport => replyHolds(reply, { message: 'text' }),
    place: 'vrrp',
    access: 'changes',
    answerMsMax: 10_000,
    help: 'make an instance give up mastership',
  },
  server: {
    fields: {
      action: { type: 'text', required: true },
      server: { type: 'text', required: false },
      service: { type: 'text', required: false },
      weight: { type: 'number', required: false },
      seconds: { type: 'number', required: false },
    },
    understands: (reply): reply is ServerReport => replyHolds(reply, { message: 'text' }),
    place: 'supervisor',
    access: 'changes',
    answerMsMax: 10_000,
    help: 'take real servers out of service, change their weight, or give them back',
  },
  stop: {
    fields: { keepTable: { type: 'flag', required: true } },
    understands: (reply): reply is Pick<VersionReport, 'pid'> =>
      replyHolds(reply, { pid: 'number' }),
    place: 'supervisor',
    access: 'changes',
    answerMsMax: 10_000,
    help: 'stop the running Tandem in order, and wait until it is gone',
  },
  version: {
    fields: {},
    understands: (reply): reply is VersionReport =>
      replyHolds(reply, { version: 'text', pid: 'number' }),
    place: 'supervisor',
    access: 'reads',
    answerMsMax: 1_000,
    help: 'print the version',
  },
};
