/**
 * Debian's keepalived as a director or as a peer.
 */
import type { LabNode } from '../node.ts';
import type { ReloadOutcome } from './director.ts';
import { ProgramDirector } from './program-director.ts';

const START_MS_MAX = 20_000;
const RELOAD_MS_MAX = 10_000;
const STOP_MS_MAX = 10_000;

/** keepalived on a node. */
export class KeepalivedDirector extends ProgramDirector {
  readonly kind = 'keepalived';

  constructor(node: LabNode) {
    super(node, STOP_MS_MAX);
  }

  async start(configuration: string): Promise<void> {
    const file = this.writeConfiguration(configuration);
    const pidFile = (name: string): string => `${this.node.runtimeDirectory}/${name}.pid`;
    const argv = ['keepalived', '--dont-fork', '--log-console', '--no-syslog', '--log-detail'];
    const pidFiles = [
      `--pid=${pidFile('keepalived')}`,
      `--vrrp_pid=${pidFile('vrrp')}`,
      `--checkers_pid=${pidFile('checkers')}`,
    ];
    this.running = await this.node.start('keepalived', [
      ...argv,
      `--use-file=${file}`,
      ...pidFiles,
    ]);
    await this.running.waitForLine(/Startup complete/, { withinMs: START_MS_MAX });
  }

  async reload(configuration: string): Promise<ReloadOutcome> {
    const file = this.writeConfiguration(configuration);
    const running = this.running;
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
}
