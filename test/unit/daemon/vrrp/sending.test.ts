/** Sending of advertisements in the vrrp process: results, what is said, and farewells that need a frame. */
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { Trouble } from '../../../../src/core/facts/troubles.ts';
import {
  type AdvertisementAction,
  AdvertisementSender,
} from '../../../../src/daemon/vrrp/advertisement-sender.ts';
import { VrrpSending } from '../../../../src/daemon/vrrp/sending.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { device } from '../../../support/builders/host.ts';

function advertisement(changes: Partial<AdvertisementAction> = {}): AdvertisementAction {
  return {
    type: 'sendAdvertisement',
    instance: 'VI',
    family: 'ipv6',
    ifindex: 2,
    source: ip('fe80::1'),
    destination: ip('ff02::12'),
    ttl: 255,
    priority: 100,
    protocol: 112,
    message: Uint8Array.of(0x31),
    ipId: 1,
    ...changes,
  };
}

/** A sending side whose kernel refuses with an errno. */
function refusing(errno: keyof typeof constants.errno, isUp: boolean = true) {
  const troubles: Trouble[] = [];
  const frames: Uint8Array[] = [];
  const sending = new VrrpSending({
    send: () => -constants.errno[errno],
    sendFrame: (_ifindex, frame) => frames.push(frame),
    linkOf: () => device({ up: isUp }),
    onTrouble: (trouble) => troubles.push(trouble),
  });
  return { sending, troubles, frames };
}

describe('AdvertisementSender', () => {
  test('V2: one result for all destinations of an advertisement, in order', () => {
    const sender = new AdvertisementSender(({ destination }) =>
      destination === '192.0.2.2' ? 'EPERM' : undefined,
    );
    for (const destination of [ip('192.0.2.2'), ip('192.0.2.3')]) {
      sender.send(advertisement({ destination }));
    }
    sender.send(advertisement({ ipId: 2, priority: 0 }));
    sender.send(advertisement({ instance: 'OTHER', ipId: 2 }));
    const refused = [{ destination: '192.0.2.2', errno: 'EPERM' }];
    expect(sender.results()).toEqual([
      { type: 'advertisementSent', instance: 'VI', priority: 100, left: 1, refused },
      { type: 'advertisementSent', instance: 'VI', priority: 0, left: 1, refused: [] },
      { type: 'advertisementSent', instance: 'OTHER', priority: 100, left: 1, refused: [] },
    ]);
    expect(sender.results()).toEqual([]);
  });
});

describe('VrrpSending', () => {
  test('V2: a refusal is reported once, with what to look at', () => {
    const { sending, troubles } = refusing('EPERM');
    expect([1, 2, 3].map(() => sending.send(advertisement()))).toEqual(Array(3).fill('EPERM'));
    expect(troubles).toEqual([
      {
        operation: 'send-advertisement',
        about: 'VI to ff02::12',
        errno: 'EPERM',
        detail: 'look at the firewall rules of this host for protocol 112',
      },
    ]);
  });

  test('V23: a farewell that the IP layer refuses leaves as a frame', () => {
    const { sending, frames, troubles } = refusing('EINVAL');
    expect(sending.send(advertisement({ priority: 0 }))).toBeUndefined();
    expect(frames).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('V23: a farewell to one peer needs the IP layer: that it did not leave is said', () => {
    const { sending, frames, troubles } = refusing('EINVAL');
    const farewell = advertisement({ priority: 0, destination: ip('2001:db8::2') });
    expect(sending.send(farewell)).toBe('EINVAL');
    expect(frames).toEqual([]);
    expect(troubles).toMatchObject([{ operation: 'send-farewell', about: 'VI to 2001:db8::2' }]);
  });

  test('V2: no other advertisement leaves as a frame', () => {
    const { sending, frames } = refusing('EINVAL');
    expect(sending.send(advertisement())).toBe('EINVAL');
    expect(frames).toEqual([]);
  });

  test.each([
    ['ENETDOWN', true],
    ['ENETUNREACH', false],
  ] as const)('%s while the link is up: %s is not said: the link is', (errno, isUp) => {
    const { sending, troubles, frames } = refusing(errno, isUp);
    sending.send(advertisement());
    expect(troubles).toEqual([]);
    expect(frames).toEqual([]);
  });
});
