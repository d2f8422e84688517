/** Operations of the system that can fail outside the protocols: a closed list, with the words that the log has for each. */
import { count } from './words.ts';

/** Id of an operation. */
export type TroubleOperation =
  | 'add-address'
  | 'remove-address'
  | 'read-interfaces'
  | 'read-addresses'
  | 'change-interface'
  | 'open-vrrp-sockets'
  | 'open-vrrp-socket'
  | 'poll-link'
  | 'hear-claims'
  | 'send-advertisement'
  | 'send-farewell'
  | 'hear-bfd'
  | 'send-bfd'
  | 'send-heartbeat'
  | 'hear-heartbeat'
  | 'ask-witness'
  | 'warm-up'
  | 'add-service'
  | 'change-service'
  | 'remove-service'
  | 'add-server'
  | 'change-server'
  | 'remove-server'
  | 'read-ipvs-table'
  | 'remove-ipvs-services'
  | 'set-ipvs-timeouts'
  | 'change-setting'
  | 'read-sync-daemons'
  | 'start-sync-daemon'
  | 'stop-sync-daemon'
  | 'make-tracked-file'
  | 'read-processes'
  | 'schedule'
  | 'schedule-real-time'
  | 'write-pid-file'
  | 'remove-pid-file'
  | 'write-dump'
  | 'save-configuration'
  | 'mark-reload'
  | 'remove-file'
  | 'read-record'
  | 'write-record'
  | 'remove-record'
  | 'reach-service-manager'
  | 'hear-process'
  | 'take-order'
  | 'report';

/** What failed. */
export interface Trouble {
  readonly operation: TroubleOperation;
  /** What it was about: an address, a service, a file, a process. Of several the first. */
  readonly about?: string;
  /** How many failed alike, when more than one. */
  readonly count?: number;
  /** Name of the error, such as `EPERM`; empty where there is none. */
  readonly errno: string;
  /** What is known beyond that. */
  readonly detail?: string;
}

/** Words for an operation, which what it is about follows. Where several can fail at once: what is done to what. */
type OperationWords = string | { readonly verb: string; readonly object: string };

const OPERATIONS: Readonly<Record<TroubleOperation, OperationWords>> = {
  'add-address': 'add address',
  'remove-address': 'remove address',
  'read-interfaces': 'read interfaces',
  'read-addresses': 'read addresses',
  'change-interface': 'change the interface',
  'open-vrrp-sockets': 'open the sockets of VRRP',
  'open-vrrp-socket': 'open the VRRP socket on',
  'poll-link': 'poll the link of',
  'hear-claims': 'listen for other hosts with our addresses by',
  'send-advertisement': 'send an advertisement of',
  'send-farewell': 'send the farewell of',
  'hear-bfd': 'hear BFD on',
  'send-bfd': 'send the BFD packets of',
  'send-heartbeat': 'send the heartbeat',
  'hear-heartbeat': 'hear the heartbeat',
  'ask-witness': 'ask the witness',
  'warm-up': 'warm up',
  'add-service': { verb: 'add', object: 'service' },
  'change-service': { verb: 'change', object: 'service' },
  'remove-service': { verb: 'remove', object: 'service' },
  'add-server': { verb: 'add', object: 'server' },
  'change-server': { verb: 'change', object: 'server' },
  'remove-server': { verb: 'remove', object: 'server' },
  'read-ipvs-table': 'read IPVS table',
  'remove-ipvs-services': 'remove IPVS services',
  'set-ipvs-timeouts': 'set IPVS timeouts',
  'change-setting': 'change the setting',
  'read-sync-daemons': 'read the connection synchronisation',
  'start-sync-daemon': 'start the connection synchronisation as',
  'stop-sync-daemon': 'stop the connection synchronisation as',
  'make-tracked-file': 'make the tracked file',
  'read-processes': 'read the list of processes',
  schedule: 'scheduling with',
  'schedule-real-time': 'real-time scheduling with',
  'write-pid-file': 'write the PID file',
  'remove-pid-file': 'remove the PID file',
  'write-dump': 'write the dump',
  'save-configuration': 'save a copy of the configuration in',
  'mark-reload': 'write the file of a reload under way',
  'remove-file': 'remove the file',
  'read-record': 'read',
  'write-record': 'write',
  'remove-record': 'remove',
  'reach-service-manager': 'reaching the service manager through NOTIFY_SOCKET',
  'hear-process': 'hear the process',
  'take-order': 'take an order of the main process',
  report: 'report to the main process',
};

/** All ids, for the manual. */
export const TROUBLE_OPERATIONS: readonly string[] = Object.keys(OPERATIONS);

/** `add address 192.0.2.1/24 on eth0 failed, EPERM: not permitted`; `add 5 services failed, ENOENT: the first: ...`. */
export function troubleText({ operation, about, errno, detail, ...more }: Trouble): string {
  const words = OPERATIONS[operation];
  const { count: number = 1 } = more;
  const isMany = typeof words === 'object' && number > 1;
  const one = typeof words === 'object' ? `${words.verb} ${words.object}` : words;
  const what = isMany ? `${words.verb} ${count(number, words.object)}` : joined(' ', one, about);
  const first = isMany && about !== undefined ? `the first: ${about}` : '';
  return `${what} failed, ${joined(': ', errno, joined('; ', detail, first))}`;
}

function joined(between: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(between);
}
