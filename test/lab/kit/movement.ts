/**
 * Watching a virtual address move from one director to another, from the client's side: the announcement on the wire, the client's
 * neighbour table, and the gap in the answers.
 */
import { advertisements } from './advertisements.ts';
import type { Capture, CapturedPacket } from './capture.ts';
import { expectWithin } from './expect.ts';
import type { HttpClient } from './http-client.ts';
import type { LabNode } from './node.ts';
import { firstAnswer, isAnswered, longestGap } from './request-record.ts';

/** What a capture has to hold for {@link watchMovement}, in the language of pcap-filter. */
export const MOVEMENT_FILTER = 'arp or ip proto 112';

/** What there is to watch. */
export interface MovementWatch {
  readonly vip: string;
  /** The node whose neighbour table decides where its packets go. */
  readonly client: LabNode;
  /** A capture of ARP and VRRP on the client's interface ({@link MOVEMENT_FILTER}). */
  readonly wire: Capture;
  /** Its continuing requests to the virtual address. */
  readonly traffic: HttpClient;
}

/** How a movement went. Times are milliseconds after the cause. */
export interface Movement {
  /** Wall-clock milliseconds of the cause. */
  readonly causeMs: number;
  /** The first advertisement with priority 0, of whoever gave the address up; undefined when there was none. */
  readonly farewellAfterMs: number | undefined;
  /** The first gratuitous ARP of the new holder; undefined when there was none. */
  readonly announcedAfterMs: number | undefined;
  /** The client's neighbour table named the new holder (seen by polling). */
  readonly movedAfterMs: number;
  /** Broadcast ARP questions for the address by the client, between the cause and the movement: 0 when the announcement moved it. */
  readonly questions: number;
  /** The first answer to a request sent after the cause, from the server named in the options if one was. */
  readonly answeredAfterMs: number;
  /** Longest span without any answer, from the last answer before the cause on. */
  readonly gapMs: number;
  /** Requests without answer since the cause. */
  readonly failures: number;
}

/** Sysctls for the client: an entry that would not expire or be asked for again by itself during a test. */
export const PATIENT_NEIGHBOUR_TABLE: Readonly<Record<string, number>> = {
  'net.ipv4.neigh.eth0.base_reachable_time_ms': 3_600_000,
};

/** How often the neighbour table is read. */
const POLL_INTERVAL_MS = 20;

/** Causes a movement to the node `to`, and watches it until the client uses it and got an answer. */
export async function watchMovement(
  watch: MovementWatch,
  options: {
    readonly cause: () => Promise<unknown>;
    readonly to: LabNode;
    readonly withinMs: number;
    /** Name of the server whose answers prove the movement; any by default. */
    readonly server?: string;
    /** The MAC address the new holder announces; that of its `eth0` by default. */
    readonly mac?: string;
  },
): Promise<Movement> {
  const { vip, client, traffic } = watch;
  const mac = options.mac ?? options.to.mac('eth0');
  const server = options.server === undefined ? {} : { server: options.server };
  const causeMs = Date.now();
  const caused = options.cause();
  await expectWithin(
    `${client.name} sends to ${options.to.name} for ${vip}`,
    async () => (await client.neighbourMac(vip)) === mac,
    { withinMs: options.withinMs, everyMs: POLL_INTERVAL_MS },
  );
  const movedMs = Date.now();
  await caused;
  const answer = await expectWithin(
    `answers from ${vip} after the movement`,
    () => {
      const sinceMs = options.server === undefined ? movedMs : causeMs;
      return firstAnswer(traffic.records(), { sinceMs, ...server });
    },
    { withinMs: options.withinMs, everyMs: POLL_INTERVAL_MS },
  );
  const since = traffic.since(causeMs);
  const answered =
    options.server === undefined ? firstAnswer(since, { sinceMs: causeMs }) : answer.value;
  const before = traffic.records().filter((r) => isAnswered(r) && r.endMs < causeMs);
  const lastBeforeMs = Math.max(...before.map((r) => r.endMs), 0);
  const gap = longestGap(traffic.records(), { sinceMs: lastBeforeMs });
  const announced = watch.wire
    .packets((p) => p.from === mac && p.atMs >= causeMs && isAnnouncement(p, vip))
    .at(0);
  const questions = watch.wire.packets(
    (p) => p.atMs >= causeMs && p.atMs <= movedMs && isQuestion(p, { vip, by: client }),
  );
  const farewell = advertisements(watch.wire).find(
    (a) => a.atMs >= causeMs && a.priority === 0 && a.from !== mac,
  );
  return {
    causeMs,
    farewellAfterMs: farewell === undefined ? undefined : farewell.atMs - causeMs,
    announcedAfterMs: announced === undefined ? undefined : announced.atMs - causeMs,
    movedAfterMs: movedMs - causeMs,
    questions: questions.length,
    answeredAfterMs: (answered ?? answer.value).endMs - causeMs,
    gapMs: gap === undefined ? 0 : gap.toMs - gap.fromMs,
    failures: since.filter((record) => !isAnswered(record)).length,
  };
}

/** True for a gratuitous ARP, as request or as reply (RFC 5227 section 3 calls it an announcement). */
export function isAnnouncement(packet: CapturedPacket, address: string): boolean {
  const { text } = packet;
  if (!text.includes('ARP')) return false;
  const asRequest = text.includes(`who-has ${address} `) && text.includes(`tell ${address}, `);
  return asRequest || text.includes(`Reply ${address} is-at`);
}

function isQuestion(
  packet: CapturedPacket,
  what: { readonly vip: string; readonly by: LabNode },
): boolean {
  const isBroadcast = packet.to === 'ff:ff:ff:ff:ff:ff';
  const isByClient = packet.from === what.by.mac('eth0');
  return isBroadcast && isByClient && packet.text.includes(`who-has ${what.vip}`);
}
