/**
 * A lab: a topology brought to life, everything started in it, and its end. Closing is certain: by `close`, or when the process
 * ends, is interrupted or dies of an exception; what a SIGKILL leaves behind is cleared by the next lab.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import {
  createNamespaces,
  deleteNamespaces,
  deleteNamespacesNow,
  newNamespacePrefix,
  removeLeftovers,
} from './namespaces.ts';
import { LabNode } from './node.ts';
import { labDirectory, RUNTIME_ROOT } from './paths.ts';
import type { LabProcess } from './process.ts';
import { planTopology, type TopologyPlan, type TopologySpec } from './topology.ts';

/** How a lab is made. */
export interface LabOptions {
  /** Names the working directory `.lab/NAME`, which is emptied. */
  readonly name: string;
  readonly topology: TopologySpec;
  /** Working directory instead of `.lab/NAME`. */
  readonly directory?: string;
}

/** The node that holds the bridges. */
const SWITCH = 'switch';

const openLabs = new Set<Lab>();

/** A running lab network. Made by `Lab.open`. */
export class Lab {
  readonly directory: string;
  readonly #prefix: string;
  readonly #topology: TopologySpec;
  readonly #nodes = new Map<string, LabNode>();
  readonly #processes: LabProcess[] = [];
  readonly #closers: (() => Promise<void> | void)[] = [];

  private constructor(options: LabOptions) {
    this.directory = options.directory ?? labDirectory(options.name);
    this.#topology = options.topology;
    this.#prefix = newNamespacePrefix();
  }

  /**
   * Makes the network. When it resolves, every interface is up and has its addresses.
   *
   * @throws CommandError when the kernel refuses; nothing is left behind then.
   */
  static async open(options: LabOptions): Promise<Lab> {
    await removeLeftovers();
    const lab = new Lab(options);
    installExitHandlers();
    openLabs.add(lab);
    try {
      await lab.#build();
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  /** A node by name. @throws RangeError when the topology has none. */
  node(name: string): LabNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`the lab has no node ${name}`);
    return node;
  }

  /** The namespace that holds the bridges: to take ports down, or to look at a whole segment. */
  get switch(): LabNode {
    return this.node(SWITCH);
  }

  /** Takes a node's interface off its segment, or plugs it in again: as pulling the cable at the switch. */
  async plug(node: string, device: string, state: 'in' | 'out'): Promise<void> {
    const nodeIndex = Object.keys(this.#topology.nodes).indexOf(node);
    const links = Object.keys(this.#topology.nodes[node]?.links ?? {});
    const port = `${node.slice(0, 9)}-${nodeIndex}.${links.indexOf(device)}`;
    await this.switch.ip(`link set ${port} ${state === 'in' ? 'up' : 'down'}`);
  }

  /** Registers something to do before the programs of the lab are ended. Last registered, first done. */
  onClose(closer: () => Promise<void> | void): void {
    this.#closers.push(closer);
  }

  /** Ends every program, then deletes the network. Safe to call again. */
  async close(): Promise<void> {
    if (!openLabs.has(this)) return;
    for (const closer of this.#closers.reverse()) await closer();
    this.#closers.length = 0;
    await Promise.all(this.#processes.map((process) => process.kill()));
    await deleteNamespaces(this.#namespaces());
    this.#removeRuntimeDirectories();
    openLabs.delete(this);
  }

  /** As `close`, without waiting: when the process itself is ending. */
  closeNow(): void {
    if (!openLabs.delete(this)) return;
    for (const process of this.#processes) process.killNow();
    deleteNamespacesNow(this.#namespaces());
    this.#removeRuntimeDirectories();
  }

  async #build(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory, { recursive: true });
    const { modules = [], nodes } = this.#topology;
    if (modules.length > 0) await runCommand(['modprobe', '-a', ...modules]);
    const plan = planTopology(this.#topology, (node) => this.#prefix + node);
    for (const name of [SWITCH, ...Object.keys(nodes)]) this.#addNode(name, plan);
    await createNamespaces(this.#namespaces());
    await this.switch.ip('link set lo up', ...plan.switchLines);
    await Promise.all(
      Object.entries(nodes).map(async ([name, spec]) => {
        const node = this.node(name);
        if (spec.sysctls !== undefined) await node.sysctl(spec.sysctls);
        await node.ip(...(plan.nodeLines.get(name) ?? []));
      }),
    );
  }

  #addNode(name: string, plan: TopologyPlan): void {
    const directory = join(this.directory, name);
    mkdirSync(directory, { recursive: true });
    const namespace = this.#prefix + name;
    const runtimeDirectory = join(RUNTIME_ROOT, namespace);
    mkdirSync(runtimeDirectory, { recursive: true });
    const node = new LabNode({
      name,
      namespace,
      directory,
      runtimeDirectory,
      macs: plan.macs,
      onStart: (process) => this.#processes.push(process),
    });
    this.#nodes.set(name, node);
  }

  #removeRuntimeDirectories(): void {
    for (const node of this.#nodes.values()) {
      rmSync(node.runtimeDirectory, { recursive: true, force: true });
    }
  }

  #namespaces(): readonly string[] {
    return [...this.#nodes.values()].map((node) => node.namespace);
  }
}

let exitHandlersInstalled = false;

/** Labs still open when the process ends are closed on the way out. */
function installExitHandlers(): void {
  if (exitHandlersInstalled) return;
  exitHandlersInstalled = true;
  process.on('exit', () => {
    for (const lab of openLabs) lab.closeNow();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // `exit` runs the handler above; 130 is what a shell reports for an interrupted command.
    process.once(signal, () => process.exit(130));
  }
}
