/** Carries one request of `tandem ipvs` out; the exit status is that of ipvsadm. */
import type { IpAddress } from '../core/base/address.ts';
import {
  type ConnectionEntry,
  connectionLine,
  connectionTitle,
  readConnection,
} from '../core/ipvsadm/connections.ts';
import { kernelMessage } from '../core/ipvsadm/kernel-messages.ts';
import { operationOf } from '../core/ipvsadm/operations.ts';
import { sortDestinations, sortServices } from '../core/ipvsadm/order.ts';
import { changesTable, keptRemark, undoneWarning } from '../core/ipvsadm/ownership.ts';
import type { IpvsadmRequest, TableListing } from '../core/ipvsadm/request.ts';
import { renderDaemons, renderTimeouts } from '../core/ipvsadm/settings.ts';
import { type ListedEntry, renderSave, renderTable, versionLine } from '../core/ipvsadm/table.ts';
import type { ListedService } from '../core/lvs/service-codec.ts';
import { serviceKey } from '../core/model/config.ts';
import { KernelError } from '../drivers/kernel-error.ts';
import type { NameBook } from './ipvs-names.ts';
import type { IpvsParts, TableKernel } from './ipvs-parts.ts';

/** Done. */
const OK = 0;
/** A listing failed. */
const NOT_LISTED = 1;
/** The kernel refused. */
export const REFUSED = 255;

/** What a request works with. */
export interface RequestPlace {
  readonly kernel: TableKernel;
  readonly parts: IpvsParts;
  readonly names: NameBook;
  /** Called by the name of ipvsadm. */
  readonly isIpvsadm: boolean;
}

/** Requests but `-R`, `-h` and `-v`, which need no kernel or several requests. */
export type SingleRequest = Exclude<
  IpvsadmRequest,
  { readonly command: 'restore' | 'help' | 'version' }
>;

/** Carries it out, with complaints on standard error; resolves with the exit status. */
export async function carryOut(request: SingleRequest, place: RequestPlace): Promise<number> {
  const error = await perform(request, place);
  return error === undefined ? OK : refused(request, error, place.parts);
}

/** Says that the kernel refused a request, and why; resolves with the exit status. */
export async function refused(
  request: IpvsadmRequest,
  error: KernelError,
  parts: IpvsParts,
): Promise<number> {
  await parts.complain(`${kernelMessage(request.command, error.errnoName)}\n`);
  return request.command === 'list-table' ? NOT_LISTED : REFUSED;
}

/** Warns of changes that the running Tandem undoes. */
export async function warnOfUndoing(
  requests: readonly IpvsadmRequest[],
  parts: IpvsParts,
): Promise<void> {
  const changes = requests.filter(changesTable);
  const share = changes.length === 0 ? undefined : await parts.share();
  const text = share === undefined ? '' : undoneWarning(changes, share);
  if (text !== '') await parts.complain(text);
}

async function perform(
  request: SingleRequest,
  place: RequestPlace,
): Promise<KernelError | undefined> {
  const { kernel, parts } = place;
  const operation = operationOf(request);
  if (operation !== undefined) return (await kernel.apply([operation])).errors[0]?.error;
  switch (request.command) {
    case 'list-table':
      return listTable(request.listing, place);
    case 'list-connections':
      return listConnections(request, place);
    case 'list-timeout': {
      const timeouts = await kernel.timeouts();
      if (!timeouts.ok) return timeouts.error;
      await parts.print(renderTimeouts(timeouts.value));
      return undefined;
    }
    case 'list-daemon': {
      const daemons = await kernel.daemons();
      if (!daemons.ok) return daemons.error;
      await parts.print(renderDaemons(daemons.value));
      return undefined;
    }
    case 'save':
      return save(request.numeric, place);
    case 'flush':
      return kernel.flush();
    case 'zero':
      return kernel.zero(request.identity);
    case 'set':
      return kernel.setTimeouts(request.timeouts);
    case 'start-daemon':
      return kernel.startDaemon(request.daemon);
    case 'stop-daemon':
      return kernel.stopDaemon(request.role);
    default:
      return undefined;
  }
}

/** The services of a listing with their servers, in its order; an error is the kernel's. */
export async function readEntries(
  kernel: TableKernel,
  { identity, sorted }: Pick<TableListing, 'identity' | 'sorted'>,
): Promise<readonly ListedEntry[] | KernelError> {
  try {
    let services: readonly ListedService[];
    if (identity === undefined) {
      services = await kernel.listServices();
    } else {
      const one = await kernel.listService(identity);
      if (!one.ok) return one.error;
      services = [one.value];
    }
    const entries: ListedEntry[] = [];
    for (const service of sorted ? sortServices(services) : services) {
      const destinations = await kernel.listDestinations(service.service.identity);
      entries.push({
        ...service,
        destinations: sorted ? sortDestinations(destinations) : destinations,
      });
    }
    return entries;
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
}

async function listTable(
  listing: TableListing,
  { kernel, parts, names, isIpvsadm }: RequestPlace,
): Promise<KernelError | undefined> {
  const entries = await readEntries(kernel, listing);
  if (entries instanceof KernelError) return entries;
  let text = '';
  if (listing.identity === undefined) {
    const info = await kernel.info();
    if (!info.ok) return info.error;
    text = versionLine(info.value.version, info.value.connectionTableSize);
  }
  const { view, exact, numeric } = listing;
  const shown = await names.shown(numeric, () => addressesOf(entries));
  await parts.print(text + renderTable(entries, { view, exact, names: shown }));
  // ipvsadm says no word of ours.
  const share = isIpvsadm ? undefined : await parts.share();
  if (share === undefined) return undefined;
  const keys = entries.map(({ service }) => serviceKey(service.identity));
  const remark = keptRemark(keys, share);
  if (remark !== '') await parts.complain(remark);
  return undefined;
}

async function save(
  numeric: boolean,
  { kernel, parts, names }: RequestPlace,
): Promise<KernelError | undefined> {
  const entries = await readEntries(kernel, { sorted: true });
  if (entries instanceof KernelError) return entries;
  const shown = await names.shown(numeric, () => addressesOf(entries));
  await parts.print(renderSave(entries, shown));
  return undefined;
}

function* addressesOf(entries: readonly ListedEntry[]): Generator<IpAddress> {
  for (const { service, destinations } of entries) {
    if (service.identity.kind === 'address') yield service.identity.address;
    for (const { address } of destinations) yield address;
  }
}

async function listConnections(
  { numeric, engines }: Extract<SingleRequest, { readonly command: 'list-connections' }>,
  { parts, names }: RequestPlace,
): Promise<undefined> {
  await parts.print(connectionTitle(engines));
  for await (const lines of parts.connections()) {
    const entries = lines.map(readConnection).filter((entry) => entry !== undefined);
    const shown = await names.shown(numeric, () => entries.flatMap(endsOf));
    const text = entries.map((entry) => connectionLine(entry, shown, engines)).join('');
    await parts.print(text);
  }
}

function endsOf({ client, virtual, destination }: ConnectionEntry): IpAddress[] {
  return [client.address, virtual.address, destination.address];
}
