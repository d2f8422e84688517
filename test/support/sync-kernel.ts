/** The kernel's connection synchronisation in memory. */
import type { SyncDaemon, SyncDaemonRole } from '../../src/core/lvs/daemon-codec.ts';
import type { IpvsPort } from '../../src/daemon/health/ports.ts';
import { KernelError } from '../../src/drivers/kernel-error.ts';

/** Runs at most one half of each kind, as the kernel does, and says what it was asked. */
export class SyncKernel {
  readonly running: Map<SyncDaemonRole, SyncDaemon> = new Map();
  readonly asked: string[] = [];
  /** The error of each start; absent: none. */
  refusal: string | undefined;

  readonly port: Pick<IpvsPort, 'daemons' | 'startDaemon' | 'stopDaemon'> = {
    daemons: async () => ({ ok: true, value: [...this.running.values()] }),
    startDaemon: async (daemon) => {
      this.asked.push(`start ${daemon.role}`);
      if (this.refusal !== undefined) return new KernelError('start', this.refusal);
      if (this.running.has(daemon.role)) return new KernelError('start', 'EEXIST');
      this.running.set(daemon.role, daemon);
      return undefined;
    },
    stopDaemon: async (role) => {
      this.asked.push(`stop ${role}`);
      return this.running.delete(role) ? undefined : new KernelError('stop', 'ESRCH');
    },
  };
}
