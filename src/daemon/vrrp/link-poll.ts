/** Asks interfaces for their links, once a second, and tells when an answer has changed (keyword `linkbeat_interfaces`). */
import type { Trouble } from '../../core/facts/troubles.ts';
import type { LinkPollMethod } from '../../core/model/links.ts';
import type { PolledLinkFact } from '../../core/vrrp/polled-links.ts';

/** As often as keepalived does, milliseconds. */
const POLL_MS = 1_000;

/** What a poll works with and reports to. */
export interface LinkPollOptions {
  /** Asks one interface; undefined where its driver does not tell. Rejects with KernelError when it is not there. */
  readonly ask: (name: string) => Promise<boolean | undefined>;
  /** An answer has changed, or an interface answers no more. */
  readonly onChange: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** The polled links of one host. */
export class LinkPoll {
  readonly #options: LinkPollOptions;
  #wanted: ReadonlyMap<string, LinkPollMethod | undefined> = new Map();
  readonly #known = new Map<string, boolean>();
  /** Those that told nothing, said once. */
  readonly #mute = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(options: LinkPollOptions) {
    this.#options = options;
  }

  /** What was answered last. */
  get facts(): readonly PolledLinkFact[] {
    return Array.from(this.#known, ([name, hasLink]) => ({ interface: name, hasLink }));
  }

  /** Polls these interfaces from now on, and resolves when each was asked once. */
  async configure(wanted: ReadonlyMap<string, LinkPollMethod | undefined>): Promise<void> {
    this.#wanted = wanted;
    for (const known of [this.#known, this.#mute]) {
      for (const name of known.keys()) if (!wanted.has(name)) known.delete(name);
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (wanted.size === 0) return;
    this.#timer = setInterval(() => void this.#ask(), POLL_MS);
    await this.#ask();
  }

  /** Polls no more. */
  close(): void {
    clearInterval(this.#timer);
    this.#wanted = new Map();
  }

  /** One round; a kernel that does not answer in a second is not asked twice at a time. */
  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    let hasChanged = false;
    for (const name of this.#wanted.keys()) {
      const hasLink = await this.#linkOf(name);
      if (hasLink === this.#known.get(name) || !this.#wanted.has(name)) continue;
      hasChanged = true;
      if (hasLink === undefined) this.#known.delete(name);
      else this.#known.set(name, hasLink);
    }
    this.#isAsking = false;
    if (hasChanged) this.#options.onChange();
  }

  /** Without an answer the interface is as the kernel reports it. */
  async #linkOf(name: string): Promise<boolean | undefined> {
    try {
      const hasLink = await this.#options.ask(name);
      if (hasLink !== undefined) this.#mute.delete(name);
      else
        this.#say(name, 'EOPNOTSUPP', 'its driver does not tell; what the kernel reports counts');
      return hasLink;
    } catch (error) {
      this.#say(name, '', String(error));
      return undefined;
    }
  }

  #say(name: string, errno: string, detail: string): void {
    if (this.#mute.has(name)) return;
    this.#mute.add(name);
    this.#options.onTrouble({ operation: 'poll-link', about: name, errno, detail });
  }
}
