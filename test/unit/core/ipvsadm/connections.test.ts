/** The list of connections: lines of the kernel against what ipvsadm made of them. */
import { expect, it } from 'vitest';
import {
  connectionLine,
  connectionTitle,
  readConnection,
} from '../../../../src/core/ipvsadm/connections.ts';
import { NUMERIC, type ShownNames } from '../../../../src/core/ipvsadm/text.ts';

/** Of Linux 6.1. */
const PROC = `UDP 0A090001 0000 0A090001 13C4 0A09004D 13C4 NONE             57 sip 12345@example.org
UDP 0A090000 0000 0A090001 0007 0A09004D 0007 NONE             87
UDP 0A090001 0FA0 0A090001 000C fd09:0000:0000:0000:0000:0000:0000:0077 000C UDP               0
UDP 0A090001 0000 0A090001 000C fd09:0000:0000:0000:0000:0000:0000:0077 000C NONE           3997
UDP fd09:0000:0000:0000:0000:0000:0000:0001 0000 fd09:0000:0000:0000:0000:0000:0000:0001 0009 fd09:0000:0000:0000:0000:0000:0000:0077 0063 NONE             67
IP  0A090001 0000 00000007 0000 0A09004D 0000 NONE          99997
TCP 0A090001 0FA1 0A090001 0050 0A09004D 1F90 SYN_RECV         57`;

/** Of ipvsadm 1.31, at the same moment. */
const NUMBERS = `IPVS connection entries
pro expire state       source             virtual            destination        pe name          pe_data
UDP 00:57  NONE        10.9.0.1:0         10.9.0.1:5060      10.9.0.77:5060   sip                12345@example.org
UDP 01:27  NONE        10.9.0.0:0         10.9.0.1:7         10.9.0.77:7
UDP 00:00  UDP         10.9.0.1:4000      10.9.0.1:12        [fd09::77]:12
UDP 66:37  NONE        10.9.0.1:0         10.9.0.1:12        [fd09::77]:12
UDP 01:07  NONE        [fd09::1]:0        [fd09::1]:9        [fd09::77]:99
IP  1666:37 NONE        10.9.0.1:0         0.0.0.7:0          10.9.0.77:0
TCP 00:57  SYN_RECV    10.9.0.1:4001      10.9.0.1:80        10.9.0.77:8080
`;

const NAMES = `IPVS connection entries
pro expire state       source             virtual            destination
UDP 00:57  NONE        10.9.0.1:0         10.9.0.1:sip       10.9.0.77:sip
UDP 01:27  NONE        10.9.0.0:0         10.9.0.1:echo      10.9.0.77:echo
UDP 00:00  UDP         10.9.0.1:4000      10.9.0.1:12        [fd09::77]:12
UDP 66:37  NONE        10.9.0.1:0         10.9.0.1:12        [fd09::77]:12
UDP 01:07  NONE        [fd09::1]:0        [fd09::1]:discard  [fd09::77]:99
IP  1666:37 NONE        10.9.0.1:0         0.0.0.7:0          10.9.0.77:0
TCP 00:57  SYN_RECV    10.9.0.1:4001      10.9.0.1:http      10.9.0.77:http-alt
`;

const PORTS: Readonly<Record<string, string>> = {
  '5060/udp': 'sip',
  '7/udp': 'echo',
  '9/udp': 'discard',
  '80/tcp': 'http',
  '8080/tcp': 'http-alt',
};

function render(names: ShownNames, withEngines: boolean): string {
  const entries = PROC.split('\n').map(readConnection);
  const lines = entries.map((entry) =>
    entry === undefined ? '?' : connectionLine(entry, names, withEngines),
  );
  return connectionTitle(withEngines) + lines.join('');
}

it('is byte for byte that of ipvsadm', () => {
  expect(render(NUMERIC, true)).toBe(NUMBERS);
  const portOf = (port: number, protocol: string) => PORTS[`${port}/${protocol}`];
  expect(render({ hostOf: () => undefined, portOf }, false)).toBe(NAMES);
});

it.each([
  '',
  'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData',
  'TCP 0A090001 0FA1 0A090001 0050 0A09004D',
  'TCP 0A090001 0FA1 0A090001 0050 0A09004D 1F90 SYN_RECV soon',
  'TCP 0A0900 0FA1 0A090001 0050 0A09004D 1F90 SYN_RECV 57',
])('passes over what is no entry: %j', (line) => {
  expect(readConnection(line)).toBeUndefined();
});
