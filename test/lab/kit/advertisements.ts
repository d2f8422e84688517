/**
 * VRRP advertisements seen on the wire, read from a capture: somebody else's decoder (tcpdump's) judges what directors send.
 */
import type { Capture } from './capture.ts';
import { expectWithin } from './expect.ts';

/** An advertisement as tcpdump printed it. */
export interface SeenAdvertisement {
  readonly atMs: number;
  /** Source MAC address. */
  readonly from: string;
  readonly source: string;
  readonly version: number;
  readonly vrid: number;
  readonly priority: number;
  /** tcpdump's word: none, simple, ah; undefined in version 3. */
  readonly authentication: string | undefined;
  readonly ttl: number;
  /** tcpdump's judgement of the checksum and the whole line. */
  readonly text: string;
}

/** All advertisements of a capture, oldest first. */
export function advertisements(capture: Capture): readonly SeenAdvertisement[] {
  return capture.packets().flatMap((packet) => {
    const found =
      /ttl (\d+),.* (\S+) > 224\.0\.0\.18: (?:vrrp .*: )?VRRPv(\d), Advertisement, vrid (\d+), prio (\d+)/.exec(
        packet.text,
      );
    if (found === null) return [];
    const [, ttl, source = '', version, vrid, priority] = found;
    return {
      atMs: packet.atMs,
      from: packet.from,
      source,
      version: Number(version),
      vrid: Number(vrid),
      priority: Number(priority),
      authentication: /authtype (\w+)/.exec(packet.text)?.[1],
      ttl: Number(ttl),
      text: packet.text,
    };
  });
}

/** Waits for three more advertisements of a router, so that the next event meets a settled pair. */
export async function settle(wire: Capture, source: string, advertSeconds: number): Promise<void> {
  const count = (): number => advertisements(wire).filter((a) => a.source === source).length;
  const before = count();
  await expectWithin(`three advertisements from ${source}`, () => count() >= before + 3, {
    withinMs: 10_000 + 5000 * advertSeconds,
  });
}
