/**
 * The description of a lab network, and its translation to `ip -batch` lines. Pure: nothing here runs a command.
 *
 * A topology is a set of segments (Ethernet bridges) and nodes (network namespaces) whose interfaces are plugged into them. All
 * bridges live in one more namespace, the "switch", so that nothing of the lab shows on the machine itself and deleting the
 * namespaces removes everything.
 */

/** One interface of a node. */
export interface LinkSpec {
  /** Segment it is plugged into. */
  readonly segment: string;
  /** Addresses with prefix length, IPv4 or IPv6, first one primary. */
  readonly addresses?: readonly string[];
  /** MTU in bytes; 1500 by default. */
  readonly mtu?: number;
}

/** One node: a network namespace with its interfaces and settings. */
export interface NodeSpec {
  /** Interfaces by name (`eth0`). */
  readonly links: Readonly<Record<string, LinkSpec>>;
  /** Sysctls by dotted name; set when interfaces exist but are down and have no address. */
  readonly sysctls?: Readonly<Record<string, string | number>>;
  /** `ip` command lines run after interfaces are up and have their addresses (routes, extra devices), without the word `ip`. */
  readonly ip?: readonly string[];
}

/** A whole lab network. */
export interface TopologySpec {
  readonly nodes: Readonly<Record<string, NodeSpec>>;
  /** Kernel modules the nodes need before they are made (`ipip`, for the `tunl0` device of each namespace). */
  readonly modules?: readonly string[];
}

/** A topology as commands. */
export interface TopologyPlan {
  /** Names of the segments, in order of first mention. */
  readonly segments: readonly string[];
  /** `ip -batch` lines for the switch namespace. */
  readonly switchLines: readonly string[];
  /** `ip -batch` lines for each node, to run inside it after its sysctls. */
  readonly nodeLines: ReadonlyMap<string, readonly string[]>;
  /** MAC address by `NODE/INTERFACE`. */
  readonly macs: ReadonlyMap<string, string>;
}

/** Linux interface names have at most 15 characters (IFNAMSIZ - 1, linux/if.h). */
const INTERFACE_NAME_LENGTH_MAX = 15;

/**
 * Translates a topology.
 *
 * @param namespaceOf gives the namespace name of a node.
 * @throws RangeError when an interface name would be too long for the kernel.
 */
export function planTopology(
  spec: TopologySpec,
  namespaceOf: (node: string) => string,
): TopologyPlan {
  const segments: string[] = [];
  const ports: string[] = [];
  const nodeLines = new Map<string, string[]>();
  const macs = new Map<string, string>();
  for (const [nodeIndex, [node, nodeSpec]] of Object.entries(spec.nodes).entries()) {
    const lines = ['link set lo up'];
    for (const [linkIndex, [name, link]] of Object.entries(nodeSpec.links).entries()) {
      if (!segments.includes(link.segment)) segments.push(link.segment);
      const mac = macAddress(nodeIndex, linkIndex);
      macs.set(`${node}/${name}`, mac);
      // Port names are for a person looking at the switch; the index keeps long node names unique.
      const port = `${node.slice(0, 9)}-${nodeIndex}.${linkIndex}`;
      checkInterfaceName(port);
      checkInterfaceName(name);
      const mtu = link.mtu === undefined ? '' : ` mtu ${link.mtu}`;
      ports.push(
        `link add ${port}${mtu} type veth peer name ${name} address ${mac}${mtu} netns ${namespaceOf(node)}`,
        `link set ${port} master ${link.segment} up`,
      );
      for (const address of link.addresses ?? []) {
        // Duplicate address detection would delay an IPv6 address by a second and has nothing to find here.
        const flags = address.includes(':') ? ' nodad' : ' brd +';
        lines.push(`address add ${address} dev ${name}${flags}`);
      }
      lines.push(`link set ${name} up`);
    }
    lines.push(...(nodeSpec.ip ?? []));
    nodeLines.set(node, lines);
  }
  const bridges = segments.flatMap((segment) => {
    checkInterfaceName(segment);
    return [
      `link add ${segment} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link set ${segment} up`,
    ];
  });
  return { segments, switchLines: [...bridges, ...ports], nodeLines, macs };
}

/** Locally administered, readable in captures: 02:00:00:00:NODE:INTERFACE, both counted from 1. */
function macAddress(nodeIndex: number, linkIndex: number): string {
  const hex = (n: number): string => n.toString(16).padStart(2, '0');
  return `02:00:00:00:${hex(nodeIndex + 1)}:${hex(linkIndex + 1)}`;
}

function checkInterfaceName(name: string): void {
  if (name.length > INTERFACE_NAME_LENGTH_MAX) {
    throw new RangeError(
      `interface name ${name}: more than ${INTERFACE_NAME_LENGTH_MAX} characters`,
    );
  }
}
