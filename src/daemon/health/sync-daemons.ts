/**
 * Keeps the kernel's connection synchronisation as the configuration and the followed instance ask for. Like the table it is
 * read, compared and corrected, at each look: what somebody else stopped is started again.
 */
import { type Trouble, troubleText } from '../../core/facts/troubles.ts';
import type { SyncDaemon, SyncDaemonRole } from '../../core/lvs/daemon-codec.ts';
import {
  type SyncGoal,
  type SyncOperation,
  syncOperations,
  syncText,
} from '../../core/lvs/sync-daemons.ts';
import type { KernelError } from '../../drivers/kernel-error.ts';
import type { FromHealth, IpvsStatus } from '../frame/messages.ts';
import type { IpvsPort } from './ports.ts';

/** How a half that is ours is called among the services that are. */
const KEYS: Readonly<Record<SyncDaemonRole, string>> = {
  master: 'connection synchronisation as master',
  backup: 'connection synchronisation as backup',
};
const ROLES: readonly SyncDaemonRole[] = ['master', 'backup'];

/** The synchronisation of this host. */
export class SyncDaemons {
  readonly #send: (message: FromHealth) => void;
  readonly #owned = new Set<SyncDaemonRole>();
  #goal: SyncGoal = {};
  #running: readonly SyncDaemon[] = [];
  #problem = '';
  /** The goal is new: what is done next is no repair. */
  #isNew = false;

  constructor(send: (message: FromHealth) => void) {
    this.#send = send;
  }

  /** A new goal, with what a predecessor had started. Returns the keys of `owned` that are services. */
  configure(goal: SyncGoal, owned: readonly string[]): readonly string[] {
    for (const role of ROLES) if (owned.includes(KEYS[role])) this.#owned.add(role);
    this.#goal = goal;
    this.#isNew = true;
    return owned.filter((key) => !Object.values(KEYS).includes(key));
  }

  /** The followed instance has another state. */
  follow(roles: readonly SyncDaemonRole[]): void {
    this.#goal = { ...this.#goal, roles };
    this.#isNew = true;
  }

  /** True when there is nothing to run and nothing to stop. */
  get isIdle(): boolean {
    return this.#goal.settings === undefined && this.#owned.size === 0;
  }

  /** True when the goal is new: the next look is due now. */
  get isDue(): boolean {
    return this.#isNew && !this.isIdle;
  }

  /** The keys of the halves that are ours. */
  get owned(): readonly string[] {
    return [...this.#owned].map((role) => KEYS[role]);
  }

  /** As read last. */
  get status(): IpvsStatus['sync'] {
    return { running: this.#running, problem: this.#problem };
  }

  /** Looks at the kernel and corrects it. Never rejects; what is refused is tried at the next look. */
  async reconcile(port: IpvsPort): Promise<void> {
    if (this.isIdle) return;
    const goal = this.#goal;
    const isRepair = !this.#isNew;
    this.#isNew = false;
    const read = await port.daemons();
    if (!read.ok) return this.#failed('read-sync-daemons', '', read.error);
    this.#running = read.value;
    const operations = syncOperations(read.value, goal, this.#owned);
    for (const operation of operations) {
      const failed = await this.#carryOut(port, operation);
      if (failed) return;
    }
    this.#problem = '';
    if (goal.settings === undefined) this.#owned.clear();
    // What ran as it should is ours too: a predecessor may have started it.
    else for (const role of goal.roles ?? []) this.#owned.add(role);
    if (operations.length === 0) return;
    const after = await port.daemons();
    if (after.ok) this.#running = after.value;
    this.#send({ type: 'syncChanged', running: this.#running, isRepair });
  }

  /** Stops what is ours. Resolves with what could not be stopped. */
  async removeAll(port: IpvsPort): Promise<readonly string[]> {
    this.configure({}, []);
    await this.reconcile(port);
    return this.owned;
  }

  async #carryOut(port: IpvsPort, operation: SyncOperation): Promise<boolean> {
    if (operation.type === 'stop') {
      const error = await port.stopDaemon(operation.role);
      if (error === undefined || error.errnoName === 'ESRCH') {
        this.#owned.delete(operation.role);
        return false;
      }
      this.#failed('stop-sync-daemon', operation.role, error);
      return true;
    }
    const { daemon } = operation;
    this.#owned.add(daemon.role);
    const error = await port.startDaemon(daemon);
    if (error === undefined) return false;
    this.#owned.delete(daemon.role);
    this.#failed('start-sync-daemon', syncText(daemon), error);
    return true;
  }

  /** Told when it begins or becomes another one, not at each attempt. */
  #failed(operation: Trouble['operation'], about: string, error: KernelError): void {
    const { errnoName: errno, explanation: detail } = error;
    const trouble: Trouble = { operation, errno, detail, ...(about === '' ? {} : { about }) };
    const problem = troubleText(trouble);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#send({ type: 'trouble', trouble });
  }
}
