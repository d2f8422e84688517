/**
 * Tandem as a director: the built program, as an operator runs it.
 */
import type { CommandResult } from '../command.ts';
import { expectWithin } from '../expect.ts';
import type { LabNode } from '../node.ts';
import { MAIN_PROGRAM } from '../paths.ts';
import type { LabProcess } from '../process.ts';
import type { Director, ReloadOutcome } from './director.ts';

const START_MS_MAX = 30_000;
const STOP_MS_MAX = 15_000;
const METRICS_URL = 'http://127.0.0.1:9165/metrics';

/** Tandem on a node. */
export class TandemDirector implements Director {
  readonly kind = 'tandem';
  readonly node: LabNode;
  #process: LabProcess | undefined;

  constructor(node: LabNode) {
    this.node = node;
  }

  get process(): LabProcess | undefined {
    return this.#process;
  }

  /** Starts it and waits until its control socket answers. */
  async start(configuration: string): Promise<void> {
    const file = this.#writeConfiguration(configuration);
    const running = await this.node.start('tandem', [
      ...this.#command('run'),
      '-f',
      file,
      '--log-format',
      'text',
    ]);
    this.#process = running;
    await expectWithin(
      `${this.node.name}: tandem answers`,
      async () => {
        if (running.end !== undefined) throw new Error(running.text());
        return (await this.status()) !== undefined;
      },
      { withinMs: START_MS_MAX, everyMs: 200 },
    );
  }

  async reload(configuration: string): Promise<ReloadOutcome> {
    this.#writeConfiguration(configuration);
    const result = await this.node.exec(this.#command('reload'), { allowFailure: true });
    return { isAccepted: result.status === 0, output: result.stdout + result.stderr };
  }

  async stop(): Promise<{ readonly clean: boolean }> {
    return (await this.#process?.stop({ withinMs: STOP_MS_MAX })) ?? { clean: true };
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** `tandem status --json`, decoded; undefined when nothing answers. */
  async status(): Promise<unknown> {
    const result = await this.run('status', '--json');
    return result.status === 0 ? JSON.parse(result.stdout) : undefined;
  }

  /** Runs a subcommand that talks to this director. Never throws for its exit status. */
  run(subcommand: string, ...args: readonly string[]): Promise<CommandResult> {
    return this.node.exec([...this.#command(subcommand), ...args], { allowFailure: true });
  }

  /** What Prometheus would scrape. */
  async metrics(): Promise<string> {
    return (await this.node.exec(['curl', '-sS', '--fail', '--max-time', '5', METRICS_URL])).stdout;
  }

  #command(subcommand: string): readonly string[] {
    const runtime = ['--runtime-dir', this.node.runtimeDirectory];
    return [process.execPath, MAIN_PROGRAM, subcommand, ...runtime];
  }

  #writeConfiguration(text: string): string {
    return this.node.writeFile('tandem.conf', text);
  }
}
