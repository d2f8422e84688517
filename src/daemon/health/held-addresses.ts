/**
 * Which of some addresses this host has, kept up to date by the kernel's notifications. It reads all addresses at each change: several changes that
 * come together cost one reading more. Without an address to watch it opens nothing.
 */
import type { IpAddress } from '../../core/base/address.ts';
import { OneAtATime } from '../../core/base/one-at-a-time.ts';
import { KernelError } from '../../drivers/kernel-error.ts';
import type { AddressPort } from './ports.ts';

/** What the watch is built with. */
export interface HeldAddressesOptions {
  /** Opens the kernel's addresses. Throws OsError. */
  readonly open: () => AddressPort;
  /** Those of the watched addresses that an interface has: at first, and when that changed. */
  readonly onHeld: (held: ReadonlySet<IpAddress>) => void;
  /** A reading failed; it is tried again with `retry`. */
  readonly onProblem: (errno: string, detail: string) => void;
}

/** The watch. */
export class HeldAddresses {
  readonly #options: HeldAddressesOptions;
  #watched: ReadonlySet<IpAddress> = new Set();
  #kernel: AddressPort | undefined;
  readonly #reading = new OneAtATime({
    work: () => this.#readOnce(),
    again: () => {
      if (this.#watched.size > 0) this.#read();
    },
  });
  #hasFailed = false;
  #last: string | undefined;

  constructor(options: HeldAddressesOptions) {
    this.#options = options;
  }

  /** From now on these addresses; none ends the watch. */
  watch(addresses: ReadonlySet<IpAddress>): void {
    this.#watched = addresses;
    this.#last = undefined;
    if (addresses.size === 0) this.close();
    else this.#read();
  }

  /** Tries again what failed; call it now and then. */
  retry(): void {
    if (this.#hasFailed) this.#read();
  }

  /** Ends the watch: a reading that is under way is told to nobody. */
  close(): void {
    this.#watched = new Set();
    this.#shut();
  }

  #shut(): void {
    this.#kernel?.close();
    this.#kernel = undefined;
    this.#hasFailed = false;
  }

  #read(): void {
    void this.#reading.run();
  }

  async #readOnce(): Promise<void> {
    try {
      this.#kernel ??= this.#openKernel();
      const { addresses } = await this.#kernel.dump();
      this.#hasFailed = false;
      if (this.#watched.size > 0) this.#tell(new Set(addresses.map(({ address }) => address)));
    } catch (error) {
      // Closed meanwhile: nobody waits for it.
      if (this.#watched.size === 0) return;
      const wasNews = !this.#hasFailed;
      this.#shut();
      this.#hasFailed = true;
      const errno = error instanceof KernelError ? error.errnoName : '';
      if (wasNews) this.#options.onProblem(errno, String(error));
    }
  }

  #openKernel(): AddressPort {
    const kernel = this.#options.open();
    kernel.monitor({
      onChange: ({ type }) => {
        if (type === 'address' || type === 'addressRemoved') this.#read();
      },
      onOverrun: () => this.#read(),
    });
    return kernel;
  }

  #tell(present: ReadonlySet<IpAddress>): void {
    const held = new Set([...this.#watched].filter((address) => present.has(address)));
    const text = [...held].join();
    if (text === this.#last) return;
    this.#last = text;
    this.#options.onHeld(held);
  }
}
