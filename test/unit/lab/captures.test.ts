/** Reading tcpdump's lines. */
import { describe, expect, it } from 'vitest';
import { parseCapture } from '../../lab/kit/capture.ts';
import { isAnnouncement } from '../../lab/kit/movement.ts';

const ARP = 'ethertype ARP (0x0806), length 42: Ethernet (len 6), IPv4 (len 4)';
const ANNOUNCEMENT = `1795192321.374021 02:00:00:00:01:01 > ff:ff:ff:ff:ff:ff, ${ARP}, Request who-has 10.0.0.3 (ff:ff:ff:ff:ff:ff) tell 10.0.0.3, length 28`;
const REPLY_ANNOUNCEMENT = `1795192321.374021 02:00:00:00:01:01 > ff:ff:ff:ff:ff:ff, ${ARP}, Reply 10.0.0.3 is-at 02:00:00:00:01:01, length 28`;
const QUESTION = `1795192321.5 02:00:00:00:04:01 > ff:ff:ff:ff:ff:ff, ${ARP}, Request who-has 10.0.0.3 tell 10.0.0.35, length 28`;

describe('parseCapture', () => {
  it('joins the indented lines of a packet to its first line', () => {
    const packets = parseCapture([
      'tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes',
      '1795191963.888993 02:00:00:00:01:01 > 01:00:5e:00:00:12, ethertype IPv4 (0x0800), length 54: (tos 0xc0, ttl 255, proto VRRP (112), length 40)',
      '    10.0.0.5 > 224.0.0.18: vrrp 10.0.0.5 > 224.0.0.18: VRRPv2, Advertisement, vrid 62, prio 200',
      '1 packet captured',
    ]);
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatchObject({ from: '02:00:00:00:01:01', to: '01:00:5e:00:00:12' });
    expect(packets[0]?.text).toMatch(/ttl 255.*vrid 62, prio 200/);
    expect(packets[0]?.atMs).toBeCloseTo(1795191963888.993, 2);
  });
});

describe('isAnnouncement', () => {
  const isAnnounced = (line: string): boolean =>
    parseCapture([line]).some((packet) => isAnnouncement(packet, '10.0.0.3'));

  it('knows a gratuitous ARP in both forms', () => {
    expect(isAnnounced(ANNOUNCEMENT)).toBe(true);
    expect(isAnnounced(REPLY_ANNOUNCEMENT)).toBe(true);
  });

  it('is not misled by a question from an address that begins alike', () => {
    expect(isAnnounced(QUESTION)).toBe(false);
  });
});
