/**
 * Looking at packets: `tcpdump` on an interface of a node, as lines of text to wait for and as a pcap file to keep.
 */
import type { Expected } from './expect.ts';
import { expectWithin } from './expect.ts';
import type { LabNode } from './node.ts';
import type { LabProcess } from './process.ts';

/** A captured packet. */
export interface CapturedPacket {
  /** Kernel time stamp, wall-clock milliseconds with fraction. */
  readonly atMs: number;
  /** Ethernet source and destination, lower case. */
  readonly from: string;
  readonly to: string;
  /** tcpdump's line after time and Ethernet addresses. */
  readonly text: string;
}

const START_MS_MAX = 10_000;

/** A running capture. Made by `startCapture`. */
export class Capture {
  /** The pcap file. */
  readonly file: string;
  readonly #process: LabProcess;

  constructor(process: LabProcess, file: string) {
    this.#process = process;
    this.file = file;
  }

  /** Packets so far that match, oldest first. */
  packets(matches: (packet: CapturedPacket) => boolean = () => true): readonly CapturedPacket[] {
    return parseCapture(this.#process.lines.map((line) => line.text)).filter(matches);
  }

  /** Waits for a packet, also among those captured already. @throws ExpectationError after the limit. */
  waitFor(
    description: string,
    matches: (packet: CapturedPacket) => boolean,
    options: { readonly withinMs: number },
  ): Promise<Expected<CapturedPacket>> {
    return expectWithin(description, () => this.packets(matches)[0], {
      withinMs: options.withinMs,
      everyMs: 20,
    });
  }

  /** Ends it with the file complete. A packet of the last moment may be missing: wait for what matters first. */
  async stop(): Promise<void> {
    await this.#process.stop({ signal: 'SIGINT' });
  }
}

/**
 * Captures on an interface of a node.
 *
 * @param filter pcap filter expression, such as `arp or proto 112`
 */
export async function startCapture(
  node: LabNode,
  options: { readonly device: string; readonly filter?: string; readonly name?: string },
): Promise<Capture> {
  const name = options.name ?? `capture-${options.device}`;
  const file = node.file(`${name}.pcap`);
  // -v shows all fields of a VRRP advertisement.
  const argv = ['tcpdump', '-i', options.device, '-n', '-tt', '-e', '-l', '-U', '-v', '--print'];
  // Without immediate mode packets wait in the kernel's buffer for up to a second, and are lost at the end.
  argv.push('--immediate-mode');
  const started = await node.start(name, [...argv, '-w', file, options.filter ?? '']);
  await started.waitForLine(/listening on/, { withinMs: START_MS_MAX });
  return new Capture(started, file);
}

/** Reads the lines of `tcpdump -tt -e -v`. A packet is one line and the indented lines after it. */
export function parseCapture(lines: readonly string[]): readonly CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  for (const line of lines) {
    const last = packets.at(-1);
    if (/^\s/.test(line) && last !== undefined) {
      packets[packets.length - 1] = { ...last, text: `${last.text} ${line.trim()}` };
      continue;
    }
    const found = /^(\d+\.\d+) ([0-9a-f:]{17}) > ([0-9a-f:]{17}), (.*)$/.exec(line);
    if (found === null) continue;
    const [, seconds = '', from = '', to = '', text = ''] = found;
    packets.push({ atMs: Number(seconds) * 1000, from, to, text });
  }
  return packets;
}
