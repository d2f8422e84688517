/** IPVS requests against bytes that a kernel accepted, and their own blocks read back. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/core/base/bytes.ts';
import * as abi from '../../../../src/core/lvs/abi.ts';
import {
  encodeGetDestinations,
  encodeGetService,
  encodeOperation,
  encodeStartDaemon,
  encodeStopDaemon,
  encodeZero,
  type IpvsCommand,
} from '../../../../src/core/lvs/commands.ts';
import { encodeTimeouts } from '../../../../src/core/lvs/config-codec.ts';
import { decodeDestination } from '../../../../src/core/lvs/destination-codec.ts';
import type {
  IpvsDestination,
  IpvsOperation,
  IpvsService,
} from '../../../../src/core/lvs/ipvs-table.ts';
import { decodeService } from '../../../../src/core/lvs/service-codec.ts';
import { endpointKey, serviceKey } from '../../../../src/core/model/config.ts';
import { readAttributes, readNested } from '../../../../src/core/netlink/attributes.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { destination, service } from '../../../support/builders/ipvs.ts';
import { addressService, markService } from '../../../support/builders/service.ts';
import { ipvsVector } from '../../../vectors/ipvs.ts';

/** Netlink header of 16 bytes, generic header of 4. */
const GENERIC_HEADER = 16;
const ATTRIBUTES = 20;

const WEB = addressService('192.0.2.10', 80);
const WEB6 = addressService('2001:db8::10', 443, 'UDP');

/** Whole services by the vector that creates or changes them. */
const SERVICES: readonly [string, 'addService' | 'updateService', IpvsService][] = [
  ['NEW_SERVICE tcp 192.0.2.10:80 rr', 'addService', service(WEB)],
  ['NEW_SERVICE udp6 [2001:db8::10]:443 wlc', 'addService', service(WEB6, { scheduler: 'wlc' })],
  [
    'NEW_SERVICE fwmark 7 sh sh-port,sh-fallback persistent 360 mask 255.255.255.0',
    'addService',
    service(markService(7), {
      scheduler: 'sh',
      flags: 0x19,
      timeoutSeconds: 360,
      netmaskPrefix: 24,
    }),
  ],
  [
    'NEW_SERVICE fwmark 7 v6 mh',
    'addService',
    service(markService(7, 'ipv6'), { scheduler: 'mh', flags: 8 }),
  ],
  [
    'NEW_SERVICE udp ops',
    'addService',
    service(addressService('192.0.2.10', 53, 'UDP'), { flags: 4 }),
  ],
  [
    'NEW_SERVICE sip pe',
    'addService',
    service(addressService('192.0.2.10', 5060, 'UDP'), {
      flags: 1,
      timeoutSeconds: 60,
      persistenceEngine: 'sip',
    }),
  ],
  [
    'SET_SERVICE -> wrr persistent 300',
    'updateService',
    service(WEB, { scheduler: 'wrr', flags: 1, timeoutSeconds: 300 }),
  ],
];

type DestinationType = 'addDestination' | 'updateDestination';

const TUNNEL = { forwarding: 'tunnel' } as const;

/** Whole destinations by the vector that creates or changes them. */
const DESTINATIONS: readonly [string, DestinationType, IpvsService, IpvsDestination][] = [
  [
    'NEW_DEST DR 198.51.100.1:80 w5 x100 y50',
    'addDestination',
    service(WEB),
    destination('198.51.100.1', 80, { weight: 5, upperThreshold: 100, lowerThreshold: 50 }),
  ],
  [
    'NEW_DEST MASQ 198.51.100.2:8080 w1',
    'addDestination',
    service(WEB),
    destination('198.51.100.2', 8080, { forwarding: 'masquerade' }),
  ],
  [
    'NEW_DEST TUN ipip 198.51.100.3:80',
    'addDestination',
    service(WEB),
    destination('198.51.100.3', 80, { ...TUNNEL, tunnel: { type: 'ipip', port: 0, flags: 0 } }),
  ],
  [
    'NEW_DEST TUN gue 198.51.100.4:80 port 6080 csum',
    'addDestination',
    service(WEB),
    destination('198.51.100.4', 80, { ...TUNNEL, tunnel: { type: 'gue', port: 6080, flags: 1 } }),
  ],
  [
    'NEW_DEST TUN gre 198.51.100.5:80 nocsum',
    'addDestination',
    service(WEB),
    destination('198.51.100.5', 80, { ...TUNNEL, tunnel: { type: 'gre', port: 0, flags: 0 } }),
  ],
  [
    'NEW_DEST v6 rs in v4 service, tunnel',
    'addDestination',
    service(WEB),
    destination('2001:db8:1::6', 80, { ...TUNNEL, tunnel: { type: 'ipip', port: 0, flags: 0 } }),
  ],
  [
    'NEW_DEST v6 rs MASQ [2001:db8:1::1]:8443',
    'addDestination',
    service(WEB6),
    destination('2001:db8:1::1', 8443, { forwarding: 'masquerade' }),
  ],
  [
    'NEW_DEST fwmark svc',
    'addDestination',
    service(markService(7)),
    destination('198.51.100.1', 0),
  ],
  [
    'SET_DEST w0',
    'updateDestination',
    service(WEB),
    destination('198.51.100.1', 80, { weight: 0 }),
  ],
];

