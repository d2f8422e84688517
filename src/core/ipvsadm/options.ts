/**
 * The commands and options of ipvsadm 1.31, their letters and long names, and which option may stand with which command (measured:
 * each option was tried with each command).
 */

/** A command, by the name that ipvsadm's messages have for it. */
export type CommandId =
  | 'add-service'
  | 'edit-service'
  | 'delete-service'
  | 'flush'
  | 'list'
  | 'add-server'
  | 'delete-server'
  | 'edit-server'
  | 'set'
  | 'start-daemon'
  | 'stop-daemon'
  | 'restore'
  | 'save'
  | 'zero'
  | 'help'
  | 'version';

/** All options in the order in which they are complained of. */
export const OPTION_ORDER = [
  'numeric',
  'connection',
  'service-address',
  'scheduler',
  'persistent',
  'netmask',
  'real-server',
  'forwarding-method',
  'weight',
  'u-threshold',
  'l-threshold',
  'mcast-interface',
  'timeout',
  'daemon',
  'stats',
  'rate',
  'thresholds',
  'persistent-conn',
  'nosort',
  'syncid',
  'exact',
  'ops',
  'pe',
  'sched-flags',
  'mcast-group',
  'mcast-port',
  'mcast-ttl',
  'sync-maxlen',
  'tun-info',
  'tun-type',
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
] as const;

/** An option, by the name that ipvsadm's messages have for it; several spellings may be one option. */
export type OptionId = (typeof OPTION_ORDER)[number];

/** What a spelling stands for. `sort` and `ipv6` may stand with every command, and several times. */
export type Meaning =
  | { readonly kind: 'command'; readonly command: CommandId }
  | { readonly kind: 'option'; readonly option: OptionId; readonly variant: string }
  | { readonly kind: 'sort' | 'ipv6' };

/** One spelling. */
export interface Spelling {
  readonly letter?: string;
  readonly long: string;
  /** The value that follows, by the name that help has for it; `[name]` may be left out. */
  readonly value?: string;
  readonly meaning: Meaning;
  /** What it does, in a line. */
  readonly help: string;
}

/** Letter, long name and value, as help shows them: `-p --persistent [seconds]`. */
function spelling(shown: string, meaning: Meaning, help: string): Spelling {
  const [, letter, long = '', value] = /^(?:-(.) )?--([\w-]+)(?: (.+))?$/.exec(shown) ?? [];
  return {
    ...(letter === undefined ? {} : { letter }),
    long,
    ...(value === undefined ? {} : { value }),
    meaning,
    help,
  };
}

const command = (id: CommandId, shown: string, help: string): Spelling =>
  spelling(shown, { kind: 'command', command: id }, help);

const option = (id: OptionId, shown: string, help: string, variant: string = ''): Spelling =>
  spelling(shown, { kind: 'option', option: id, variant }, help);

