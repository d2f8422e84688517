/** Builds what has a say in takeovers: heartbeats and witnesses that are usable, and what instances say of them. */
import { type IpAddress, ipFamily, isLinkLocal, parseIp } from '../../base/address.ts';
import type { Duration } from '../../base/time.ts';
import type { VrrpInstanceConfig } from '../../model/config.ts';
import { HMAC_KEY_BYTES, hmacKeyBytes } from '../../model/hmac.ts';
import type {
  HeartbeatConfig,
  HeartbeatKey,
  TakeoverConfig,
  WitnessConfig,
} from '../../model/takeover.ts';
import { HEARTBEAT_READER, WITNESS_READER } from '../settings/takeover.ts';
import { didYouMean } from '../spelling.ts';
import { lastLineOf, placeOf, wordAt } from '../tree.ts';
import { all, last, text } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import { needs } from './definitions.ts';
import { readKey } from './secret-key.ts';
import { collect } from './tracked.ts';

/** Keys of the heartbeats that can be used, by their blocks. */
export type HeartbeatKeys = ReadonlyMap<TypedBlock, HeartbeatKey>;

/** All that count; undefined without any. The first of a name does. */
export function buildTakeover(
  keys: HeartbeatKeys,
  context: BuildContext,
): TakeoverConfig | undefined {
  const heartbeats = collect('heartbeat', context, (name, block) =>
    heartbeatOf(name, block, keys.get(block)),
  );
  const witnesses = collect('witness', context, (name, block) => witnessOf(name, block, context));
  return heartbeats.length + witnesses.length === 0 ? undefined : { heartbeats, witnesses };
}

/** Reports and drops heartbeats and witnesses that cannot be used, and reads the keys of the others. */
export function validateTakeover(context: BuildContext): HeartbeatKeys {
  const keys = new Map<TypedBlock, HeartbeatKey>();
  const paths = new Map<string, TypedStatement>();
  for (const typed of context.root.statements) {
    if (typed.keyword.name === 'witness') needs(typed, 'address', context);
    if (typed.keyword.name !== 'heartbeat') continue;
    needs(typed, 'neighbor_ip', context);
    if (!context.dropped.has(typed)) needs(typed, 'key', context);
    if (!context.dropped.has(typed)) validateAddresses(typed, context);
    if (!context.dropped.has(typed)) validatePath(typed, paths, context);
    const key = context.dropped.has(typed) ? undefined : keyOf(typed, context);
    if (key !== undefined && typed.block !== undefined) keys.set(typed.block, key);
  }
  return keys;
}

/** What an instance says of heartbeat and witness; a name that nothing defines is reported and left out. */
export function readTakeover(
  block: TypedBlock,
  context: BuildContext,
): Pick<VrrpInstanceConfig, 'takeoverHeartbeat' | 'takeoverWitness'> {
  const heartbeat = definedName(block, 'takeover_heartbeat', 'heartbeat', context);
  const witness = definedName(block, 'takeover_witness', 'witness', context);
  const mode = text(block, 'takeover_heartbeat', 1) === 'allow' ? 'allow' : 'veto';
  return {
    ...(heartbeat !== undefined && { takeoverHeartbeat: { name: heartbeat, mode } }),
    ...(witness !== undefined && { takeoverWitness: witness }),
  };
}

function definedName(
  block: TypedBlock,
  keyword: string,
  definer: string,
  context: BuildContext,
): string | undefined {
  const typed = last(block, keyword);
  const name = typed?.values[0];
  if (typed === undefined || typeof name !== 'string') return undefined;
  const defined = context.root.statements.filter(
    (one) => one.keyword.name === definer && !context.dropped.has(one),
  );
  if (defined.some(({ values }) => values[0] === name)) return name;
  atWord(
    context,
    'unknown-reference',
    wordAt(typed.statement, 1),
    `there is no ${definer} "${name}"; ${keyword} is ignored`,
    {
      isConsequence: context.typing.tried.hasName(name),
      suggestion: didYouMean(
        name,
        defined.map(({ values }) => String(values[0])),
      ),
    },
  );
  return undefined;
}

function heartbeatOf(
  name: string,
  block: TypedBlock,
  key: HeartbeatKey | undefined,
): HeartbeatConfig | undefined {
  const neighbour = addressOf(block, 'neighbor_ip');
  const source = addressOf(block, 'source_ip');
  if (neighbour === undefined || key === undefined) return undefined;
  return {
    name,
    neighbour,
    ...(source === undefined ? {} : { source }),
    ...HEARTBEAT_READER.read(block),
    key,
  };
}

