/**
 * A director that is one program with one configuration file, whichever it is.
 */
import type { LabNode } from '../node.ts';
import type { LabProcess } from '../process.ts';
import type { Director, DirectorKind, ReloadOutcome } from './director.ts';

/** What the programs have in common. How each is started and reloaded is its own. */
export abstract class ProgramDirector implements Director {
  abstract readonly kind: DirectorKind;
  readonly node: LabNode;
  /** The running program; undefined before the first start. */
  protected running: LabProcess | undefined;
  /** A stop that takes longer ends by force, milliseconds. */
  readonly #stopMsMax: number;

  constructor(node: LabNode, stopMsMax: number) {
    this.node = node;
    this.#stopMsMax = stopMsMax;
  }

  get process(): LabProcess | undefined {
    return this.running;
  }

  abstract start(configuration: string): Promise<void>;

  abstract reload(configuration: string): Promise<ReloadOutcome>;

  async stop(): Promise<{ readonly clean: boolean }> {
    return (await this.running?.stop({ withinMs: this.#stopMsMax })) ?? { clean: true };
  }

  async kill(): Promise<void> {
    await this.running?.kill();
  }

  /** Writes the configuration where the program reads it; gives the path. */
  protected writeConfiguration(text: string): string {
    return this.node.writeFile(`${this.kind}.conf`, text);
  }
}
