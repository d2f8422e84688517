/** Builds the interface of an instance's own, `use_vmac` and `use_ipvlan`, and checks what they need around them. */
import { type IpAddress, parseIp } from '../../base/address.ts';
import type { IpvlanConfig, OwnLinkConfig, VmacConfig } from '../../model/vmac.ts';
import type { Statement, Token } from '../tree.ts';
import { asOptions, last, option, text, value } from '../typed/access.ts';
import type { TypedBlock, TypedStatement, Value } from '../typed/values.ts';
import { INTERFACE_NAME_MAX } from '../typed/words.ts';
import { atStatement, atWord, type BuildContext } from './context.ts';
import type { InstanceFacts } from './instance-facts.ts';

/** The VMAC or ipvlan of an instance, undefined without one that can be; reports what is wrong about it. */
export function readOwnLink(
  block: TypedBlock,
  facts: InstanceFacts,
  context: BuildContext,
): OwnLinkConfig | undefined {
  const reset = (statement: Statement, message: string): void =>
    atStatement(context, 'setting-reset', statement, message);
  const vmac = last(block, 'use_vmac');
  const ipvlan = last(block, 'use_ipvlan');
  const xmit = last(block, 'vmac_xmit_base');
  if (xmit !== undefined && (vmac === undefined || facts.strict)) {
    const why = facts.strict ? 'is forbidden in strict mode' : 'needs use_vmac';
    reset(xmit.statement, `vmac_xmit_base ${why} and is ignored`);
  }
  if (vmac !== undefined && facts.hasPeers) {
    if (text(block, 'interface') === undefined) {
      reset(vmac.statement, 'unicast with a VMAC needs an interface; the VMAC is ignored');
    } else if (xmit === undefined) {
      reset(
        vmac.statement,
        'unicast with a VMAC sends from the base interface: vmac_xmit_base is set',
      );
    }
  }
  const promote = last(block, 'promote_secondaries');
  if (promote !== undefined && (vmac !== undefined || ipvlan !== undefined)) {
    reset(
      promote.statement,
      'promote_secondaries has no effect with a VMAC or ipvlan and is ignored',
    );
  }
  const words = vmac === undefined ? undefined : readVmacWords(block, vmac, facts, context);
  const ownIpvlan = ipvlan === undefined ? undefined : readIpvlan(block, ipvlan, facts, context);
  const vrf = last(block, 'vrf');
  if (vrf !== undefined && text(block, 'interface') !== undefined) {
    reset(vrf.statement, 'vrf is for instances without an interface and is ignored');
  }
  const hasPlace = !facts.hasPeers || text(block, 'interface') !== undefined;
  if (words === undefined || !hasPlace) return ownIpvlan;
  return {
    kind: 'vmac',
    ...words,
    sendsFromBase: facts.hasPeers || (xmit !== undefined && !facts.strict),
  };
}

function readVmacWords(
  block: TypedBlock,
  vmac: TypedStatement,
  facts: InstanceFacts,
  context: BuildContext,
): Pick<VmacConfig, 'name' | 'mac' | 'group' | 'announcesLink'> {
  const options = asOptions(value(block, 'use_vmac'));
  const named = new Set(
    options?.given.flatMap(({ token, values }) => [
      token,
      ...argumentTokens(vmac, token, values.length),
    ]),
  );
  let names = 0;
  let macs = 0;
  let name = wordOf(option(options, 'name'));
  let mac: string | undefined;
  for (const token of vmac.statement.words.slice(1)) {
    if (named.has(token)) continue;
    const isMac = token.text.includes(':');
    if (isMac ? ++macs > 1 : ++names > 1) {
      atWord(
        context,
        'duplicate-option',
        token,
        `use_vmac: a second ${isMac ? 'hardware address' : 'name'} is ignored`,
      );
    } else if (isMac) {
      if (isUsableMac(token, facts, context)) mac = token.text;
    } else if (isUsableName(token, context)) name ??= token.text;
  }
  const group = wordOf(option(options, 'group'));
  return {
    ...(name === undefined ? {} : { name }),
    ...(mac === undefined ? {} : { mac }),
    ...(group === undefined ? {} : { group }),
    announcesLink: option(options, 'netlink_notify_msg') !== undefined,
  };
}

