/** Names of ports, as services(5) lists them: `http  80/tcp  www  # comment`. */

/** Both directions; a protocol is `tcp`, `udp` or `sctp`. */
export interface PortNames {
  /** The port of a name or an alias; undefined when the protocol has none of that name. */
  readonly portOf: (name: string, protocol: string) => number | undefined;
  /** The name of a port; undefined when it has none. */
  readonly nameOf: (port: number, protocol: string) => string | undefined;
}

/** No names at all: for numeric output. */
export const NO_PORT_NAMES: PortNames = { portOf: () => undefined, nameOf: () => undefined };

/** Reads the text of `/etc/services`; of two lines for one name or port the first counts. */
export function readPortNames(text: string): PortNames {
  const ports = new Map<string, number>();
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const found = /^\s*([^\s#]+)\s+(\d+)\/([^\s#]+)([^#]*)/.exec(line);
    if (found === null) continue;
    const [, name = '', digits = '', protocol = '', aliases = ''] = found;
    const port = Number(digits);
    setOnce(names, `${port}/${protocol}`, name);
    for (const one of [name, ...aliases.trim().split(/\s+/)]) {
      if (one !== '') setOnce(ports, `${one}/${protocol}`, port);
    }
  }
  return {
    portOf: (name, protocol) => ports.get(`${name}/${protocol}`),
    nameOf: (port, protocol) => names.get(`${port}/${protocol}`),
  };
}

function setOnce<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}
