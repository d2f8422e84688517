/** What scenarios with a failover in the middle of a download have in common. */
import { expectWithin } from '../kit/expect.ts';
import type { LabNode } from '../kit/node.ts';
import { SETTLE_MS_MAX } from './limits.ts';

/** A download that is not over before a failover is, however slow the machine; it ends with its lab. */
export const DOWNLOAD = { bytes: 500_000_000, bytesPerSecond: 500_000 };

/** That have to come behind the failover: more than was on its way and in buffers. */
export const BYTES_AFTERWARDS = 1_500_000;

/** Waits until a director knows an open connection to a service, given as `ADDRESS:PORT`, from the one that forwards it. */
export async function waitUntilSynchronised(node: LabNode, service: string): Promise<void> {
  await expectWithin(
    `${node.name} knows a connection to ${service}`,
    async () => {
      const { stdout } = await node.exec(['ipvsadm', '-Lnc']);
      return stdout
        .split('\n')
        .some((line) => line.includes('ESTABLISHED') && line.includes(` ${service} `));
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 200 },
  );
}
