/** Builds the settings of the whole program that nothing acts on yet. What is wrong with them is reported elsewhere. */
import { parseIp } from '../../base/address.ts';
import type {
  FirewallConfig,
  GlobalOptionsConfig,
  IpvsOptionsConfig,
  ProcessesConfig,
  SyncDaemonConfig,
} from '../../model/global-options.ts';
import { GLOBAL_OPTION_READERS } from '../settings/global-options.ts';
import { asOptions, last, option, text } from '../typed/access.ts';
import { parseInteger } from '../typed/numbers.ts';
import type { TypedBlock } from '../typed/values.ts';
import type { BuildContext } from './context.ts';
import { bufferPolicy } from './global-validation.ts';
import { readCommands } from './notify-commands.ts';
import { optional } from './optional.ts';

/** All subjects of which something is written. */
export function readGlobalOptions(
  globals: TypedBlock | undefined,
  context: BuildContext,
): GlobalOptionsConfig {
  const read = GLOBAL_OPTION_READERS;
  const options: GlobalOptionsConfig = {
    lifecycle: readCommands(read.lifecycle, globals, context),
    vrrp: read.vrrp.read(globals),
    firewall: { ...read.firewall.read(globals), ...optional('iptables', iptables(globals)) },
    ipvs: readIpvs(globals),
    processes: readProcesses(globals),
    programs: read.programs.read(globals),
    buffers: {
      ...read.buffers.read(globals),
      ...optional('vrrpPackets', bufferPolicy(globals)),
    },
    files: read.files.read(globals),
    agents: read.agents.read(globals),
  };
  return withoutEmpty(options);
}

/** Parts without a field are left out. */
function withoutEmpty<T extends object>(parts: T): T {
  const written = Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0);
  return Object.fromEntries(written) as T;
}

/** Without names INPUT and OUTPUT; one name is that of the input, and two equal ones switch it off. */
function iptables(globals: TypedBlock | undefined): FirewallConfig['iptables'] {
  if (last(globals, 'vrrp_iptables') === undefined) return undefined;
  const [input, output] = [text(globals, 'vrrp_iptables'), text(globals, 'vrrp_iptables', 1)];
  if (input === undefined) return { input: 'INPUT', output: 'OUTPUT' };
  return input === output ? undefined : { input, ...optional('output', output) };
}

/** What is written about IPVS. */
export function readIpvs(globals: TypedBlock | undefined): IpvsOptionsConfig {
  const flush = last(globals, 'lvs_flush_on_stop');
  const scope: IpvsOptionsConfig['flushesAtStop'] = flush?.values[0] === 'VS' ? 'own' : 'all';
  return {
    ...GLOBAL_OPTION_READERS.ipvs.read(globals),
    ...optional('flushesAtStop', flush === undefined ? undefined : scope),
    ...marks(globals),
    ...optional('syncDaemon', syncDaemon(globals)),
  };
}

/** What stands above `nftables_ipvs` is reset by it. */
function marks(
  globals: TypedBlock | undefined,
): Pick<IpvsOptionsConfig, 'marksPriority' | 'firstMark'> {
  const statements = globals?.statements ?? [];
  const from = statements.findIndex(({ keyword }) => keyword.name === 'nftables_ipvs') + 1;
  const read = (name: string): number | undefined => {
    const found = statements.findLast(
      ({ keyword, usable }, index) => index >= from && usable && keyword.name === name,
    );
    const value = found?.values[0];
    return typeof value === 'number' ? value : undefined;
  };
  return {
    ...optional('marksPriority', read('nftables_ipvs_priority')),
    ...optional('firstMark', read('nftables_ipvs_start_fwmark')),
  };
}

function syncDaemon(globals: TypedBlock | undefined): SyncDaemonConfig | undefined {
  const device = text(globals, 'lvs_sync_daemon');
  if (device === undefined) return undefined;
  const options = asOptions(last(globals, 'lvs_sync_daemon')?.values[1]);
  const number = (name: string): number | undefined => {
    const found = option(options, name);
    return typeof found === 'number' ? found : undefined;
  };
  // The old form has instance and id without their names.
  const [oldInstance, oldId] = options?.positional ?? [];
  const instance = option(options, 'inst') ?? oldInstance;
  const group = option(options, 'group');
  return {
    interface: device,
    ...optional('instance', typeof instance === 'string' ? instance : undefined),
    ...optional('id', number('id') ?? (typeof oldId === 'number' ? oldId : undefined)),
    ...optional('maxLength', number('maxlen')),
    ...optional('port', number('port')),
    ...optional('ttl', number('ttl')),
    ...optional('group', typeof group === 'string' ? parseIp(group) : undefined),
  };
}

function readProcesses(globals: TypedBlock | undefined): ProcessesConfig {
  const read = GLOBAL_OPTION_READERS;
  return {
    ...withoutEmpty<ProcessesConfig>({
      vrrp: read.vrrpProcess.read(globals),
      checkers: read.checkerProcess.read(globals),
      bfd: read.bfdProcess.read(globals),
    }),
    ...read.processes.read(globals),
    ...optional('umask', umask(globals)),
  };
}

/** Bits of the names that `umask` takes (`sys/stat.h`). */
const MODE_BITS: Readonly<Record<string, number | undefined>> = {
  IRUSR: 0o400,
  IWUSR: 0o200,
  IXUSR: 0o100,
  IRWXU: 0o700,
  IRGRP: 0o040,
  IWGRP: 0o020,
  IXGRP: 0o010,
  IRWXG: 0o070,
  IROTH: 0o004,
  IWOTH: 0o002,
  IXOTH: 0o001,
  IRWXO: 0o007,
};

/** A number in any base, or names joined by `|`; undefined when it is neither. */
function umask(globals: TypedBlock | undefined): number | undefined {
  const [first, ...more] = last(globals, 'umask')?.statement.words.slice(1) ?? [];
  if (first === undefined) return undefined;
  if (/^[0-9]/.test(first.text)) {
    const mask = parseInteger(first.text, true);
    return mask === undefined || mask > 0o777 ? undefined : mask;
  }
  const names = [first, ...more].flatMap(({ text: words }) => words.split('|'));
  const bits = names.filter((name) => name !== '').map((name) => MODE_BITS[name]);
  return bits.reduce<number | undefined>(
    (mask, bit) => (mask === undefined || bit === undefined ? undefined : mask | bit),
    0,
  );
}
