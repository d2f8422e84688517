/** Facts about what operators order for real servers, and about servers that keep their connections for a while. */
import { spanText } from '../base/span-text.ts';
import { toSeconds } from '../base/time.ts';
import type { ConnectionCounts } from '../health/draining.ts';
import type { HealthReport } from '../health/events-and-actions.ts';
import type { OrderedState } from '../health/server-orders.ts';
import type { FactEntries, Reported } from './entry.ts';
import { count } from './words.ts';

const OF_SERVER = {
  virtualServer: 'key of the virtual server',
  realServer: 'address and port of the server',
};

/** Fields of these facts, by id. */
export interface OrderFacts {
  readonly 'server.ordered': Reported<HealthReport, 'serverOrdered'>;
  readonly 'server.drained': Reported<HealthReport, 'serverDrained'>;
  readonly 'server.leaving': {
    readonly virtualServer: string;
    readonly realServer: string;
    readonly seconds: number;
  };
  readonly 'server.orders-kept': { readonly orders: number; readonly servers: readonly string[] };
}

/** Their entries. */
export const ORDER_FACTS: FactEntries<OrderFacts> = {
  'server.ordered': {
    component: 'health',
    level: 'notice',
    text: ({ virtualServer, realServer, order }) =>
      `real server ${realServer} of ${virtualServer} ${orderText(order)}`,
    meaning:
      'An operator took a real server out of service, gave it another weight, or gave it back (`tandem server`).',
    fields: {
      ...OF_SERVER,
      order: 'what was ordered: `drain`, `maintenance`, `weight` with its `weight`, or `none`',
    },
    shown: ({ order }) => ({
      order: order.kind,
      ...(order.kind === 'weight' && { weight: order.weight }),
    }),
  },
  'server.drained': {
    component: 'health',
    level: ({ isInTime }) => (isInTime ? 'notice' : 'warning'),
    text: ({ virtualServer, realServer, leaves, isInTime, left, took }) => {
      const what = `real server ${realServer} of ${virtualServer}`;
      const end = leaves ? 'has left the table' : 'is drained, and out of the table';
      const time = spanText(toSeconds(took));
      if (isInTime) return `${what} ${end} after ${time}: no connection is left`;
      const cut = total(left) === 0 ? '' : `, and ${connectionsText(left)} cut`;
      return `${what} ${end}: its time of ${time} is over${cut}`;
    },
    meaning:
      'A server that got no new connections has none left, or no time (`tandem server drain`, `drain_time`).',
    fields: {
      ...OF_SERVER,
      leaves: 'whether it is no longer in the configuration',
      isInTime: 'whether all connections ended by themselves',
      left: 'what is cut, as `active`, `inactive` and `persistent`',
      took: 'as `seconds`',
    },
    shown: ({ left, took }) => ({
      left: undefined,
      took: undefined,
      ...left,
      seconds: toSeconds(took),
    }),
  },
  'server.leaving': {
    component: 'health',
    level: 'notice',
    text: ({ virtualServer, realServer, seconds }) =>
      `real server ${realServer} of ${virtualServer} gets no new connections, and keeps those that it has for at most ${spanText(seconds)}`,
    meaning: 'A reload took a server away that was in service (`drain_time`).',
    fields: { ...OF_SERVER, seconds: 'how long at the most' },
  },
  'server.orders-kept': {
    component: 'main',
    level: 'notice',
    text: ({ orders, servers }) => {
      const more = orders - servers.length;
      const names = [...servers, ...(more > 0 ? [`${more} more`] : [])].join('; ');
      return `${count(orders, 'order')} of operators from before this start ${orders === 1 ? 'is' : 'are'} in force: ${names}`;
    },
    meaning:
      'What an operator ordered for real servers outlives a restart of Tandem; `tandem server enable` takes it back.',
    fields: { orders: 'how many', servers: 'the first of them: what, and for which server' },
  },
};

/** An order in a few words: `drain`, `weight 5`. */
export function orderWords(order: OrderedState): string {
  return order.kind === 'weight' ? `weight ${order.weight}` : order.kind;
}

/** What an order does to a server, behind its name. */
function orderText(order: OrderFacts['server.ordered']['order']): string {
  switch (order.kind) {
    case 'drain':
      return 'is drained by an operator: it gets no new connections';
    case 'maintenance':
      return 'is taken out for maintenance by an operator';
    case 'weight':
      return `has weight ${order.weight} by an operator`;
    case 'none':
      return 'is given back by an operator: its configuration and its checks count again';
  }
}

/** `3 active and 1 inactive connections are`. */
function connectionsText(left: ConnectionCounts): string {
  const kinds = ['active', 'inactive', 'persistent'] as const;
  const parts = kinds.flatMap((kind) => (left[kind] > 0 ? [`${left[kind]} ${kind}`] : []));
  return `${parts.join(' and ')} ${total(left) === 1 ? 'connection is' : 'connections are'}`;
}

function total({ active, inactive, persistent }: ConnectionCounts): number {
  return active + inactive + persistent;
}
