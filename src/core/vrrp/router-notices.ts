/** What the router reports that belongs to no single instance, within limits. */
import type { Instant } from '../base/time.ts';
import type { RefusedFrames } from './announce-channel.ts';
import type { PacketEvent, VrrpAction } from './events-and-actions.ts';
import type { HostPicture } from './host-picture.ts';
import { type NoticeBudget, NoticeLimiter, silentOnes } from './notices.ts';

/** Says it, with the names of interfaces as the host has them now. */
export class RouterNotices {
  readonly #notices: NoticeLimiter;
  readonly #host: Pick<HostPicture, 'interfaceName'>;

  constructor(budget: NoticeBudget, host: Pick<HostPicture, 'interfaceName'>) {
    this.#notices = new NoticeLimiter(budget);
    this.#host = host;
  }

  /** Announcements that the kernel refuses are late, or have left after all. */
  announcementsRefused(
    frames: readonly RefusedFrames[],
    now: Instant,
    out: { push(action: VrrpAction): void },
  ): void {
    for (const { ifindex, outcome, ...fields } of frames) {
      const id = outcome === 'late' ? 'vrrp.announcementsLate' : 'vrrp.announcementsLeft';
      const admitted = this.#notices.admit(id, now, `${ifindex} ${fields.kind}`);
      if (admitted === undefined) continue;
      const name = this.#host.interfaceName(ifindex);
      out.push({ type: 'notice', id, interface: name, ...fields, ...silentOnes(admitted) });
    }
  }

  /** An advertisement of a virtual router that nobody here knows. */
  unknownVrid(
    { ifindex, source }: PacketEvent,
    [, vrid = 0]: Uint8Array,
    now: Instant,
    out: { push(action: VrrpAction): void },
  ): void {
    const id = 'vrrp.unknownVrid';
    const admitted = this.#notices.admit(id, now, `${ifindex} ${vrid}`);
    if (admitted === undefined) return;
    const fields = { source, vrid, interface: this.#host.interfaceName(ifindex) };
    out.push({ type: 'notice', id, ...fields, ...silentOnes(admitted) });
  }
}
