/**
 * One machine of the lab: a network namespace in which commands and programs run, with readers for what the kernel of that
 * machine shows (addresses, neighbours).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';
import { type LabProcess, startProcess } from './process.ts';

/** An address on an interface, from `ip -j address`. */
export interface NodeAddress {
  readonly device: string;
  readonly address: string;
  readonly prefixLength: number;
}

/** An entry of the neighbour table, from `ip -j neighbour`. */
export interface Neighbour {
  readonly address: string;
  readonly device: string;
  /** Undefined while unresolved. */
  readonly mac: string | undefined;
  /** Kernel states, such as REACHABLE, STALE, DELAY, PROBE, FAILED. */
  readonly states: readonly string[];
}

/** What the lab gives a node at construction. */
export interface NodeContext {
  readonly name: string;
  readonly namespace: string;
  /** Directory of this node's logs and files. */
  readonly directory: string;
  /** See `LabNode.runtimeDirectory`. */
  readonly runtimeDirectory: string;
  readonly macs: ReadonlyMap<string, string>;
  /** Called with every program started here, so that the lab can end it. */
  readonly onStart: (process: LabProcess) => void;
}

/** A machine of the lab. Made by `Lab`. */
export class LabNode {
  readonly name: string;
  readonly namespace: string;
  readonly directory: string;
  /** For sockets and pid files: a short path (a socket's has at most 107 bytes) on a memory file system; gone with the lab. */
  readonly runtimeDirectory: string;
  readonly #context: NodeContext;

  constructor(context: NodeContext) {
    this.name = context.name;
    this.namespace = context.namespace;
    this.directory = context.directory;
    this.runtimeDirectory = context.runtimeDirectory;
    this.#context = context;
  }

  /** Runs a command here to its end. @throws CommandError as `runCommand`. */
  exec(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.#inside(argv), options);
  }

  /** Runs `ip` command lines here, given without the word `ip`, in one go. */
  async ip(...lines: readonly string[]): Promise<void> {
    await runCommand(['ip', '-n', this.namespace, '-batch', '-'], {
      input: lines.map((line) => `${line}\n`).join(''),
    });
  }

  /** Sets sysctls of this node by dotted name. */
  async sysctl(values: Readonly<Record<string, string | number>>): Promise<void> {
    const settings = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    if (settings.length > 0) await this.exec(['sysctl', '-q', '-w', ...settings]);
  }

  /** Starts a program here; the lab ends it when it closes. `name` names its log file. */
  async start(
    name: string,
    argv: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<LabProcess> {
    const started = await startProcess({
      name: `${this.name}/${name}`,
      argv: this.#inside(argv),
      logFile: this.file(`${name}.log`),
      ...options,
    });
    this.#context.onStart(started);
    return started;
  }

  /** Path of a file in this node's directory. */
  file(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a file in this node's directory and returns its path. */
  writeFile(name: string, text: string): string {
    const path = this.file(name);
    writeFileSync(path, text);
    return path;
  }

  /** The MAC address of an interface. @throws RangeError when the topology has no such interface. */
  mac(device: string): string {
    const mac = this.#context.macs.get(`${this.name}/${device}`);
    if (mac === undefined) throw new RangeError(`${this.name} has no interface ${device}`);
    return mac;
  }

  /** Addresses now on this node's interfaces. */
  async addresses(): Promise<readonly NodeAddress[]> {
    const { stdout } = await runCommand(['ip', '-n', this.namespace, '-j', 'address']);
    return parseAddresses(stdout);
  }

  /** True when one of the interfaces (other than lo) holds the address, given without prefix length. */
  async holds(address: string): Promise<boolean> {
    return (await this.addresses()).some((a) => a.address === address && a.device !== 'lo');
  }

  /** The neighbour table now. */
  async neighbours(): Promise<readonly Neighbour[]> {
    const { stdout } = await runCommand(['ip', '-n', this.namespace, '-j', 'neighbour']);
    return parseNeighbours(stdout);
  }

  /** The MAC address this node now uses for an address; undefined when it knows none. */
  async neighbourMac(address: string): Promise<string | undefined> {
    return (await this.neighbours()).find((n) => n.address === address)?.mac;
  }

  #inside(argv: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.namespace, ...argv];
  }
}

/** Reads the output of `ip -j address`. */
export function parseAddresses(json: string): readonly NodeAddress[] {
  return objects(parseJson(json)).flatMap((link) =>
    objects(link['addr_info']).map((info) => ({
      device: String(link['ifname']),
      address: String(info['local']),
      prefixLength: Number(info['prefixlen']),
    })),
  );
}

/** Reads the output of `ip -j neighbour`. */
export function parseNeighbours(json: string): readonly Neighbour[] {
  return objects(parseJson(json)).map((entry) => ({
    address: String(entry['dst']),
    device: String(entry['dev']),
    mac: typeof entry['lladdr'] === 'string' ? entry['lladdr'] : undefined,
    states: Array.isArray(entry['state']) ? entry['state'].map(String) : [],
  }));
}

/** `ip -j` prints nothing at all for an empty list. */
function parseJson(text: string): unknown {
  return text.trim() === '' ? [] : JSON.parse(text);
}

function objects(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
