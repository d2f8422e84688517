/** What of the table a running Tandem keeps, and what is said to somebody who changes that by hand. */
import { serviceKey } from '../model/config.ts';
import type { IpvsadmRequest } from './request.ts';

/** What a running Tandem keeps. */
export interface TandemShare {
  /** Names of virtual servers by the canonical text of each of their services. */
  readonly services: ReadonlyMap<string, string>;
  /** It runs the connection synchronisation. */
  readonly syncDaemon: boolean;
}

/** Services that are named in one sentence. */
const NAMED_MAX = 5;

/** The service that a request changes, by its canonical text; undefined for one that changes none, or all. */
export function changedService(request: IpvsadmRequest): string | undefined {
  switch (request.command) {
    case 'add-service':
    case 'edit-service':
      return serviceKey(request.service.identity);
    case 'delete-service':
    case 'add-server':
    case 'edit-server':
    case 'delete-server':
      return serviceKey(request.identity);
    default:
      return undefined;
  }
}

/** True for what a running Tandem may undo. */
export function changesTable({ command }: IpvsadmRequest): boolean {
  return CHANGING.has(command);
}

const CHANGING: ReadonlySet<IpvsadmRequest['command']> = new Set([
  'add-service',
  'edit-service',
  'delete-service',
  'add-server',
  'edit-server',
  'delete-server',
  'flush',
  'start-daemon',
  'stop-daemon',
]);

/** What is said of changes that were made, a line for each cause; nothing where none of them is undone. */
export function undoneWarning(requests: readonly IpvsadmRequest[], share: TandemShare): string {
  const changed = new Set(requests.map(changedService));
  const kept = [...share.services.keys()].filter((key) => changed.has(key));
  let text = '';
  if (requests.some(({ command }) => command === 'flush') && share.services.size > 0) {
    text += `tandem: warning: ${count(share.services.size)} of the running Tandem were removed as well; it makes them again.\n`;
  } else if (kept.length > 0) {
    text += `tandem: warning: the running Tandem keeps ${named(kept, share)} and undoes this change. Change its configuration instead.\n`;
  }
  const isDaemon = requests.some(({ command }) => /^st(?:art|op)-daemon$/.test(command));
  if (isDaemon && share.syncDaemon) {
    text +=
      'tandem: warning: the running Tandem keeps the connection synchronisation and undoes this change. Change its configuration instead.\n';
  }
  return text;
}

/** Which of the services that are listed the running Tandem keeps; nothing when it keeps none. */
export function keptRemark(listed: readonly string[], share: TandemShare): string {
  const kept = listed.filter((key) => share.services.has(key));
  if (kept.length === 0) return '';
  const others = listed.length - kept.length;
  const rest = others === 0 ? '' : `; ${count(others)} of others`;
  return `tandem: the running Tandem keeps ${named(kept, share)}${rest}\n`;
}

function named(keys: readonly string[], { services }: TandemShare): string {
  const shown = keys.slice(0, NAMED_MAX).map((key) => {
    const title = services.get(key) ?? '';
    return title === '' || title === key ? key : `${key} (${title})`;
  });
  const more = keys.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

function count(services: number): string {
  return services === 1 ? '1 service' : `${services} services`;
}
