/** A configuration as the keeper of the kernel's table takes it, and which of its virtual servers name which services. */
import type { IpvsTimeouts } from '../../core/lvs/config-codec.ts';
import { desiredTable, type ServerVerdicts } from '../../core/lvs/desired.ts';
import type { IpvsTable } from '../../core/lvs/ipvs-table.ts';
import type { SyncGoal } from '../../core/lvs/sync-daemons.ts';
import {
  type ServiceIdentity,
  serviceKey,
  type VirtualServerConfig,
} from '../../core/model/config.ts';
import type { ReceiveBuffer } from '../../core/model/global-options.ts';
import type { ConfigSerial } from '../frame/messages.ts';

/** What is wanted of the kernel. */
export interface IpvsGoal {
  /** Its number, which the confirmation repeats. */
  readonly serial: ConfigSerial;
  readonly virtualServers: readonly VirtualServerConfig[];
  readonly lvsTimeouts?: Partial<IpvsTimeouts>;
  /** Of the socket on which the kernel is asked; absent = the usual one. */
  readonly commandBuffer?: ReceiveBuffer;
  /** Keys of services that a predecessor of ours made. */
  readonly owned: readonly string[];
  /** All services that are found are ours from now on. */
  readonly takesAll?: boolean;
  /** The stop removes all services, those of others too. */
  readonly flushesAtStop?: boolean;
  /** Absent: nothing of it runs. */
  readonly sync?: SyncGoal;
}

/** The services of a list of virtual servers. */
export class GoalServices {
  readonly #virtualServers: readonly VirtualServerConfig[];
  readonly #identities = new Map<string, ServiceIdentity>();
  /** The virtual servers that name a service: mostly one. */
  readonly #sharers = new Map<string, VirtualServerConfig[]>();
  readonly #keys = new Map<string, readonly string[]>();

  constructor(virtualServers: readonly VirtualServerConfig[]) {
    this.#virtualServers = virtualServers;
    for (const server of virtualServers) {
      // The kernel would make another service of mark 0.
      const services = server.services.filter((one) => one.kind !== 'fwmark' || one.mark !== 0);
      const keys = services.map(serviceKey);
      this.#keys.set(server.key, keys);
      for (const [index, key] of keys.entries()) {
        const identity = services[index];
        if (identity !== undefined) this.#identities.set(key, identity);
        const same = this.#sharers.get(key);
        if (same === undefined) this.#sharers.set(key, [server]);
        else same.push(server);
      }
    }
  }

  /** All services by their `serviceKey`. */
  get identities(): ReadonlyMap<string, ServiceIdentity> {
    return this.#identities;
  }

  /** The keys of the services of a virtual server. */
  keysOf(virtualServer: string): readonly string[] {
    return this.#keys.get(virtualServer) ?? [];
  }

  /** The services that are not as they were in another list: named by other objects, or by none. */
  differingFrom(other: GoalServices): readonly string[] {
    const differing = [...this.#sharers.keys()].filter((key) => {
      const [own = [], others = []] = [this.#sharers.get(key), other.#sharers.get(key)];
      return own.length !== others.length || own.some((server, at) => server !== others[at]);
    });
    for (const key of other.#sharers.keys()) if (!this.#sharers.has(key)) differing.push(key);
    return differing;
  }

  /** The desired table; of these services only, when they are given. A service that several virtual servers name is planned as a whole. */
  desired(health: ServerVerdicts, keys?: ReadonlySet<string>): IpvsTable {
    if (keys === undefined) return desiredTable(this.#virtualServers, health);
    const servers = new Set([...keys].flatMap((key) => this.#sharers.get(key) ?? []));
    return desiredTable([...servers], health, (key) => keys.has(key));
  }
}
