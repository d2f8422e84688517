/**
 * A director under test, whichever program it is: started with a configuration on a node, reloaded, stopped in order, or killed as by a power
 * cut. Scenarios are written against this, so that the same scenario runs with Tandem and with keepalived.
 */
import type { LabNode } from '../node.ts';
import type { LabProcess } from '../process.ts';

/** The programs that can be a director. */
export type DirectorKind = 'tandem' | 'keepalived';

/** The programs that can take part in an election; FRR's vrrpd knows VRRP only. */
export type RouterKind = DirectorKind | 'frr';

/** How a reload ended. */
export interface ReloadOutcome {
  readonly isAccepted: boolean;
  /** What the program said about it. */
  readonly output: string;
}

/** A director program on a node. */
export interface Director {
  readonly kind: RouterKind;
  readonly node: LabNode;
  /** The running program; undefined before the first start. */
  readonly process: LabProcess | undefined;
  /** Starts it with the text of a configuration. Running when this resolves; its state is for the caller to wait for. */
  start(configuration: string): Promise<void>;
  /** Replaces the configuration file and has it read again. */
  reload(configuration: string): Promise<ReloadOutcome>;
  /** Orderly stop by SIGTERM. `clean` is false when it had to be killed or left processes behind. */
  stop(): Promise<{ readonly clean: boolean }>;
  /** SIGKILL to all its processes at once. Addresses and IPVS entries stay in the kernel. */
  kill(): Promise<void>;
}
