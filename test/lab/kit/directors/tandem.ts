/**
 * Tandem as a director: the built program, as an operator runs it.
 */
import { connect } from 'node:net';
import { ask } from '#product/cli/ask.js';
import { controlSocketPath } from '#product/core/control/messages.js';
import type { InstanceStatus, StatusReport } from '#product/core/control/status.js';
import type { CommandResult } from '../command.ts';
import { expectWithin } from '../expect.ts';
import type { LabNode } from '../node.ts';
import { MAIN_PROGRAM } from '../paths.ts';
import type { ReloadOutcome } from './director.ts';
import { ProgramDirector } from './program-director.ts';

const START_MS_MAX = 30_000;
const STOP_MS_MAX = 15_000;
/** Where it serves metrics, on the node's own loopback. */
export const METRICS_URL = 'http://127.0.0.1:9165/metrics';

/** Tandem on a node. */
export class TandemDirector extends ProgramDirector {
  readonly kind = 'tandem';

  constructor(node: LabNode) {
    super(node, STOP_MS_MAX);
  }

  /** Starts it and waits until its control socket answers. */
  async start(configuration: string): Promise<void> {
    const file = this.writeConfiguration(configuration);
    const running = await this.node.start('tandem', [
      ...this.#command('run'),
      '-f',
      file,
      '--log-format',
      'text',
    ]);
    this.running = running;
    const ready = await expectWithin(
      `${this.node.name}: tandem answers`,
      async () => {
        // Waiting on for a program that has ended would only hide why.
        if (running.end !== undefined) return 'ended';
        return (await accepts(controlSocketPath(this.node.runtimeDirectory))) && 'answers';
      },
      { withinMs: START_MS_MAX },
    );
    if (ready.value === 'ended') throw new Error(`tandem ended at its start:\n${running.text()}`);
  }

  async reload(configuration: string): Promise<ReloadOutcome> {
    this.writeConfiguration(configuration);
    const result = await this.node.exec(this.#command('reload'), { allowFailure: true });
    return { isAccepted: result.status === 0, output: result.stdout + result.stderr };
  }

  /** Runs a subcommand that talks to this director. Never throws for its exit status. */
  run(subcommand: string, ...args: readonly string[]): Promise<CommandResult> {
    return this.node.exec([...this.#command(subcommand), ...args], { allowFailure: true });
  }

  /** The document of `tandem status --json`, asked for as that command asks: a test that polls it would otherwise start a program each time. */
  async status(): Promise<StatusReport> {
    const reply = await ask({ command: 'status' }, { runtimeDir: this.node.runtimeDirectory });
    if (!reply.ok) throw new Error(`status: ${reply.error.message}`);
    return reply.value;
  }

  /**
   * Waits until a second vrrp process has loaded everything, and resolves with the pid of the one at work. Without one, whoever kills the process at work
   * measures how quickly Node.js starts on a busy machine.
   */
  async untilSpare(): Promise<number> {
    const vrrp = async () => (await this.status()).components.find(({ name }) => name === 'vrrp');
    await expectWithin(
      `${this.node.name}: a spare vrrp process is ready`,
      async () => (await vrrp())?.spareReady === true,
      { withinMs: START_MS_MAX },
    );
    return (await vrrp())?.pid ?? 0;
  }

  /** An instance of that document. Throws when there is none of this name. */
  async instance(name: string): Promise<InstanceStatus> {
    const found = (await this.status()).vrrp.instances.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no instance ${name}`);
    return found;
  }

  /** What Prometheus would scrape. */
  async metrics(): Promise<string> {
    return (await this.node.exec(['curl', '-sS', '--fail', '--max-time', '5', METRICS_URL])).stdout;
  }

  #command(subcommand: string): readonly string[] {
    const runtime = ['--runtime-dir', this.node.runtimeDirectory];
    return [process.execPath, MAIN_PROGRAM, subcommand, ...runtime];
  }
}

/** True when something accepts connections on a Unix socket. Such a path is not bound to a network namespace. */
function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
