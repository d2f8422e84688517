/**
 * Carries out what the account of interfaces (`core/holdings/link-ledger.ts`) decides, whenever the host is read: what
 * a reading shows has its interfaces as they should be, as far as the kernel lets them. Decides nothing.
 */
import type { Instant } from '../../core/base/time.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import {
  type HeldLinks,
  LinkLedger,
  type LinkView,
  type LinkWork,
} from '../../core/holdings/link-ledger.ts';
import type { LinkOperation, NetlinkLinkOperation } from '../../core/holdings/link-plan.ts';
import type { LinkNotice } from '../../core/holdings/link-reports.ts';
import type { ChangedSetting } from '../../core/holdings/parent-settings.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import type {
  AddressFact,
  InterfaceFact,
  NamedLinkProblem,
} from '../../core/vrrp/events-and-actions.ts';
import type { HoldingMark } from './holdings-reconciler.ts';
import type { NetworkKernel } from './ports.ts';

/** An interface is made, completed and set up, each with a look at what came of it; more is a fight with somebody. */
const ROUNDS_MAX = 5;

/** What the keeper works with and reports to. */
export interface LinkKeeperOptions {
  readonly kernel: Pick<NetworkKernel, 'dump' | 'changeLinks'>;
  /** `net.ipv4.conf.all.rp_filter` is 1. */
  readonly isStrict: () => boolean;
  /** Sets `accept_ra` of an interface to 0; an errno name when that is not possible. */
  readonly refuseRouters: (name: string) => string | undefined;
  readonly now: () => Instant;
  readonly onNotice: (notice: LinkNotice) => void;
  readonly onTrouble: (trouble: Trouble) => void;
  /** Something waits: the host is to be read again. */
  readonly onDue: () => void;
}

/** The host after its interfaces were put right. */
export interface KeptDump {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  readonly linkProblems: readonly NamedLinkProblem[];
  /** The points of the accounts of what is held at which the reading began. */
  readonly asOf: HoldingMark;
}

/** The interfaces of all instances. */
export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  readonly #ledger = new LinkLedger();
  /** One at a time: a reading acts on what it has seen. */
  #work: Promise<unknown> = Promise.resolve();
  #due: NodeJS.Timeout | undefined;
  /** Refusals that were told, until the operation succeeds. */
  readonly #told = new Set<string>();
  #isClosed = false;

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
  }

  /** What a predecessor held. */
  inherit(held: HeldLinks): void {
    this.#ledger.inherit(held);
  }

  /** The instances of the configuration that is to come into force; what nobody wants any more stays until `release`. */
  configure(instances: readonly VrrpInstanceConfig[]): void {
    this.#ledger.configure(instances);
  }

  /** Reads the host, and puts the interfaces right. `mark` gives the point that a reading belongs to. Rejects with KernelError. */
  dump(mark: () => HoldingMark): Promise<KeptDump> {
    return this.#alone(async () => {
      for (let round = 1; ; round++) {
        const asOf = mark();
        const { links, ...host } = await this.#options.kernel.dump(!this.#ledger.isIdle);
        const about = { now: this.#options.now(), isStrict: this.#options.isStrict() };
        const work = this.#ledger.plan({ links, addresses: host.addresses }, about);
        this.#say(work);
        if (work.operations.length === 0 || round > ROUNDS_MAX) {
          this.#wake();
          return { ...host, asOf, linkProblems: this.#problems() };
        }
        await this.#carryOut(work.operations);
      }
    });
  }

  /** An instance takes its addresses, or gives them up. What follows is in the kernel when this returns. */
  hold(instance: string, isMaster: boolean): void {
    const operations = this.#ledger.hold(instance, isMaster);
    if (operations.length > 0) void this.#carryOut(operations);
  }

  /** Removes what nobody wants any more, and puts settings back. Rejects with KernelError. */
  release(): Promise<void> {
    return this.#alone(async () => {
      if (this.#ledger.isIdle) return;
      const { links, addresses } = await this.#options.kernel.dump(true);
      const work = this.#ledger.release({ links, addresses });
      this.#say(work);
      await this.#carryOut(work.operations);
    });
  }

  /** All interfaces, as they should be and as they are. */
  view(): LinkView[] {
    return this.#ledger.view();
  }

  /** What was changed at interfaces of others. */
  changed(): ChangedSetting[] {
    return this.#ledger.changed();
  }

  /** Does nothing more by itself. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#due);
  }

  #alone<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#work.then(act);
    this.#work = result.catch(() => undefined);
    return result;
  }

  async #carryOut(operations: readonly LinkOperation[]): Promise<void> {
    for (const part of parts(operations)) {
      if (part.type === 'netlink') {
        const answers = await this.#options.kernel.changeLinks(part.operations);
        for (const [index, operation] of part.operations.entries()) {
          const error = answers[index];
          this.#ended(operation, error?.errnoName, error?.explanation ?? '');
        }
      } else {
        const { operation } = part;
        this.#ended(operation, this.#options.refuseRouters(operation.name), '');
      }
    }
  }

  #ended(operation: LinkOperation, errno: string | undefined, detail: string): void {
    const about = `${operation.type} ${operation.name}`;
    if (errno === undefined) {
      this.#told.delete(about);
      return;
    }
    // What is gone, or there already, shows in the next look.
    if (errno === 'ENODEV' || errno === 'EEXIST') return;
    this.#ledger.refused(operation, errno, this.#options.now());
    if (this.#told.has(about)) return;
    this.#told.add(about);
    const trouble = { operation: 'change-interface', about: operation.name, errno } as const;
    this.#options.onTrouble({ ...trouble, ...(detail !== '' && { detail }) });
  }

  #problems(): NamedLinkProblem[] {
    return this.#ledger
      .view()
      .flatMap(({ link, problem }) => (problem ? { interface: link.name, problem } : []));
  }

  #say({ notices }: LinkWork): void {
    for (const notice of notices) this.#options.onNotice(notice);
  }

  #wake(): void {
    clearTimeout(this.#due);
    const due = this.#ledger.deadline;
    if (due === undefined || this.#isClosed) return;
    const delayMs = Math.max(0, due - this.#options.now()) / 1_000;
    this.#due = setTimeout(() => this.#options.onDue(), Math.ceil(delayMs) + 1);
  }
}

type Part =
  | { readonly type: 'netlink'; readonly operations: NetlinkLinkOperation[] }
  | { readonly type: 'file'; readonly operation: Exclude<LinkOperation, NetlinkLinkOperation> };

/** In order: what goes to the kernel in one batch, and what is written into files between. */
function parts(operations: readonly LinkOperation[]): Part[] {
  const out: Part[] = [];
  for (const operation of operations) {
    const last = out.at(-1);
    if (operation.type === 'refuse-routers') out.push({ type: 'file', operation });
    else if (last?.type === 'netlink') last.operations.push(operation);
    else out.push({ type: 'netlink', operations: [operation] });
  }
  return out;
}
