/** What programs and files of a director say. */
import { describe, expect, test } from 'vitest';
import {
  isYes,
  readKernelOption,
  readLinkNumbers,
  readModuleNames,
  readRouteDevices,
  readRuleset,
  readSystemdWord,
} from '../../../../src/core/director/read.ts';

test('rules of nft', () => {
  expect(readRuleset('{"nftables": [{"metainfo": {}}, 3]}')).toEqual([{ metainfo: {} }]);
  for (const text of ['', 'x', '[]', '{"nftables": 1}']) expect(readRuleset(text)).toBeUndefined();
});

test('devices of default routes', () => {
  const hops = '[{"dst":"default","nexthops":[{"dev":"eth1"},{"dev":"eth2"}]}]';
  expect(readRouteDevices('[{"dst":"default","gateway":"10.0.0.1","dev":"eth0"}]')).toEqual([
    'eth0',
  ]);
  expect(readRouteDevices(hops)).toEqual(['eth1', 'eth2']);
  expect(readRouteDevices('')).toEqual([]);
});

test('numbers of links', () => {
  const text = '[{"ifindex":1,"ifname":"lo"},{"ifindex":"x","ifname":"eth0","mtu":1400},null]';
  expect([...readLinkNumbers(text, 'ifindex')]).toEqual([['lo', 1]]);
  expect([...readLinkNumbers(text, 'mtu')]).toEqual([['eth0', 1400]]);
});

test('names of modules', () => {
  const text =
    'kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/net/x.ko\nkernel/net/nf-nat.ko\nip_vs_rr 16384 0 - Live\n\n';
  expect(readModuleNames(text)).toEqual(['ip_vs', 'nf_nat', 'ip_vs_rr']);
});

test('options of the kernel', () => {
  const text = 'CONFIG_IP_VS=m\nCONFIG_IP_VS_IPV6=y\n# CONFIG_IP_VS_PROTO_SCTP is not set\n';
  expect(
    ['IP_VS', 'IP_VS_IPV6', 'IP_VS_PROTO_SCTP'].map((one) => readKernelOption(text, one)),
  ).toEqual(['m', 'y', 'n']);
});

describe('words of systemd', () => {
  test('the last one counts, and comments do not', () => {
    const text =
      '[Network]\n#ManageForeignRoutes=no\nManageForeignRoutes=yes\nManageForeignRoutes=no\n';
    expect(readSystemdWord(text, 'ManageForeignRoutes')).toBe('no');
    expect(readSystemdWord(text, 'KeepConfiguration')).toBeUndefined();
  });

  test('yes in all its forms', () => {
    expect(['yes', 'True', 'on', '1', 'no', ''].map(isYes)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
