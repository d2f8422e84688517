/**
 * Builds one `vrrp_instance`: what its lines say, completed with the defaults of `global_defs` and
 * repaired where settings contradict each other, in the order keepalived completes an instance. Each
 * repair is reported; what cannot be repaired refuses the configuration.
 */
import { type IpAddress, type IpFamily, ipFamily, isLinkLocal } from '../../base/address.ts';
import { type Duration, microseconds, ZERO_DURATION } from '../../base/time.ts';
import {
  type AnnounceConfig,
  INSTANCE_DEFAULTS,
  type UnicastPeerConfig,
  type VrrpInstanceConfig,
} from '../../model/config.ts';
import { OWNER_PRIORITY, VRRP_TTL, vrrpGroup } from '../../wire/protocol.ts';
import { INSTANCE_NOTIFY_READER } from '../settings/notify.ts';
import { ANNOUNCE_READER, INSTANCE_READER } from '../settings/vrrp-instance.ts';
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { all, asOptions, duration, last, number, option, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { validateAddressLimit } from './address-limit.ts';
import { readAuthentication } from './authentication.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { addressOf, type VrrpDefaults } from './global.ts';
import { completeAddresses } from './instance-addresses.ts';
import type { InstanceFacts } from './instance-facts.ts';
import { readInstanceOptions } from './instance-options.ts';
import { notifyOf } from './notify-commands.ts';
import { readTakeover } from './takeover.ts';
import { readOwnLink } from './vmac.ts';
import { type AddressDraft, familyName, readAddresses } from './vrrp-addresses.ts';
import { readTrackedInterfaces, readTrackers } from './vrrp-tracking.ts';
import { validateStrictAndExtras } from './vrrp-validation.ts';

/** What the RFCs have, and strict mode insists on. */
const STRICT_DOWN_TIMER_ADVERTS = 3;

/** Builds an instance; undefined when it cannot run (the reason is reported). */
export function buildInstance(
  typed: TypedStatement,
  defaults: VrrpDefaults,
  membersWithoutWeights: ReadonlySet<string>,
  context: BuildContext,
): VrrpInstanceConfig | undefined {
  const name = typed.values[0];
  const { block } = typed;
  if (typeof name !== 'string' || block === undefined) return undefined;
  const transport = readTransport(block, context);
  const facts = electionFacts(
    typed,
    name,
    block,
    transport,
    defaults,
    membersWithoutWeights.has(name),
    context,
  );
  const vrid = number(block, 'virtual_router_id');
  if (vrid === undefined) {
    atStatement(
      context,
      'vrid-missing',
      typed.statement,
      `instance "${name}" has no virtual_router_id`,
      {
        expected: 'virtual_router_id N, from 1 to 255, the same on all routers of the group',
        isConsequence: context.typing.tried.has(block, 'virtual_router_id'),
      },
    );
  }
  const interfaceName = readInterfaceOf(typed, name, block, transport, context);
  const authentication = readAuthentication(block, facts, context);
  validateStrictAndExtras(block, facts, context);
  const addresses = completeAddresses(typed, block, transport, facts, interfaceName, context);
  const kept = readInstanceOptions(block, facts, defaults, context);
  validateAddressLimit(
    last(block, 'virtual_ipaddress') ?? typed,
    {
      name,
      form: {
        version: facts.version,
        family: facts.family,
        seal: kept.hmac !== undefined ? 'HMAC' : authentication?.type === 'AH' ? 'AH' : 'none',
      },
      count: addresses.addresses.length,
      interface: interfaceName,
    },
    context,
  );
  const trackers = readTrackers(typed, facts, context);
  const takeover = readTakeover(block, context);
  const ownLink = readOwnLink(block, facts, context);
  const trackInterfaces = readTrackedInterfaces(block, interfaceName, facts, context);
  if (vrid === undefined || interfaceName === undefined) return undefined;
  const { strict } = facts;
  const settings = INSTANCE_READER.read(block, defaults.instance);
  const source = transport.source;
  const ttl = number(block, 'unicast_ttl');
  const config: VrrpInstanceConfig = {
    name,
    initialState: facts.initialState,
    interface: interfaceName,
    vrid,
    priority: facts.priority,
    version: facts.version,
    family: facts.family,
    advertInterval: advertInterval(block, facts.version, context),
    ...(authentication === undefined ? {} : { authentication }),
    ...addresses,
    preempt: facts.preempt,
    preemptDelay: facts.preemptDelay,
    ...settings,
    downTimerAdverts: strict ? STRICT_DOWN_TIMER_ADVERTS : settings.downTimerAdverts,
    ...(source === undefined ? {} : { sourceAddress: source }),
    ...multicastGroup(transport, facts, defaults),
    unicastPeers: transport.peers,
    ...(facts.hasPeers && ttl !== undefined && { unicastTtl: ttl }),
    checkUnicastSource: settings.checkUnicastSource || transport.peersHaveTtl,
    answerLowerPriority: settings.answerLowerPriority && !strict,
    answerHigherPriority: settings.answerHigherPriority && !strict,
    ignoreAdvertisements: ownerIgnores(block, facts, settings.ignoreAdvertisements),
    announce: announceOf(block, defaults.announce, strict),
    trackInterfaces,
    ...takeover,
    ...trackers,
    ...notifyOf(INSTANCE_NOTIFY_READER, block, context),
    ...(ownLink === undefined ? {} : { ownLink }),
    ...kept,
  };
  context.origins.set(config, typed);
  return config;
}

/** The group that the instance or `global_defs` names, unless it is that of VRRP or there are peers. */
function multicastGroup(
  { group }: Transport,
  { family, hasPeers }: InstanceFacts,
  { groups }: VrrpDefaults,
): Pick<VrrpInstanceConfig, 'multicastGroup'> {
  const wanted = group ?? groups[family];
  const isUsual = wanted === undefined || wanted === vrrpGroup(family);
  return isUsual || hasPeers ? {} : { multicastGroup: wanted };
}

/** Only an owner may, and one that is told so in its block always does, as with keepalived: "off" is reported. */
function ownerIgnores(
  block: TypedBlock,
  { priority, strict }: InstanceFacts,
  isWanted: boolean,
): boolean {
  if (priority !== OWNER_PRIORITY) return false;
  return isWanted || strict || last(block, 'owner_ignore_adverts') !== undefined;
}

/** What the addresses of a block say about how advertisements travel. */
interface Transport {
  readonly family: IpFamily | undefined;
  readonly version: 2 | 3 | undefined;
  readonly source: IpAddress | undefined;
  /** Group that advertisements are sent to, where the instance says one. */
  readonly group: IpAddress | undefined;
  readonly peers: readonly UnicastPeerConfig[];
  readonly peersHaveTtl: boolean;
  readonly addresses: readonly AddressDraft[];
  readonly excluded: readonly AddressDraft[];
}

/** Reads, in the order of the lines, everything that decides or must match the family. */
function readTransport(block: TypedBlock, context: BuildContext): Transport {
  let family: IpFamily | undefined;
  let version: 2 | 3 | undefined;
  let source: IpAddress | undefined;
  let group: IpAddress | undefined;
  const peers: UnicastPeerConfig[] = [];
  const addresses: AddressDraft[] = [];
  const excluded: AddressDraft[] = [];
  let peersHaveTtl = false;
  for (const typed of block.statements) {
    if (!typed.usable) continue;
    switch (typed.keyword.name) {
      case 'virtual_ipaddress': {
        const drafts = readAddresses(typed, family, context);
        const first = drafts[0];
        if (first !== undefined) family ??= ipFamily(first.config.address);
        addresses.push(...drafts);
        break;
      }
      case 'virtual_ipaddress_excluded':
        excluded.push(...readAddresses(typed, undefined, context));
        break;
      case 'mcast_src_ip':
      case 'unicast_src_ip': {
        const address = addressOf(wordValue(typed));
        if (address === undefined || !familyFits(address, family, typed, context)) break;
        family ??= ipFamily(address);
        source = address;
        break;
      }
      case 'mcast_dst_ip': {
        const address = addressOf(wordValue(typed));
        if (address === undefined || !familyFits(address, family, typed, context)) break;
        family ??= ipFamily(address);
        group = address;
        break;
      }
      case 'unicast_peer': {
        const found = readPeers(typed, family, peers, context);
        family ??= found.family;
        peersHaveTtl ||= found.hasTtl;
        break;
      }
      case 'native_ipv6':
        if (family === 'ipv4') {
          atStatement(
            context,
            'family-conflict',
            typed.statement,
            '"native_ipv6" contradicts the IPv4 addresses above and is ignored',
          );
        } else {
          family = 'ipv6';
          version ??= 3;
        }
        break;
      case 'version':
        version = readVersion(typed, version, family, context);
        break;
    }
  }
  return { family, version, source, group, peers, peersHaveTtl, addresses, excluded };
}

function readVersion(
  typed: TypedStatement,
  before: 2 | 3 | undefined,
  family: IpFamily | undefined,
  context: BuildContext,
): 2 | 3 | undefined {
  const wanted = typed.values[0] === 3 ? 3 : 2;
  const conflicts =
    (before !== undefined && before !== wanted) || (wanted === 2 && family === 'ipv6');
  if (!conflicts) return wanted;
  atStatement(
    context,
    'version-conflict',
    typed.statement,
    `version ${wanted} contradicts what stands above it and is ignored`,
    {
      suggestion: family === 'ipv6' ? 'IPv6 needs version 3' : undefined,
    },
  );
  return before;
}

function readPeers(
  typed: TypedStatement,
  familyBefore: IpFamily | undefined,
  peers: UnicastPeerConfig[],
  context: BuildContext,
): { readonly family: IpFamily | undefined; readonly hasTtl: boolean } {
  let family = familyBefore;
  let hasTtl = false;
  for (const entry of typed.block?.entries ?? []) {
    const [word, rest] = entry.values;
    const address = typeof word === 'string' ? addressOf(word) : undefined;
    if (address === undefined) continue;
    if (family !== undefined && ipFamily(address) !== family) {
      atWord(
        context,
        'family-conflict',
        entry.token,
        `the peer is not ${familyName(family)} like the addresses before it; it is left out`,
      );
      continue;
    }
    family ??= ipFamily(address);
    if (peers.some((peer) => peer.address === address)) {
      atWord(
        context,
        'duplicate-entry',
        entry.token,
        'this peer comes twice; the second is left out',
      );
      continue;
    }
    const options = asOptions(rest);
    const [min, max] = [option(options, 'min_ttl'), option(options, 'max_ttl')];
    const minTtl = typeof min === 'number' ? min : 0;
    const maxTtl = typeof max === 'number' ? max : VRRP_TTL;
    hasTtl ||= typeof min === 'number' || typeof max === 'number';
    if (minTtl > maxTtl) {
      atWord(
        context,
        'invalid-value',
        entry.token,
        `min_ttl ${minTtl} is above max_ttl ${maxTtl}: everything from this peer is dropped`,
      );
    }
    peers.push({ address, minTtl, maxTtl });
  }
  return { family, hasTtl };
}

function wordValue(typed: TypedStatement): string | undefined {
  const found = typed.values[0];
  return typeof found === 'string' ? found : undefined;
}

function familyFits(
  address: IpAddress,
  family: IpFamily | undefined,
  typed: TypedStatement,
  context: BuildContext,
): boolean {
  if (family === undefined || ipFamily(address) === family) return true;
  const message = `${typed.keyword.name} ${address} is not ${familyName(family)} like the addresses before it; it is ignored`;
  atWord(context, 'family-conflict', wordAt(typed.statement, 1), message);
  return false;
}

/** Family, version, state, priority and preemption, which depend on each other. */
function electionFacts(
  typed: TypedStatement,
  name: string,
  block: TypedBlock,
  transport: Transport,
  defaults: VrrpDefaults,
  noWeights: boolean,
  context: BuildContext,
): InstanceFacts {
  const { strict } = INSTANCE_READER.read(block, defaults.instance);
  const family = transport.family ?? 'ipv4';
  let version: 2 | 3 = transport.version ?? (family === 'ipv6' ? 3 : defaults.version);
  if (strict && family === 'ipv6' && version === 2) {
    atStatement(
      context,
      'version-conflict',
      typed.statement,
      `instance "${name}": strict mode needs version 3 for IPv6; it is used`,
    );
    version = 3;
  }
  let initialState = stateOf(block, context);
  let priority =
    number(block, 'priority') ??
    (initialState === 'MASTER' ? OWNER_PRIORITY : INSTANCE_DEFAULTS.priority);
  if (strict && (initialState === 'MASTER') !== (priority === OWNER_PRIORITY)) {
    const at = last(block, 'state') ?? last(block, 'priority') ?? typed;
    atStatement(
      context,
      'setting-reset',
      at.statement,
      'strict mode wants state MASTER for priority 255 and only for it',
      {
        suggestion: 'write state BACKUP unless this router owns the addresses',
      },
    );
    if (initialState === 'MASTER') initialState = 'BACKUP';
    else priority = OWNER_PRIORITY;
  }
  const owner = priority === OWNER_PRIORITY;
  const preempt = readPreempt(block, initialState, owner, context);
  return {
    name,
    typed,
    strict,
    family,
    version,
    initialState: owner ? 'MASTER' : initialState,
    wantsMaster: initialState === 'MASTER',
    priority,
    preempt,
    preemptDelay: readPreemptDelay(block, initialState, strict, preempt, context),
    hasPeers: transport.peers.length > 0,
    noWeights,
  };
}

function stateOf(block: TypedBlock, context: BuildContext): 'MASTER' | 'BACKUP' {
  let state: 'MASTER' | 'BACKUP' | undefined;
  for (const typed of all(block, 'state')) {
    const wanted = typed.values[0] === 'MASTER' ? 'MASTER' : 'BACKUP';
    if (state === 'MASTER' && wanted === 'BACKUP') {
      atStatement(
        context,
        'duplicate-keyword',
        typed.statement,
        'state MASTER was given above and stays',
      );
    } else state = wanted;
  }
  return state ?? INSTANCE_DEFAULTS.initialState;
}

function readPreempt(
  block: TypedBlock,
  state: 'MASTER' | 'BACKUP',
  owner: boolean,
  context: BuildContext,
): boolean {
  let keyword: TypedStatement | undefined;
  for (const typed of block.statements) {
    if (typed.keyword.name === 'nopreempt') keyword = typed;
    else if (typed.keyword.name === 'preempt') keyword = undefined;
  }
  if (keyword === undefined) return true;
  if (!owner && state !== 'MASTER') return false;
  const state2 = last(block, 'state');
  atStatement(
    context,
    'setting-reset',
    keyword.statement,
    `nopreempt has no effect with ${owner ? 'priority 255' : 'state MASTER'} and is ignored`,
    {
      suggestion: owner
        ? undefined
        : 'write state BACKUP on all routers to keep the running master',
      related:
        state2 === undefined || owner ? [] : [placeOf(state2.statement, 'the state is given here')],
    },
  );
  return true;
}

function readPreemptDelay(
  block: TypedBlock,
  state: 'MASTER' | 'BACKUP',
  strict: boolean,
  preempt: boolean,
  context: BuildContext,
): Duration {
  const typed = last(block, 'preempt_delay');
  const delay = duration(block, 'preempt_delay') ?? ZERO_DURATION;
  if (typed === undefined || delay === 0) return ZERO_DURATION;
  const reason = strict
    ? 'strict mode'
    : state === 'MASTER'
      ? 'state MASTER'
      : preempt
        ? undefined
        : 'nopreempt';
  if (reason === undefined) return delay;
  atStatement(
    context,
    'setting-reset',
    typed.statement,
    `preempt_delay has no effect with ${reason} and is ignored`,
  );
  return ZERO_DURATION;
}

/** The interface to run on; reports when there is none and one is needed. */
function readInterfaceOf(
  typed: TypedStatement,
  name: string,
  block: TypedBlock,
  transport: Transport,
  context: BuildContext,
): string | undefined {
  const statement = last(block, 'interface');
  const found = text(block, 'interface');
  const loopback = found === 'lo';
  if (statement !== undefined && loopback) {
    atWord(
      context,
      'invalid-interface',
      wordAt(statement.statement, 1),
      'VRRP cannot run on the loopback interface',
    );
  }
  if (found !== undefined && !loopback) return found;
  if (transport.peers.length > 0) {
    if (transport.source !== undefined && !isLinkLocal(transport.source)) return '';
    atStatement(
      context,
      'interface-required',
      typed.statement,
      `instance "${name}" needs an interface or a unicast_src_ip that is not link-local`,
      { isConsequence: context.typing.tried.has(block, 'interface', 'unicast_src_ip') },
    );
    return undefined;
  }
  atStatement(
    context,
    'interface-required',
    typed.statement,
    `instance "${name}" has no interface to run on`,
    {
      expected: 'interface IF',
      isConsequence: context.typing.tried.has(block, 'interface'),
      endLine: lastLineOf(typed.statement),
    },
  );
  return undefined;
}

/** Rounds to what the version can carry (RFC 3768 5.3.7: seconds; RFC 9568 5.2.7: 12 bits of centiseconds). */
function advertInterval(block: TypedBlock, version: 2 | 3, context: BuildContext): Duration {
  const typed = last(block, 'advert_int');
  const given = duration(block, 'advert_int');
  if (typed === undefined || given === undefined) return INSTANCE_DEFAULTS.advertInterval;
  const step = version === 2 ? 1_000_000 : 10_000;
  const max = version === 2 ? 255_000_000 : 40_950_000;
  const rounded = Math.min(max, Math.max(step, Math.round(given / step) * step));
  if (rounded === given) return given;
  const carries = version === 2 ? 'whole seconds' : 'steps of 10 ms up to 40.95 s';
  atWord(
    context,
    'value-rounded',
    wordAt(typed.statement, 1),
    `version ${version} carries ${carries}; ${rounded / 1_000_000} is used`,
    {
      suggestion:
        version === 2 && given < 1_000_000
          ? 'write version 3 for intervals below a second'
          : undefined,
    },
  );
  return microseconds(rounded);
}

function announceOf(block: TypedBlock, defaults: AnnounceConfig, strict: boolean): AnnounceConfig {
  const announce = ANNOUNCE_READER.read(block, defaults);
  return strict
    ? { ...announce, lowerPriorityRepeat: 0, lowerPriorityDelay: ZERO_DURATION }
    : announce;
}
