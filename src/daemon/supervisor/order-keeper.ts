/**
 * Keeps what operators have ordered for real servers, and who leaves: over reloads, restarts of the health process and of Tandem itself. What follows
 * from it decides the health core, which is given the whole book at each change.
 */
import { err, type Result } from '../../core/base/result.ts';
import { elapsed, instant, toSeconds } from '../../core/base/time.ts';
import type { ControlRequest, ReplyOf } from '../../core/control/commands.ts';
import type { ControlError } from '../../core/control/messages.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import { orderWords } from '../../core/facts/order-facts.ts';
import { afterReload } from '../../core/health/orders-after-reload.ts';
import { serverKey } from '../../core/health/server-key.ts';
import {
  type Left,
  leavingKey,
  NO_ORDERS,
  type OrderBook,
  withDrained,
  withLeft,
} from '../../core/health/server-orders.ts';
import { type Config, endpointKey } from '../../core/model/config.ts';
import type { ToHealth } from '../frame/messages.ts';
import type { Knowledge } from './knowledge.ts';
import type { Running } from './running.ts';
import type { RuntimeRecord } from './runtime-record.ts';

/** Orders from before a start that a line names. */
const NAMED_MAX = 10;

/** What the keeper works with. */
export interface OrderKeeperOptions {
  readonly running: Pick<Running, 'config'>;
  readonly knowledge: Pick<Knowledge, 'virtualServers'>;
  readonly record: () => Pick<RuntimeRecord, 'touch' | 'write'>;
  /** False where no health process is to run. */
  readonly hasHealth: boolean;
  /** To the health process; one that is down is given the book when it is back. */
  readonly send: (message: ToHealth) => void;
  readonly tell: (fact: Fact) => void;
  /** Monotonic microseconds. */
  readonly now: () => number;
}

/** The keeper of the book. */
export class OrderKeeper {
  readonly #options: OrderKeeperOptions;
  #book: OrderBook = NO_ORDERS;
  /** Said to be drained, and not in the book yet: thousands may come one by one, and the book is as long. */
  readonly #drained = new Set<string>();

  constructor(options: OrderKeeperOptions) {
    this.#options = options;
  }

  /** The book as it is now. */
  get book(): OrderBook {
    if (this.#drained.size > 0) {
      this.#book = withDrained(this.#book, this.#drained);
      this.#drained.clear();
    }
    return this.#book;
  }

  /** Takes over what a predecessor left, as far as the configuration has the servers. */
  inherit(book: OrderBook): void {
    const { virtualServers } = this.#options.running.config;
    this.#book = this.#follow(book, virtualServers, virtualServers, () => false);
    const { orders } = this.#book;
    if (orders.length === 0) return;
    const servers = orders
      .slice(0, NAMED_MAX)
      .map((order) => `${order.server} (${orderWords(order)})`);
    this.#options.tell({ id: 'server.orders-kept', orders: orders.length, servers });
  }

  /** Carries `tandem server` out. The answer goes out when the record is on disk. */
  async byOperator(
    request: ControlRequest<'server'>,
  ): Promise<Result<ReplyOf<'server'>, ControlError>> {
    const { running, knowledge, hasHealth, now, record, tell } = this.#options;
    if (!hasHealth) {
      return err({ code: 'refused', message: 'this Tandem runs without checkers and IPVS' });
    }
    const { orderServers } = await import('../../core/control/server-command.ts');
    const outcome = orderServers(request, {
      virtualServers: running.config.virtualServers,
      views: knowledge.virtualServers,
      book: this.book,
      now: instant(now()),
    });
    if (outcome.ok) {
      this.#book = outcome.value.book;
      record().write();
      this.#send();
    }
    const { action, server = 'all servers', service, weight } = request;
    const target = [
      action,
      ...(weight === undefined ? [] : [String(weight)]),
      `of ${server}`,
      ...(service === undefined ? [] : [`in ${service}`]),
    ].join(' ');
    const said = outcome.ok ? outcome.value.report.message : outcome.error.message;
    tell({
      id: 'operator.server',
      target,
      origin: 'cli',
      outcome: said.replaceAll('\n', '; '),
    });
    return outcome.ok ? { ok: true, value: outcome.value.report } : outcome;
  }

  /** A reload comes into force: orders go with their servers, and servers that were in service may leave slowly. */
  follow(before: Config, after: Config): void {
    const inService = new Set<string>();
    for (const { key, realServers } of this.#options.knowledge.virtualServers.values()) {
      for (const { key: server, alive, effectiveWeight } of realServers) {
        if (alive && effectiveWeight !== undefined) inService.add(serverKey(key, server));
      }
    }
    const book = this.book;
    this.#setBook(
      this.#follow(book, before.virtualServers, after.virtualServers, (server) =>
        inService.has(server),
      ),
    );
  }

  /** The health process found servers of a predecessor in the table that the file does not have: they leave, and the health process goes by that already. */
  adopt(left: Left): void {
    this.#setBook(withLeft(this.book, left));
  }

  /** Who begins to leave is told. */
  #setBook(book: OrderBook): void {
    const known = new Set(this.book.leaving.map(leavingKey));
    this.#book = book;
    for (const one of this.#book.leaving) {
      if (known.has(leavingKey(one))) continue;
      const { virtualServer, server, since, until } = one;
      const realServer = endpointKey(server.address, server.port);
      const seconds = toSeconds(elapsed(since, until));
      this.#options.tell({ id: 'server.leaving', virtualServer, realServer, seconds });
    }
    this.#options.record().touch();
  }

  /** The health process says that a server is drained: it stays so, whoever asks. */
  hear(fact: Fact): void {
    if (fact.id !== 'server.drained') return;
    this.#drained.add(serverKey(fact.virtualServer, fact.realServer));
    this.#options.record().touch();
  }

  #follow(
    book: OrderBook,
    before: Config['virtualServers'],
    after: Config['virtualServers'],
    isInService: (server: string) => boolean,
  ): OrderBook {
    return afterReload(book, { before, after, isInService, now: instant(this.#options.now()) });
  }

  #send(): void {
    this.#options.send({ type: 'orders', book: this.book });
  }
}
