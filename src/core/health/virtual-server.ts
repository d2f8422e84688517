/** One virtual server: its real servers, the weight of those alive, and its quorum. */
import type { VirtualServerConfig } from '../config/model.ts';
import { nextQuorum } from './quorum.ts';
import type { RealServer } from './real-server.ts';
import type { VirtualServerView } from './types.ts';

/** The state of a virtual server. The machine is its only user. */
export class VirtualServer {
  readonly key: string;
  config: VirtualServerConfig;
  servers: ReadonlyMap<string, RealServer> = new Map();
  /** Sum of the weights of the servers that are alive; kept up to date by the machine. */
  aliveWeight = 0;
  /** A virtual server begins without its quorum, so that gaining it is an event. */
  quorumUp = false;

  constructor(config: VirtualServerConfig) {
    this.key = config.key;
    this.config = config;
  }

  /** True when the sorry server has to stand in. */
  get sorryServerActive(): boolean {
    return !this.quorumUp && this.config.sorryServer !== undefined;
  }

  /** Adds up the living weight anew, after servers or weights were changed by a configuration. */
  recount(): void {
    this.aliveWeight = 0;
    for (const server of this.servers.values()) this.aliveWeight += server.aliveWeight;
  }

  /** Brings `quorumUp` up to date; true when it changed. */
  reviewQuorum(): boolean {
    const wasUp = this.quorumUp;
    this.quorumUp = nextQuorum(wasUp, {
      aliveWeight: this.aliveWeight,
      quorum: this.config.quorum,
      hysteresis: this.config.hysteresis,
    });
    return this.quorumUp !== wasUp;
  }

  /** A snapshot. */
  view(): VirtualServerView {
    return {
      key: this.key,
      title: this.config.title,
      quorumUp: this.quorumUp,
      sorryServerActive: this.sorryServerActive,
      aliveWeight: this.aliveWeight,
      realServers: [...this.servers.values()].map((server) => server.view()),
    };
  }
}
