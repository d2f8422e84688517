/**
 * Debian's keepalived as a director or as a peer.
 */
import type { LabNode } from '../node.ts';
import type { LabProcess } from '../process.ts';
import type { Director, ReloadOutcome } from './director.ts';

const START_MS_MAX = 20_000;
const RELOAD_MS_MAX = 10_000;
const STOP_MS_MAX = 10_000;

/** keepalived on a node. */
export class KeepalivedDirector implements Director {
  readonly kind = 'keepalived';
  readonly node: LabNode;
  #process: LabProcess | undefined;

  constructor(node: LabNode) {
    this.node = node;
  }

  get process(): LabProcess | undefined {
    return this.#process;
  }

  async start(configuration: string): Promise<void> {
    const file = this.#writeConfiguration(configuration);
    const pidFile = (name: string): string => `${this.node.runtimeDirectory}/${name}.pid`;
    const argv = ['keepalived', '--dont-fork', '--log-console', '--no-syslog', '--log-detail'];
    const pidFiles = [
      `--pid=${pidFile('keepalived')}`,
      `--vrrp_pid=${pidFile('vrrp')}`,
      `--checkers_pid=${pidFile('checkers')}`,
    ];
    this.#process = await this.node.start('keepalived', [
      ...argv,
      `--use-file=${file}`,
      ...pidFiles,
    ]);
    await this.#process.waitForLine(/Startup complete/, { withinMs: START_MS_MAX });
  }

  async reload(configuration: string): Promise<ReloadOutcome> {
    const file = this.#writeConfiguration(configuration);
    const running = this.#process;
    if (running === undefined) throw new Error('reload: keepalived was never started');
    // keepalived takes over whatever it can read of a bad file; only its test mode refuses.
    const test = await this.node.exec(['keepalived', '-t', `--use-file=${file}`], {
      allowFailure: true,
    });
    if (test.status !== 0) return { isAccepted: false, output: test.stderr };
    const from = running.lines.length;
    running.signal('SIGHUP');
    await running.waitForLine(/Reload finished|Reload complete/, { withinMs: RELOAD_MS_MAX, from });
    return {
      isAccepted: true,
      output: running.lines
        .slice(from)
        .map((l) => l.text)
        .join('\n'),
    };
  }

  async stop(): Promise<{ readonly clean: boolean }> {
    return (await this.#process?.stop({ withinMs: STOP_MS_MAX })) ?? { clean: true };
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  #writeConfiguration(text: string): string {
    return this.node.writeFile('keepalived.conf', text);
  }
}