describe('requests are the bytes that the kernel takes', () => {
  it.each(SERVICES)('%s', (name, type, record) => {
    const operation: IpvsOperation = { type, key: serviceKey(record.identity), service: record };
    expect(wire(encodeOperation(operation))).toBe(requestHex(name));
  });

  it.each(DESTINATIONS)('%s', (name, type, record, target) => {
    expect(wire(encodeOperation(onDestination(type, record, target)))).toBe(requestHex(name));
  });

  it('DEL_DEST names service and destination only', () => {
    const operation = onDestination(
      'removeDestination',
      service(WEB),
      destination('198.51.100.1', 80, { weight: 5 }),
    );
    expect(wire(encodeOperation(operation))).toBe(requestHex('DEL_DEST'));
  });

  it('DEL_SERVICE names the service only', () => {
    const operation: IpvsOperation = {
      type: 'removeService',
      key: serviceKey(WEB),
      service: service(WEB, { scheduler: 'wrr' }),
    };
    expect(wire(encodeOperation(operation))).toBe(requestHex('DEL_SERVICE'));
  });

  it.each([
    ['GET_SERVICE single', encodeGetService(WEB)],
    ['GET_DEST dump with counters', encodeGetDestinations(addressService('10.0.0.100', 80))],
    ['ZERO one', encodeZero(WEB)],
    ['ZERO all', encodeZero(undefined)],
    [
      'SET_CONFIG 900 120 300',
      {
        command: abi.IPVS_CMD_SET_CONFIG,
        attributes: encodeTimeouts({ tcp: 900, tcpFin: 120, udp: 300 }),
      },
    ],
    ['NEW_DAEMON master', encodeStartDaemon({ role: 'master', interface: 'eth0', syncId: 5 })],
    [
      'NEW_DAEMON backup full',
      encodeStartDaemon({
        role: 'backup',
        interface: 'eth0',
        syncId: 5,
        maxLength: 1400,
        port: 9000,
        ttl: 4,
        group: ip('239.1.2.3'),
      }),
    ],
    ['DEL_DAEMON master', encodeStopDaemon('master')],
    ['DEL_DAEMON backup', encodeStopDaemon('backup')],
  ] satisfies [string, IpvsCommand][])('%s', (name, command) => {
    expect(wire(command)).toBe(requestHex(name));
  });
});

describe('what was written is read back', () => {
  it.each(SERVICES)('%s', (name, _type, record) => {
    const block = nestedBlock(name, abi.IPVS_CMD_ATTR_SERVICE);
    const decoded = decodeService(block);
    expect(decoded.ok && decoded.value.service).toEqual(record);
  });

  it.each(DESTINATIONS)('%s', (name, _type, record, target) => {
    const block = nestedBlock(name, abi.IPVS_CMD_ATTR_DEST);
    const decoded = decodeDestination(block, record.identity.family);
    expect(decoded.ok && decoded.value).toMatchObject(target);
    expect(decoded.ok && decoded.value.activeConnections).toBe(0);
  });
});

function onDestination(
  type: DestinationType | 'removeDestination',
  record: IpvsService,
  target: IpvsDestination,
): IpvsOperation {
  return {
    type,
    key: serviceKey(record.identity),
    service: record,
    destinationKey: endpointKey(target.address, target.port),
    destination: target,
  };
}

/** Command, version 1, reserved, attributes. */
function wire({ command, attributes }: IpvsCommand): string {
  return toHex(Uint8Array.of(command, 1, 0, 0)) + toHex(attributes);
}

function requestHex(name: string): string {
  return toHex(ipvsVector(name).request.subarray(GENERIC_HEADER));
}

function nestedBlock(name: string, type: number): ReadonlyMap<number, Uint8Array> {
  const outer = readAttributes(ipvsVector(name).request.subarray(ATTRIBUTES));
  const inner = outer.ok ? readNested(outer.value, type) : outer;
  if (!inner.ok) throw new Error(inner.error.kind);
  return inner.value;
}
