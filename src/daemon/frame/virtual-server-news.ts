/**
 * How a list of virtual servers travels to the health process: of what that process has already only the place in its last list is told. A
 * reload of tens of thousands of servers costs what has changed.
 */
import { sameData } from '../../core/base/same-data.ts';
import type { VirtualServerConfig } from '../../core/model/config.ts';

/** A virtual server, or its place in the list before when nothing of it has changed. */
export type VirtualServerNews = VirtualServerConfig | number;

/** The side that tells: remembers what one process was told. */
export class ToldVirtualServers {
  #told: readonly VirtualServerConfig[] = [];

  /** Another process knows nothing. */
  forget(): void {
    this.#told = [];
  }

  /** What to tell, so that the other side has this list. */
  next(virtualServers: readonly VirtualServerConfig[]): readonly VirtualServerNews[] {
    const places = new Map<string, number>();
    for (const [place, { key }] of this.#told.entries())
      if (!places.has(key)) places.set(key, place);
    const news = virtualServers.map((server) => {
      const place = places.get(server.key);
      return place !== undefined && sameData(this.#told[place], server) ? place : server;
    });
    this.#told = virtualServers;
    return news;
  }
}

/**
 * The side that hears: the whole list, with the same objects for what is the same.
 *
 * @throws RangeError for a place that the list before does not have: who goes on without a virtual server would take it out of the kernel
 */
export function heardVirtualServers(
  before: readonly VirtualServerConfig[],
  news: readonly VirtualServerNews[],
): readonly VirtualServerConfig[] {
  return news.map((one) => {
    const server = typeof one === 'number' ? before[one] : one;
    if (server === undefined) throw new RangeError(`no virtual server is known at place ${one}`);
    return server;
  });
}