function wordOf(found: Value | undefined): string | undefined {
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

/** The words that belong to a named option. */
function argumentTokens(vmac: TypedStatement, token: Token, count: number): readonly Token[] {
  const at = vmac.statement.words.indexOf(token);
  return vmac.statement.words.slice(at + 1, at + 1 + count);
}

function isUsableName(token: Token, context: BuildContext): boolean {
  const { text: name } = token;
  const good =
    name !== '' &&
    name.length <= INTERFACE_NAME_MAX &&
    !/[/:\s]/.test(name) &&
    name !== '.' &&
    name !== '..';
  if (good) return true;
  atWord(
    context,
    'invalid-interface',
    token,
    `use_vmac: "${name}" cannot be the name of an interface and is ignored`,
    {
      expected: `at most ${INTERFACE_NAME_MAX} characters, no / : or blank`,
    },
  );
  return false;
}

/** Six octets, or five: then the router id becomes the last. */
function isUsableMac(token: Token, facts: InstanceFacts, context: BuildContext): boolean {
  const octets = token.text.split(':');
  const good =
    (octets.length === 5 || octets.length === 6) &&
    octets.every((octet) => /^[0-9a-f]{1,2}$/i.test(octet));
  const why = !good
    ? 'is not a hardware address'
    : (Number.parseInt(octets[0] ?? '', 16) & 1) === 1
      ? 'is a multicast address'
      : /^0?0:0?0:5e:0?0:0?[12]:/i.test(`${token.text}:`)
        ? 'is in the range of VRRP'
        : facts.strict
          ? 'is not allowed in strict mode'
          : undefined;
  if (why === undefined) return true;
  atWord(context, 'invalid-address', token, `use_vmac: "${token.text}" ${why} and is ignored`, {
    expected: 'six octets, or five and the router id becomes the last',
  });
  return false;
}

/** Without an address an IPv4 instance would have no source: then there is no ipvlan. */
function readIpvlan(
  block: TypedBlock,
  ipvlan: TypedStatement,
  facts: InstanceFacts,
  context: BuildContext,
): IpvlanConfig | undefined {
  const options = asOptions(value(block, 'use_ipvlan'));
  const modes =
    options?.given.filter(({ name }) => ['bridge', 'private', 'vepa'].includes(name)) ?? [];
  const [, second] = modes;
  if (second !== undefined)
    atWord(context, 'duplicate-option', second.token, 'use_ipvlan: a second mode is ignored');
  let address: IpAddress | undefined;
  let prefixLength: number | undefined;
  let name = wordOf(option(options, 'name'));
  const group = wordOf(option(options, 'group'));
  for (const token of ipvlan.statement.words.slice(1)) {
    const found = parseIp(token.text.replace(/\/[0-9]+$/, ''));
    if (found === undefined) {
      const isName = options?.positional.includes(token.text) === true;
      if (isName) name ??= token.text;
      continue;
    }
    const fits = found.includes(':') === (facts.family === 'ipv6');
    if (fits) {
      address ??= found;
      const [, length] = token.text.split('/');
      if (length !== undefined) prefixLength ??= Number(length);
    } else
      atWord(
        context,
        'family-conflict',
        token,
        'use_ipvlan: the address is of another family than the instance and is ignored',
      );
  }
  if (address === undefined && facts.family === 'ipv4') {
    atStatement(
      context,
      'setting-reset',
      ipvlan.statement,
      'use_ipvlan needs an address for IPv4; the instance would stay in FAULT',
      {
        expected: 'use_ipvlan NAME ADDRESS',
      },
    );
    return undefined;
  }
  const mode = MODES.find((one) => modes[0]?.name === one) ?? 'bridge';
  return {
    kind: 'ipvlan',
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    ...(prefixLength === undefined ? {} : { prefixLength }),
    mode,
    ...(group === undefined ? {} : { group }),
  };
}

const MODES = ['bridge', 'private', 'vepa'] as const;
