/** The sockets of the vrrp process: the sizes of their receive buffers, and how they change with a reload. */
import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { BuffersConfig } from '../../../../src/core/model/global-options.ts';
import { VrrpSockets } from '../../../../src/daemon/vrrp/sockets.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { device } from '../../../support/builders/host.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { parse } from '../../../support/parse-text.ts';

/** What each socket was told, by family, in order; undefined is the usual size. */
function sizes(
  ...rounds: readonly (readonly [readonly VrrpInstanceConfig[], BuffersConfig?])[]
): Readonly<Record<string, readonly (number | undefined)[]>> {
  const told: Record<string, (number | undefined)[]> = {};
  const sockets = new VrrpSockets({
    open: ({ family }) => ({
      send: () => 0,
      drain: () => undefined,
      close: () => undefined,
      setReceiveBuffer: (bytes) => {
        told[family] = [...(told[family] ?? []), bytes];
      },
    }),
    listen: () => ({ drain: () => undefined, close: () => undefined }),
    now: () => instant(0),
    onPacket: () => undefined,
    onTrouble: () => undefined,
  });
  for (const [instances, buffers] of rounds) {
    sockets.open(instances, () => ({ sender: device(), member: device() }), buffers);
    sockets.trim();
  }
  return told;
}

const two = [
  instance(),
  instance({ name: 'W', vrid: 52, addresses: [vip('192.0.2.101'), vip('192.0.2.102')] }),
];

describe('receive buffers of VRRP sockets', () => {
  test('nothing is said: the usual size stays', () => {
    expect(sizes([two])).toEqual({});
  });

  test.each([
    ['bytes for each instance', { vrrpPackets: 4096 }, 8192],
    ['advertisements of the MTU, three of them', { vrrpPackets: 'MTU' }, 2 * 3 * 1500],
    ['advertisements of our own size', { vrrpPackets: 'ADVERT' }, 3 * (20 + 20 + 20 + 24)],
    ['as many as are asked for', { vrrpPackets: 'ADVERT', vrrpPacketsHeld: 10 }, 10 * 84],
    ['a number alone asks for nothing', { vrrpPacketsHeld: 10 }, undefined],
  ] as const)('vrrp_rx_bufs_policy: %s', (_title, buffers, bytes) => {
    expect(sizes([two, buffers])).toEqual(bytes === undefined ? {} : { ipv4: [bytes] });
  });

  test('kernel_rx_buf_size of an instance counts for its part, the others have theirs', () => {
    const own = { ...instance(), options: { receiveBufferBytes: 50_000 } };
    expect(sizes([[own, two[1] ?? own]])).toEqual({ ipv4: [50_000 + 3 * 44] });
    expect(sizes([[own, instance6()], { vrrpPackets: 'MTU' }])).toEqual({
      ipv4: [50_000],
      ipv6: [4_500],
    });
  });

  test('a reload gives the open socket its new size, and the usual one when the word goes', () => {
    expect(sizes([two], [two, { vrrpPackets: 4096 }], [two, { vrrpPackets: 4096 }], [two])).toEqual(
      {
        ipv4: [8192, undefined],
      },
    );
  });

  test('the words are read and in effect', () => {
    const { config } = parse(
      'global_defs {\nvrrp_rx_bufs_policy mtu\nvrrp_rx_bufs_multiplier 5\nvrrp_netlink_cmd_rcv_bufs 70000\nvrrp_netlink_monitor_rcv_bufs 80000\nvrrp_netlink_monitor_rcv_bufs_force\nlvs_netlink_cmd_rcv_bufs 90000\nlvs_netlink_cmd_rcv_bufs_force\nprocess_monitor_rcv_bufs 1000\n}\n',
    );
    expect(config?.global.buffers).toEqual({
      vrrpPackets: 'MTU',
      vrrpPacketsHeld: 5,
      vrrpCommands: 70_000,
      vrrpMonitor: 80_000,
      vrrpMonitorForced: true,
      lvsCommands: 90_000,
      lvsCommandsForced: true,
      processMonitor: 1_000,
    });
    expect(config?.notSupportedYet).toEqual([]);
  });
});
