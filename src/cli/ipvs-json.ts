/** `tandem ipvs --json`: what `-L` lists as one JSON document. */
import { type ConnectionEntry, readConnection } from '../core/ipvsadm/connections.ts';
import { connectionsJson, daemonsJson, tableJson, timeoutsJson } from '../core/ipvsadm/json.ts';
import type { IpvsadmRequest } from '../core/ipvsadm/request.ts';
import { KernelError } from '../drivers/kernel-error.ts';
import { type RequestPlace, readEntries, refused } from './ipvs-requests.ts';

/** Wrong arguments. */
const WRONG = 2;

/** Lists; another command is wrong here. Resolves with the exit status. */
export async function carryOutAsJson(
  request: IpvsadmRequest,
  place: RequestPlace,
): Promise<number> {
  const { parts } = place;
  const document = await documentOf(request, place);
  if (document instanceof KernelError) return refused(request, document, parts);
  if (document === undefined) {
    await parts.complain('tandem: --json goes with -L only\n');
    return WRONG;
  }
  await parts.print(`${JSON.stringify(document, null, 2)}\n`);
  return 0;
}

async function documentOf(
  request: IpvsadmRequest,
  { kernel, parts }: RequestPlace,
): Promise<object | KernelError | undefined> {
  switch (request.command) {
    case 'list-table': {
      const entries = await readEntries(kernel, request.listing);
      return entries instanceof KernelError ? entries : tableJson(entries, await parts.share());
    }
    case 'list-connections': {
      const entries: ConnectionEntry[] = [];
      for await (const lines of parts.connections()) {
        for (const line of lines) {
          const entry = readConnection(line);
          if (entry !== undefined) entries.push(entry);
        }
      }
      return connectionsJson(entries);
    }
    case 'list-timeout': {
      const timeouts = await kernel.timeouts();
      return timeouts.ok ? timeoutsJson(timeouts.value) : timeouts.error;
    }
    case 'list-daemon': {
      const daemons = await kernel.daemons();
      return daemons.ok ? daemonsJson(daemons.value, await parts.share()) : daemons.error;
    }
    default:
      return undefined;
  }
}
