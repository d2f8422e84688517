/**
 * `-R`: the lines of a saved table, carried out in their order. Changes of the table that follow each other go to the kernel in batches, and
 * their refusals come out in their order; everything else waits for those before it.
 */
import { NO_COMMAND } from '../core/ipvsadm/complaints.ts';
import { kernelMessage } from '../core/ipvsadm/kernel-messages.ts';
import { operationOf } from '../core/ipvsadm/operations.ts';
import type { IpvsadmRequest } from '../core/ipvsadm/request.ts';
import { restoreWords } from '../core/ipvsadm/restore-line.ts';
import type { IpvsOperation } from '../core/lvs/ipvs-table.ts';
import { carryOut, REFUSED, type RequestPlace, warnOfUndoing } from './ipvs-requests.ts';

/** Changes that are collected before they go to the kernel: many for its speed, few for the memory. */
const CHANGES_AT_A_TIME = 1_024;

/** What is asked from outside a line that has no request of its own. */
export interface RestoreOptions {
  /** Answers `-h` and `-v`, which end a restore; resolves with the exit status. */
  readonly tell: (command: 'help' | 'version') => Promise<number>;
}

interface Change {
  readonly request: IpvsadmRequest;
  readonly operation: IpvsOperation;
}

/** Reads all lines; resolves with the exit status: that of the line that ended it, else that of the last one. */
export async function restore(place: RequestPlace, options: RestoreOptions): Promise<number> {
  const done: IpvsadmRequest[] = [];
  const status = await restoreLines(place, options, done);
  await warnOfUndoing(done, place.parts);
  return status;
}

/** The same; `done` gets what the kernel took. */
async function restoreLines(
  place: RequestPlace,
  options: RestoreOptions,
  done: IpvsadmRequest[],
): Promise<number> {
  const { parts, names } = place;
  const changes: Change[] = [];
  let status = 0;
  const send = async (): Promise<void> => {
    if (changes.length > 0) status = await apply(changes.splice(0), place, done);
  };
  for await (const line of linesOf(parts.input())) {
    const words = restoreWords(line);
    if (words.length === 0) continue;
    const read = await names.read(words);
    if (read.kind === 'refused') {
      await send();
      const { refusal } = read;
      await parts.complain(`${refusal.text}\n`);
      ({ status } = refusal);
      if (refusal.endsRestore) return status;
      continue;
    }
    const { request } = read;
    const operation = operationOf(request);
    if (operation !== undefined) {
      changes.push({ request, operation });
      if (changes.length >= CHANGES_AT_A_TIME) await send();
      continue;
    }
    await send();
    if (request.command === 'help' || request.command === 'version') {
      return options.tell(request.command);
    }
    // Another restore inside one would read the same lines; ipvsadm takes it for no command at all.
    if (request.command === 'restore') return refuseNested(place);
    status = await carryOut(request, place);
    if (status === 0) done.push(request);
    else if (request.command === 'list-table') return status;
  }
  await send();
  return status;
}

/** Sends them; the status is that of the last. */
async function apply(
  changes: readonly Change[],
  { kernel, parts }: RequestPlace,
  done: IpvsadmRequest[],
): Promise<number> {
  const { errors } = await kernel.apply(changes.map(({ operation }) => operation));
  const refusals = new Map(errors.map(({ operation, error }) => [operation, error] as const));
  let text = '';
  let status = 0;
  for (const { request, operation } of changes) {
    const error = refusals.get(operation);
    status = error === undefined ? 0 : REFUSED;
    if (error === undefined) done.push(request);
    else text += `${kernelMessage(request.command, error.errnoName)}\n`;
  }
  if (text !== '') await parts.complain(text);
  return status;
}

async function refuseNested({ parts }: RequestPlace): Promise<number> {
  const { text, status } = NO_COMMAND;
  await parts.complain(`${text}\n`);
  return status;
}

/** Lines without their ends; the last one may have none. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
