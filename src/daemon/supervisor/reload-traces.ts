/** What loads and reloads leave on disk: a mark while one is under way (`reload_file`), and copies of each configuration (`config_save_dir`). */
import { dirname, join } from 'node:path';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { FilesConfig } from '../../core/model/global-options.ts';
import type { LoadedConfig } from './load-config.ts';

/** Copies of one run that are kept; older ones go. */
const COPIES_MAX = 100;
/** What the processes tell a reload later is known after this time, milliseconds. */
const AFTER_MS = 1_500;

/** What is used of the system. All say what went wrong. */
export interface TracesSystem {
  readonly makeDirectory: (path: string) => Trouble | undefined;
  /** Replaces a file as a whole, readable by us alone. */
  readonly write: (path: string, text: string) => Trouble | undefined;
  readonly remove: (path: string) => Trouble | undefined;
}

/** What the traces are made of. */
export interface ReloadTracesOptions extends TracesSystem {
  /** What is configured now. */
  readonly files: () => FilesConfig;
  /** PID file of the main process, or a file beside which the mark is. */
  readonly besides: string;
  readonly pid: number;
  /** The data dumps of this moment, by the process that keepalived has for them. */
  readonly data: () => Promise<readonly { readonly process: string; readonly text: string }[]>;
  readonly troubled: (trouble: Trouble) => void;
}

/** The traces of one run. */
export class ReloadTraces {
  readonly #options: ReloadTracesOptions;
  #number = 0;
  #mark: string | undefined;
  #copies: string[] = [];
  #later: NodeJS.Timeout | undefined;

  constructor(options: ReloadTracesOptions) {
    this.#options = options;
  }

  /** A configuration was read, whatever becomes of it: the copy goes where it says. */
  loaded({ text, config }: Pick<LoadedConfig, 'text' | 'config'>): void {
    const directory = config?.global.files?.savedConfigs;
    if (text !== undefined && directory !== undefined) {
      this.#save(directory, `keepalived.conf.${this.#options.pid}.${this.#number}`, text);
    }
    this.#number++;
  }

  /** A reload begins. */
  async begin(): Promise<void> {
    const { reloadMark, savedConfigs } = this.#options.files();
    if (reloadMark !== undefined) {
      this.#mark =
        reloadMark === '' ? join(dirname(this.#options.besides), 'keepalived.reload') : reloadMark;
      const trouble = this.#options.write(this.#mark, '');
      this.#say(trouble && { ...trouble, operation: 'mark-reload' });
    }
    if (savedConfigs !== undefined) await this.#saveData('pre');
  }

  /** It has ended. */
  end(): void {
    if (this.#mark !== undefined) this.#say(this.#options.remove(this.#mark));
    this.#mark = undefined;
    if (this.#options.files().savedConfigs === undefined) return;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#saveData('post'), AFTER_MS);
    this.#later.unref();
  }

  async #saveData(when: 'pre' | 'post'): Promise<void> {
    // Behind a reload the number is already that of the next one.
    const number = when === 'pre' ? this.#number : Math.max(0, this.#number - 1);
    const directory = this.#options.files().savedConfigs;
    if (directory === undefined) return;
    for (const { process, text } of await this.#options.data()) {
      this.#save(directory, `keepalived_${process}.${this.#options.pid}.${number}.${when}`, text);
    }
  }

  #save(directory: string, name: string, text: string): void {
    const { makeDirectory, write, remove } = this.#options;
    const path = join(directory, name);
    const trouble = makeDirectory(directory) ?? write(path, text);
    this.#say(trouble);
    if (trouble !== undefined) return;
    this.#copies.push(path);
    for (const old of this.#copies.splice(0, this.#copies.length - COPIES_MAX))
      this.#say(remove(old));
  }

  #say(trouble: Trouble | undefined): void {
    if (trouble !== undefined) this.#options.troubled(trouble);
  }
}