function witnessOf(
  name: string,
  block: TypedBlock,
  context: BuildContext,
): WitnessConfig | undefined {
  const found = all(block, 'address').flatMap(({ values }) => parseIp(String(values[0])) ?? []);
  const addresses = [...new Set(found)];
  if (addresses.length === 0) return undefined;
  const { atLeast, interval, timeout } = WITNESS_READER.read(block);
  return {
    name,
    addresses,
    atLeast: notAbove(
      atLeast,
      addresses.length,
      last(block, 'at_least'),
      context,
      (most) =>
        `witness "${name}" has ${most} address${most === 1 ? '' : 'es'}, so at_least is ${most}`,
    ),
    interval,
    timeout: notAbove(
      timeout,
      interval,
      last(block, 'timeout'),
      context,
      () => `the timeout of witness "${name}" is above its interval, which is used for both`,
    ) as Duration,
  };
}

function notAbove(
  value: number,
  most: number,
  at: TypedStatement | undefined,
  context: BuildContext,
  message: (most: number) => string,
): number {
  if (value <= most) return value;
  if (at !== undefined) atStatement(context, 'setting-reset', at.statement, message(most));
  return most;
}

function validateAddresses(typed: TypedStatement, context: BuildContext): void {
  const [neighbour, source] = [
    addressOf(typed.block, 'neighbor_ip'),
    addressOf(typed.block, 'source_ip'),
  ];
  if (neighbour === undefined) return;
  const what = `heartbeat "${nameOf(typed)}"`;
  if (source !== undefined && ipFamily(source) !== ipFamily(neighbour)) {
    drop(typed, `${what}: source and neighbour are of different families; it is ignored`, context);
  } else if (isLinkLocal(neighbour) && ipFamily(neighbour) === 'ipv6') {
    const message = `${what}: a link-local neighbour needs an interface, which cannot be said; it is ignored`;
    drop(typed, message, context, 'a global or unique local address');
  }
}

/** The key of a heartbeat; undefined when it cannot be used: it is reported, and the heartbeat is dropped. */
function keyOf(typed: TypedStatement, context: BuildContext): HeartbeatKey | undefined {
  const at = last(typed.block, 'key');
  const word = text(typed.block, 'key');
  if (at === undefined || word === undefined) return undefined;
  const what = `heartbeat "${nameOf(typed)}"`;
  const { isUnread, ...key } = readKey(word, wordAt(at.statement, 1), what, context);
  const { length } = hmacKeyBytes(key.secret);
  const { min, max } = HMAC_KEY_BYTES;
  if (isUnread === true || (length >= min && length <= max)) return key;
  const expected = `${min} to ${max} bytes`;
  const message = `${what} has a key of ${length} bytes and is ignored`;
  drop(typed, message, context, expected);
  return undefined;
}

/** Sockets cannot tell two sessions apart that have the same addresses and port. */
function validatePath(
  typed: TypedStatement,
  paths: Map<string, TypedStatement>,
  context: BuildContext,
): void {
  const neighbour = addressOf(typed.block, 'neighbor_ip');
  const { port } = HEARTBEAT_READER.read(typed.block);
  const path = `${neighbour} ${port}`;
  const twin = paths.get(path);
  if (twin === undefined) {
    paths.set(path, typed);
    return;
  }
  context.dropped.set(typed, { why: 'another one has its neighbour and port' });
  atStatement(
    context,
    'duplicate-name',
    typed.statement,
    `heartbeat "${nameOf(typed)}" has the neighbour and port of another one and is ignored`,
    {
      endLine: lastLineOf(typed.statement),
      related: [placeOf(twin.statement, 'the other one is here')],
    },
  );
}

function drop(
  typed: TypedStatement,
  message: string,
  context: BuildContext,
  expected?: string,
): void {
  context.dropped.set(typed, { why: message });
  atStatement(context, 'block-dropped', typed.statement, message, {
    endLine: lastLineOf(typed.statement),
    ...(expected === undefined ? {} : { expected }),
  });
}

function addressOf(block: TypedBlock | undefined, keyword: string): IpAddress | undefined {
  return parseIp(text(block, keyword) ?? '');
}

function nameOf({ values: [name] }: TypedStatement): string {
  return typeof name === 'string' ? name : '';
}
