/**
 * Which halves of the connection synchronisation should run, and what brings the kernel there. A half that runs with other settings is
 * stopped and started: the kernel cannot change one that runs (ip_vs_sync.c).
 */
import type { Config } from '../model/config.ts';
import type { SyncDaemon, SyncDaemonRole } from './daemon-codec.ts';

/** How the halves that run are set up. */
export type SyncSettings = Omit<SyncDaemon, 'role'>;

/** What should run. */
export interface SyncGoal {
  /** Absent: nothing should run. */
  readonly settings?: SyncSettings;
  /** The halves; absent while it is not known what the followed instance is: then what runs stays. */
  readonly roles?: readonly SyncDaemonRole[];
}

/** What is done in the kernel, in this order. */
export type SyncOperation =
  | { readonly type: 'stop'; readonly role: SyncDaemonRole }
  | { readonly type: 'start'; readonly daemon: SyncDaemon };

/** Least payload of a receiver, bytes: the kernel raises a smaller one. */
const RECEIVER_BYTES_MIN = 1_024;

/** The configured synchronisation with the instance that it follows; undefined when there is none, or no such instance. */
export function configuredSync(
  config: Pick<Config, 'global' | 'vrrpInstances'>,
): { readonly settings: SyncSettings; readonly instance?: string } | undefined {
  const { syncDaemon } = config.global.ipvs ?? {};
  // The old keyword stands in the instance that is followed.
  const old = config.vrrpInstances.find(({ options }) => options?.syncDaemonInterface);
  const device = old?.options?.syncDaemonInterface;
  const found =
    syncDaemon ??
    (old === undefined || device === undefined
      ? undefined
      : { interface: device, instance: old.name });
  if (found === undefined) return undefined;
  const { instance: name, id, ...rest } = found;
  if (name === undefined) return { settings: { ...rest, syncId: id ?? 0 } };
  const instance = config.vrrpInstances.find((one) => one.name === name);
  if (instance === undefined) return undefined;
  return { settings: { ...rest, syncId: id ?? instance.vrid }, instance: name };
}

/**
 * The operations that lead from what runs to what should.
 *
 * @param owned halves that we have started: without settings only these are stopped
 */
export function syncOperations(
  running: readonly SyncDaemon[],
  { settings, roles }: SyncGoal,
  owned: ReadonlySet<SyncDaemonRole>,
): readonly SyncOperation[] {
  if (settings === undefined) {
    const left = running.filter(({ role }) => owned.has(role));
    return left.map(({ role }) => ({ type: 'stop', role }));
  }
  if (roles === undefined) return [];
  const wanted = roles.map((role): SyncDaemon => ({ ...settings, role }));
  const fits = (one: SyncDaemon): boolean => wanted.some((other) => isSame(one, other));
  return [
    ...running
      .filter((one) => !fits(one))
      .map(({ role }): SyncOperation => ({ type: 'stop', role })),
    ...wanted
      .filter((one) => !running.some((other) => isSame(other, one)))
      .map((daemon): SyncOperation => ({ type: 'start', daemon })),
  ];
}

/** `master on eth1, id 7`. */
export function syncText({
  role,
  interface: device,
  syncId,
}: Pick<SyncDaemon, 'role' | 'interface' | 'syncId'>): string {
  return `${role} on ${device}, id ${syncId}`;
}

/** What is not set is the kernel's to choose. */
function isSame(running: SyncDaemon, wanted: SyncDaemon): boolean {
  const { maxLength, group, port, ttl } = wanted;
  const least = wanted.role === 'backup' ? RECEIVER_BYTES_MIN : 0;
  return (
    running.role === wanted.role &&
    running.interface === wanted.interface &&
    running.syncId === wanted.syncId &&
    (maxLength === undefined || running.maxLength === Math.max(maxLength, least)) &&
    (group === undefined || running.group === group) &&
    (port === undefined || running.port === port) &&
    (ttl === undefined || running.ttl === ttl)
  );
}
