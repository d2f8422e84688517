/** How the kernel's IPVS is read, from a table in memory. */
import type { IpvsObservedDestination, IpvsTable } from '../../src/core/lvs/ipvs-table.ts';
import { procKey, procNumber } from '../../src/core/lvs/proc-table.ts';
import { NO_TRAFFIC } from '../../src/core/lvs/stats-codec.ts';
import { serviceKey } from '../../src/core/model/config.ts';
import type { IpvsPort } from '../../src/daemon/health/ports.ts';

/** The reading half of the port; `reads` counts what was asked. */
export interface MemoryReader {
  readonly port: Pick<IpvsPort, 'look' | 'services' | 'destinations' | 'dumpTable'>;
  readonly reads: { looks: number; services: number; destinations: number; dumps: number };
}

/** Reads what `table` returns. */
export function readerOf(table: () => IpvsTable): MemoryReader {
  const reads = { looks: 0, services: 0, destinations: 0, dumps: 0 };
  const members = (key: string): IpvsObservedDestination[] =>
    [...(table().get(key)?.destinations.values() ?? [])].map((destination) => ({
      activeConnections: 0,
      inactiveConnections: 0,
      persistentConnections: 0,
      stats: NO_TRAFFIC,
      ...destination,
    }));
  return {
    reads,
    port: {
      look: async () => {
        reads.looks++;
        const seen = new Map<string, number>();
        for (const entry of table().values()) {
          const key = procKey(entry.service.identity);
          seen.set(key, ((seen.get(key) ?? 0) + procNumber(entry)) | 0);
        }
        return { ok: true, value: seen };
      },
      services: async () => {
        reads.services++;
        return [...table().values()].map(({ service }) => ({ service, stats: NO_TRAFFIC }));
      },
      destinations: async (identity) => {
        reads.destinations++;
        return members(serviceKey(identity));
      },
      dumpTable: async (wants = () => true) => {
        reads.dumps++;
        return new Map(
          [...table()].flatMap(([key, { service, destinations }]) => {
            if (!wants(key)) return [];
            const names = [...destinations.keys()];
            const listed = members(key).map((one, index) => [names[index] ?? '', one] as const);
            return [[key, { service, destinations: new Map(listed), stats: NO_TRAFFIC }] as const];
          }),
        );
      },
    },
  };
}