/** All spellings. */
export const SPELLINGS: readonly Spelling[] = [
  command('add-service', '-A --add-service', 'add a virtual service'),
  command('edit-service', '-E --edit-service', 'replace the settings of a virtual service'),
  command('delete-service', '-D --delete-service', 'remove a virtual service and its servers'),
  command('flush', '-C --clear', 'remove all virtual services'),
  command('restore', '-R --restore', 'carry out the lines of standard input'),
  command('save', '-S --save', 'print the lines that make the table again'),
  command('add-server', '-a --add-server', 'add a server to a virtual service'),
  command('edit-server', '-e --edit-server', 'replace the settings of a server'),
  command('delete-server', '-d --delete-server', 'remove a server from a virtual service'),
  command('list', '-L --list', 'list the table, or one virtual service'),
  command('list', '-l --list', 'the same'),
  command('zero', '-Z --zero', 'set counters to 0, of all or of one virtual service'),
  command(
    'set',
    '--set',
    'set time-outs: of TCP, of TCP after FIN, of UDP, in seconds; 0 keeps one',
  ),
  command('start-daemon', '--start-daemon master|backup', 'start connection synchronisation'),
  command('stop-daemon', '--stop-daemon master|backup', 'stop connection synchronisation'),
  command('help', '-h --help', 'print this'),
  command('version', '-v --version', 'print the version'),
  option('service-address', '-t --tcp-service host[:port]', 'the virtual service, TCP', 'TCP'),
  option('service-address', '-u --udp-service host[:port]', 'the virtual service, UDP', 'UDP'),
  option('service-address', '--sctp-service host[:port]', 'the virtual service, SCTP', 'SCTP'),
  option('service-address', '-f --fwmark-service mark', 'packets with a firewall mark', 'fwmark'),
  spelling('-6 --ipv6', { kind: 'ipv6' }, 'behind -f: IPv6 packets with the mark'),
  option('scheduler', '-s --scheduler name', 'scheduler, wlc when it is not given'),
  option('sched-flags', '-b --sched-flags names', 'flags of the scheduler, with commas between'),
  option('persistent', '-p --persistent [seconds]', 'clients keep their server; 360 s by default'),
  option('netmask', '-M --netmask mask', 'clients of one network count as one; behind the service'),
  option('pe', '--pe name', 'persistence engine'),
  option('ops', '-o --ops', 'schedule each UDP packet by itself'),
  option('real-server', '-r --real-server host[:port]', 'the server'),
  option('forwarding-method', '-g --gatewaying', 'direct routing, the default', 'direct'),
  option('forwarding-method', '-i --ipip', 'tunnel', 'tunnel'),
  option('forwarding-method', '-m --masquerading', 'NAT', 'masquerade'),
  option('tun-type', '--tun-type type', 'ipip, gue or gre; ipip by default'),
  option('tun-port', '--tun-port port', 'destination port of a GUE tunnel'),
  option('tun-nocsum', '--tun-nocsum', 'tunnel without checksums'),
  option('tun-csum', '--tun-csum', 'tunnel with checksums'),
  option('tun-remcsum', '--tun-remcsum', 'tunnel with remote checksum offload'),
  option('weight', '-w --weight number', 'weight, 1 by default; 0 takes no new connections'),
  option('u-threshold', '-x --u-threshold number', 'connections from which on it is passed over'),
  option('l-threshold', '-y --l-threshold number', 'connections below which it is taken again'),
  option('numeric', '-n --numeric', 'addresses and ports as numbers'),
  option('connection', '-c --connection', 'list connections'),
  option('timeout', '--timeout', 'list the time-outs'),
  option('daemon', '--daemon', 'list connection synchronisation'),
  option('stats', '--stats', 'list counters'),
  option('rate', '--rate', 'list what comes and goes per second'),
  option('exact', '-X --exact', 'all digits of counters'),
  option('thresholds', '--thresholds', 'list the limits of connections'),
  option('persistent-conn', '--persistent-conn', 'list persistent connections'),
  option('tun-info', '--tun-info', 'list the tunnels'),
  option('nosort', '--nosort', 'in the order of the kernel'),
  spelling('--sort', { kind: 'sort' }, 'sorted, as it is anyway'),
  option('syncid', '--syncid number', 'id of the messages, 0 to 255'),
  option('sync-maxlen', '--sync-maxlen bytes', 'longest message'),
  option('mcast-interface', '--mcast-interface name', 'interface, eth0 by default'),
  option('mcast-group', '--mcast-group address', 'multicast group, 224.0.0.81 by default'),
  option('mcast-port', '--mcast-port port', 'UDP port, 8848 by default'),
  option('mcast-ttl', '--mcast-ttl number', 'TTL, 1 by default'),
];

/** Of the commands that take options: those that must be there, and those that may. */
export interface CommandOptions {
  readonly needs: readonly OptionId[];
  readonly takes: readonly OptionId[];
}

const SERVICE_OPTIONS: CommandOptions = {
  needs: ['service-address'],
  takes: ['scheduler', 'persistent', 'netmask', 'ops', 'pe', 'sched-flags'],
};

const SERVER_OPTIONS: CommandOptions = {
  needs: ['service-address', 'real-server'],
  takes: [
    'forwarding-method',
    'weight',
    'u-threshold',
    'l-threshold',
    'tun-type',
    'tun-port',
    'tun-nocsum',
    'tun-csum',
    'tun-remcsum',
  ],
};

const NO_OPTIONS: CommandOptions = { needs: [], takes: [] };

/** What each command takes. */
export const COMMAND_OPTIONS: Readonly<Record<CommandId, CommandOptions>> = {
  'add-service': SERVICE_OPTIONS,
  'edit-service': SERVICE_OPTIONS,
  'delete-service': { needs: ['service-address'], takes: [] },
  flush: NO_OPTIONS,
  list: {
    needs: [],
    takes: [
      'numeric',
      'connection',
      'service-address',
      'timeout',
      'daemon',
      'stats',
      'rate',
      'thresholds',
      'persistent-conn',
      'nosort',
      'syncid',
      'exact',
      'tun-info',
    ],
  },
  'add-server': SERVER_OPTIONS,
  'edit-server': SERVER_OPTIONS,
  'delete-server': { needs: ['service-address', 'real-server'], takes: [] },
  set: NO_OPTIONS,
  'start-daemon': {
    needs: [],
    takes: ['mcast-interface', 'syncid', 'mcast-group', 'mcast-port', 'mcast-ttl', 'sync-maxlen'],
  },
  'stop-daemon': { needs: [], takes: ['syncid'] },
  restore: NO_OPTIONS,
  save: { needs: [], takes: ['numeric'] },
  zero: { needs: [], takes: ['service-address'] },
  help: NO_OPTIONS,
  version: NO_OPTIONS,
};
