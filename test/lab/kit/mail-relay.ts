/** A mail relay on a node, which records what it is told and misbehaves when asked to. */
import { join } from 'node:path';
import type { LabNode } from './node.ts';
import { LAB_PROGRAMS } from './paths.ts';
import type { LabProcess } from './process.ts';

const START_MS_MAX = 20_000;
const PORT = 2_525;

/** How it behaves towards the next client. */
export type RelayMode = 'good' | 'later' | 'hang' | 'slow';

/** The relay. */
export class MailRelay {
  readonly node: LabNode;
  readonly port: number = PORT;
  #process: LabProcess | undefined;

  constructor(node: LabNode) {
    this.node = node;
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    this.behave('good');
    const argv = [join(LAB_PROGRAMS, 'mail-relay.js'), String(PORT), this.node.file('mode')];
    this.#process = await this.node.start('relay', [process.execPath, ...argv]);
    await this.#process.waitForLine(/^ready/, { withinMs: START_MS_MAX });
  }

  /** Sets how it behaves from the next client on. */
  behave(mode: RelayMode): void {
    this.node.writeFile('mode', mode);
  }

  /** Everything that clients have said, in lines. */
  lines(): readonly string[] {
    return (this.#process?.text() ?? '').split('\n');
  }

  /** Subjects of the mails that it took, in order. */
  subjects(): readonly string[] {
    return this.lines().flatMap((line) => /^C Subject: (.*)$/.exec(line)?.[1] ?? []);
  }
}
