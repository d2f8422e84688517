/**
 * The address family of a virtual server: that of its address or group, else the first of `ip_family`,
 * `persistence_granularity` and its servers that decides.
 */
import { type IpFamily, ipFamily } from '../../base/address.ts';
import { last } from '../typed/access.ts';
import type { TypedBlock, TypedStatement, Value } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';
import type { ServerGroup } from './server-groups.ts';
import type { Header } from './virtual-server-header.ts';

/** The family; contradicting `ip_family` lines are reported. */
export function familyOf(
  header: Header,
  group: ServerGroup | undefined,
  block: TypedBlock,
  context: BuildContext,
): IpFamily {
  let family = header.kind === 'address' ? ipFamily(header.address) : groupFamily(group);
  for (const typed of block.statements) {
    if (!typed.usable) continue;
    if (typed.keyword.name === 'ip_family') {
      const wanted: IpFamily = typed.values[0] === 'inet6' ? 'ipv6' : 'ipv4';
      if (family !== undefined && family !== wanted) {
        atStatement(
          context,
          'family-conflict',
          typed.statement,
          'ip_family contradicts the family that is already settled and is ignored',
          {
            suggestion:
              header.kind === 'address'
                ? 'remove it: the address decides'
                : 'write it before everything that has addresses',
          },
        );
      } else family = wanted;
    } else family ??= familyByLine(typed, block);
  }
  return family ?? familyOfWord(last(block, 'real_server')?.values[0]) ?? 'ipv4';
}

/** True when a group has entries of both families. */
export function isMixed(group: ServerGroup): boolean {
  const families = new Set(
    group.entries.map((entry) => (entry.kind === 'range' ? entry.range.family : entry.family)),
  );
  return families.has('ipv4') && families.has('ipv6');
}

function groupFamily(group: ServerGroup | undefined): IpFamily | undefined {
  for (const entry of group?.entries ?? []) {
    const family = entry.kind === 'range' ? entry.range.family : entry.family;
    if (family !== undefined) return family;
  }
  return undefined;
}

/** A mask, or a server that is not reached through a tunnel, settles the family. */
function familyByLine(typed: TypedStatement, block: TypedBlock): IpFamily | undefined {
  const [word] = typed.values;
  switch (typed.keyword.name) {
    case 'persistence_granularity':
      return typeof word === 'string' ? (word.includes('.') ? 'ipv4' : 'ipv6') : undefined;
    case 'real_server':
    case 'sorry_server': {
      const method = last(typed.block, 'lvs_method') ?? last(block, 'lvs_method');
      return method?.values[0] === 'TUN' ? undefined : familyOfWord(word);
    }
    default:
      return undefined;
  }
}

function familyOfWord(word: Value | undefined): IpFamily | undefined {
  if (typeof word !== 'string') return undefined;
  return word.includes(':') ? 'ipv6' : 'ipv4';
}
