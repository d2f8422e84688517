/**
 * Limits that must agree with each other, over all layers. A limit stands where it is used, in a file of limits
 * where a layer has several; a pair that can contradict belongs here.
 */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/core/base/time.ts';
import { OWN_BYTES, SHARED_BYTES_MAX } from '../../src/core/checkers/byte-budget.ts';
import { HEAD_BYTES_MAX } from '../../src/core/checkers/http/response.ts';
import { RUNNING_PROBES_MAX } from '../../src/core/model/check-limits.ts';
import {
  DUE_PER_EVENT_MAX,
  PENDING_FRAMES_MAX,
  REFUSED_GAP_MAX,
  REFUSED_GAP_MIN,
  REFUSED_PATIENCE,
} from '../../src/core/vrrp/limits.ts';
import { encodeAdvertisement } from '../../src/core/wire/vrrp.ts';
import { encodeAh } from '../../src/core/wire/vrrp-ah.ts';
import {
  ADVERTISED_ADDRESSES_MAX,
  advertisementPacketBytes,
  receivedBytesMax,
} from '../../src/core/wire/vrrp-limits.ts';
import { REGEX_TEXT_MAX } from '../../src/drivers/regex.ts';
import { VRRP_RECEIVE_BUFFER_BYTES } from '../../src/drivers/vrrp-socket.ts';
import { DIGESTS } from '../support/builders/packet.ts';

/** What the kernel charges for a packet of so many bytes: struct sk_buff and rounding, at most. */
const charged = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes + 320)) + 256;

describe('VRRP', () => {
  it.each([
    [2, 'ipv4'],
    [3, 'ipv4'],
    [2, 'ipv6'],
    [3, 'ipv6'],
  ] as const)('the largest packet of version %i over %s fits a receive slot', (version, family) => {
    const address = new Uint8Array(family === 'ipv4' ? 4 : 16);
    const packet = { source: address, destination: address };
    const message = encodeAdvertisement(
      {
        version,
        vrid: 1,
        priority: 100,
        interval: 1,
        addresses: Array.from({ length: ADVERTISED_ADDRESSES_MAX }, () => address),
      },
      family,
      packet,
      'pseudo-header',
    );
    const payload =
      version === 2 && family === 'ipv4'
        ? encodeAh(
            { ...packet, identification: 1, sequence: 1, message },
            { key: new Uint8Array(8), hmacMd5: DIGESTS.hmacMd5, unicast: false },
          )
        : message;
    // A raw IPv4 socket delivers the header, which has up to 60 bytes.
    const delivered = payload.length + (family === 'ipv4' ? 60 : 0);
    expect(receivedBytesMax(family)).toBeGreaterThanOrEqual(delivered);
    const form = { version, family, seal: payload === message ? 'none' : 'AH' } as const;
    const header = family === 'ipv4' ? 20 : 40;
    expect(advertisementPacketBytes(form, ADVERTISED_ADDRESSES_MAX)).toBe(header + payload.length);
  });

  it('the receive buffer holds one advertisement of each of a thousand instances', () => {
    // SO_RCVBUFFORCE grants twice what is asked for.
    expect(2 * VRRP_RECEIVE_BUFFER_BYTES).toBeGreaterThan(1_000 * charged(8 + 10 * 16));
    expect(2 * VRRP_RECEIVE_BUFFER_BYTES).toBeGreaterThan(100 * charged(receivedBytesMax('ipv6')));
  });

  it('refused announcements of a full instance get through a slow link before they are given up', () => {
    const frames = ADVERTISED_ADDRESSES_MAX * 10;
    expect(REFUSED_PATIENCE).toBeGreaterThan(frames * REFUSED_GAP_MIN);
    expect(REFUSED_GAP_MIN).toBeLessThan(REFUSED_GAP_MAX);
    expect(REFUSED_GAP_MAX).toBeLessThan(seconds(1));
    expect(PENDING_FRAMES_MAX).toBeGreaterThan(10);
  });

  it('one wake-up handles the timers of many thousand instances in small turns', () => {
    expect(DUE_PER_EVENT_MAX).toBeLessThanOrEqual(64);
  });
});

describe('probes', () => {
  const MB = 1024 * 1024;

  it('all answers together, with a full share of each probe, stay below 128 MB', () => {
    expect(RUNNING_PROBES_MAX * OWN_BYTES + SHARED_BYTES_MAX).toBeLessThanOrEqual(128 * MB);
  });

  it('the common memory holds many of the longest answers, so that one gives way after others had time to end', () => {
    expect(SHARED_BYTES_MAX).toBeGreaterThanOrEqual(32 * REGEX_TEXT_MAX);
    expect(SHARED_BYTES_MAX).toBeGreaterThanOrEqual(32 * HEAD_BYTES_MAX);
  });

  it('the page and the headers of an ordinary check need nothing of it', () => {
    expect(OWN_BYTES).toBeGreaterThanOrEqual(8_192);
  });
});
