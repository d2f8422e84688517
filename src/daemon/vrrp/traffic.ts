/** What the vrrp process says about its traffic at the level `debug`. While nobody wants it, nothing is made of a packet. */
import type { TraceReport } from '../../core/facts/trace-facts.ts';
import { entryText } from '../../core/holdings/routing-entry.ts';
import { messageOf } from '../../core/vrrp/accepted-advertisement.ts';
import type { PacketEvent, VrrpAction } from '../../core/vrrp/events-and-actions.ts';
import { Trace } from '../frame/trace.ts';
import type { HoldingOperation } from './holdings-reconciler.ts';

type Advertisement = Extract<VrrpAction, { type: 'sendAdvertisement' }>;
type Announcement = Extract<VrrpAction, { type: 'announce' }>;

/** The traffic of this process; `errno` is what the kernel answered, undefined when it took it. */
export class VrrpTraffic {
  readonly #trace: Trace;

  constructor(report: (report: TraceReport) => void) {
    this.#trace = new Trace(report);
  }

  /** Switches it on or off. */
  turn(isOn: boolean): void {
    this.#trace.turn(isOn);
  }

  /** A packet arrived; nobody has looked at it. */
  received(event: PacketEvent): void {
    this.#trace.say(() => {
      const { source, destination, ifindex } = event;
      const message = messageOf(event);
      const says = { vrid: message[1] ?? 0, priority: message[2] ?? 0, bytes: message.length };
      return { id: 'trace.advert-received', source, destination, ifindex, ...says };
    });
  }

  /** An advertisement was given to the kernel. */
  sent(action: Advertisement, errno: string | undefined): void {
    this.#trace.say(() => {
      const { instance, destination, priority } = action;
      return { id: 'trace.advert-sent', instance, destination, priority, ...answer(errno) };
    });
  }

  /** An announcement was given to the kernel. */
  announced(action: Announcement, errno: string | undefined): void {
    this.#trace.say(() => {
      const { instance, kind, address, ifindex } = action;
      return { id: 'trace.announced', instance, kind, address, ifindex, ...answer(errno) };
    });
  }

  /** The kernel was asked for something that is held, or to take it away. */
  asked(one: HoldingOperation, errno: string | undefined): void {
    this.#trace.say(() => {
      if (one.of === 'routing') {
        const { type: operation, entry } = one.operation;
        return { id: 'trace.routing', operation, entry: entryText(entry), ...answer(errno) };
      }
      const { type: operation, address: vip } = one.operation;
      const { address, prefixLength, interface: device } = vip;
      const said = { operation, address: `${address}/${prefixLength}`, interface: device };
      return { id: 'trace.netlink', ...said, ...answer(errno) };
    });
  }
}

function answer(errno: string | undefined): { readonly errno?: string } {
  return errno === undefined ? {} : { errno };
}
