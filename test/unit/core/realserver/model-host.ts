/** A host in memory, which the commands of a setup change as `ip`, `sysctl` and `modprobe` change a real one. */
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { ShellCommand } from '../../../../src/core/base/shell-command.ts';
import type { HostFacts } from '../../../../src/core/realserver/host.ts';

/** Device that each module brings, down. */
const DEVICES: Readonly<Record<string, string>> = {
  ipip: 'tunl0',
  sit: 'sit0',
  ip6_tunnel: 'ip6tnl0',
  ip_gre: 'gre0',
};

/** What a test may set of it before. */
export interface ModelHostOptions {
  readonly settings?: Readonly<Record<string, number>>;
  readonly addresses?: HostFacts['addresses'];
  readonly gateways?: HostFacts['gateways'];
  readonly listeners?: HostFacts['listeners'];
}

/** A host with lo, eth0 and eth1. */
export class ModelHost {
  readonly ran: string[] = [];
  readonly #options: ModelHostOptions;
  readonly #links = new Map<string, boolean>([
    ['lo', true],
    ['eth0', true],
    ['eth1', true],
  ]);
  readonly #settings: Map<string, number>;
  readonly #addresses = new Map<string, HostFacts['addresses'][number]>();
  readonly #ports = new Set<number>();

  constructor(options: ModelHostOptions = {}) {
    this.#options = options;
    this.#settings = new Map(Object.entries(options.settings ?? {}));
    for (const one of options.addresses ?? []) this.#put(one);
  }

  get facts(): HostFacts {
    return {
      links: Array.from(this.#links, ([name, isUp]) => ({
        name,
        isUp,
        isLoopback: name === 'lo',
        hasArp: name.startsWith('eth'),
      })),
      addresses: [...this.#addresses.values()],
      gateways: this.#options.gateways ?? { ipv4: [], ipv6: [] },
      setting: (path) => this.#setting(path),
      unpackingPorts: [...this.#ports],
      listeners: this.#options.listeners ?? [],
    };
  }

  /** What there is of it, comparable; a module that was loaded stays, and so does its device. */
  get picture(): unknown {
    const { links, addresses, unpackingPorts } = this.facts;
    const up = links.filter(({ isUp }) => isUp).map(({ name }) => name);
    const settings = Array.from(this.#settings).filter(([, value]) => value !== 0);
    return { up, addresses, unpackingPorts, settings: settings.sort() };
  }

  /** Carries a command out. Throws for one that no setup may have. */
  run(command: ShellCommand): void {
    this.ran.push(command.join(' '));
    const words = command.filter((word) => !['-6', '-q', '-w', 'nodad'].includes(word));
    const [program, object, verb, ...rest] = words;
    if (program === 'modprobe') this.#load(object ?? '');
    else if (program === 'sysctl') this.#set(object ?? '');
    else if (object === 'link') this.#link(verb ?? '', rest);
    else if (object === 'tunnel') this.#links.set(rest[0] ?? '', false);
    else if (object === 'fou') this.#unpack(verb === 'add', Number(rest[1]));
    else if (object === 'address') this.#address(verb ?? '', rest);
    else throw new Error(`a host does not know ${command.join(' ')}`);
  }

  #load(module: string): void {
    const device = DEVICES[module];
    if (device !== undefined && !this.#links.has(device)) this.#links.set(device, false);
  }

  #setting(path: string): number | undefined {
    const device = /^net\/ipv4\/conf\/([^/]+)\//.exec(path)?.[1] ?? '';
    if (!['all', 'default'].includes(device) && !this.#links.has(device)) return undefined;
    return this.#settings.get(path) ?? 0;
  }

  #set(assignment: string): void {
    const [path = '', value] = assignment.split('=');
    if (this.#setting(path) === undefined) throw new Error(`cannot stat ${path}`);
    this.#settings.set(path, Number(value));
  }

  #link(verb: string, [name = '', state]: readonly string[]): void {
    if (!this.#links.has(name)) throw new Error(`Cannot find device ${name}`);
    if (verb === 'set') this.#links.set(name, state === 'up');
    else this.#links.delete(name);
  }

  #unpack(isAdded: boolean, port: number): void {
    if (isAdded) this.#ports.add(port);
    else this.#ports.delete(port);
  }

  #address(verb: string, [text = '', , device = '']: readonly string[]): void {
    const [address = '', length] = text.split('/');
    const one = { address: address as IpAddress, prefixLength: Number(length), device };
    if (!this.#links.has(device)) throw new Error(`Cannot find device ${device}`);
    if (verb === 'add') this.#put(one);
    else this.#addresses.delete(`${text} ${device}`);
  }

  #put(one: HostFacts['addresses'][number]): void {
    this.#addresses.set(`${one.address}/${one.prefixLength} ${one.device}`, one);
  }
}
