/**
 * Which routes and rules the vrrp process looks at: those that the configuration names and those that it held. Without any, the
 * kernel is neither asked nor heard.
 */
import type { Held } from '../../core/holdings/left-behind.ts';
import type { RoutingEntry } from '../../core/holdings/routing-entry.ts';
import type { RoutingView } from '../../core/holdings/routing-ledger.ts';
import { type RoutingQuestion, routingQuestion } from '../../core/holdings/routing-question.ts';
import { entriesOf, staticEntriesOf } from '../../core/holdings/routing-wishes.ts';
import type { VrrpConfig } from '../../core/vrrp/events-and-actions.ts';
import type { RoutingMonitorHandlers } from '../../drivers/rtnetlink.ts';
import type { NetworkKernel } from './ports.ts';

/** What is looked at, and for whom. */
export interface RoutingWatchOptions {
  readonly kernel: Pick<NetworkKernel, 'monitorRouting'>;
  readonly handlers: RoutingMonitorHandlers;
  readonly config: () => VrrpConfig | undefined;
  /** What a predecessor held. */
  readonly held: () => readonly Held[];
  /** What is held or was. */
  readonly entries: () => readonly RoutingEntry[];
}

/** RTPROT_UNSPEC: what no one has marked. */
const UNMARKED = 0;

/** Keeps the kernel's notifications to what is looked at. */
export class RoutingWatch {
  readonly #options: RoutingWatchOptions;
  #marks = '';
  #sent: readonly RoutingView[] = [];

  constructor(options: RoutingWatchOptions) {
    this.#options = options;
  }

  /** What the kernel is to be asked for now; it reports changes of the same from here on. Throws OsError. */
  question(): RoutingQuestion | undefined {
    const { config: configOf, held, entries, kernel, handlers } = this.#options;
    const config = configOf();
    const all = [
      ...(config === undefined ? [] : config.instances.flatMap(entriesOf)),
      ...staticEntriesOf(config?.statics),
      ...held().flatMap((one) => ('entry' in one ? one.entry : [])),
      ...entries(),
    ];
    const question = routingQuestion(all);
    const marks = new Set(all.map(protocolOf));
    const key = [...marks].sort().join(' ');
    if (key !== this.#marks) {
      this.#marks = key;
      kernel.monitorRouting(marks, handlers);
    }
    return question;
  }

  /** A view that is worth sending; undefined when the last one says the same. */
  news(view: readonly RoutingView[]): readonly RoutingView[] | undefined {
    const sent = this.#sent;
    const isSame =
      view.length === sent.length && view.every((one, index) => isSameView(one, sent[index]));
    if (isSame) return undefined;
    this.#sent = view;
    return view;
  }
}

function protocolOf(entry: RoutingEntry): number {
  const { protocol } = entry.kind === 'route' ? entry.route : entry.rule;
  return typeof protocol === 'number' ? protocol : UNMARKED;
}

function isSameView(a: RoutingView, b: RoutingView | undefined): boolean {
  if (b === undefined || a.owner !== b.owner || a.expected !== b.expected) return false;
  const objectOf = ({ entry }: RoutingView): object =>
    entry.kind === 'route' ? entry.route : entry.rule;
  return (
    objectOf(a) === objectOf(b) &&
    a.present === b.present &&
    a.restored === b.restored &&
    JSON.stringify(a.problem) === JSON.stringify(b.problem)
  );
}
