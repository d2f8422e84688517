/**
 * Advertisements with the trailer of `auth_hmac`, recorded from keepalived 2.4.3 on the wire: whole IP packets. Every MAC was
 * computed again by an independent program. Source 192.0.2.1 or fe80::ff:fe00:a, priority 150, interval 1 s.
 */

/** The keys of the recordings. */
export const HMAC_KEYS = {
  text: '0123456789abcdef0123456789ABCDEF',
  hex: 'hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  other: 'ABCDEF0123456789ABCDEF0123456789x',
  long: `hex:${Array.from({ length: 64 }, (_, i) => i.toString(16).padStart(2, '0')).join('')}`,
} as const;

/** One recorded sender. */
export interface HmacVector {
  readonly id: string;
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly vip: string;
  readonly key: keyof typeof HMAC_KEYS;
  readonly keyId: number;
  /** Absent: multicast. */
  readonly peer?: string;
  /** IP packets in hexadecimal digits, in the order of sending; the last is a resignation. */
  readonly packets: readonly string[];
}

/** The recordings. */
export const HMAC_VECTORS: readonly HmacVector[] = [
  {
    id: 'H01',
    version: 2,
    vrid: 1,
    vip: '192.0.2.101',
    key: 'text',
    keyId: 1,
    packets: [
      '45c0004400010000ff701875c0000201e00000122101960100018696c00002650000000000000000010100006b0adf5374bc0000c217aef7e06dcaf0c57e66f6f91f0c57',
      '45c0004400020000ff701874c0000201e00000122101960100018696c00002650000000000000000010100006b0adf54751f00007ed1e83a134f48da9eb4c07fe7f74d6b',
      '45c0004400040000ff701872c0000201e00000122101000100011c97c00002650000000000000000010100006b0adf5670c000001354daa83b56a202c7983a6c95ed376a',
    ],
  },
  {
    id: 'H02',
    version: 3,
    vrid: 2,
    vip: '192.0.2.102',
    key: 'hex',
    keyId: 5,
    packets: [
      '45c0003c00010000ff70187dc0000201e0000012310296010064d3a0c0000266010500006b0adf53752a0000f08f820025ee35260caf317cdd0a647a',
      '45c0003c00040000ff70187ac0000201e000001231020001006469a1c0000266010500006b0adf5670c8000011dfb9991293d35c78feba6a79788e73',
    ],
  },
  {
    id: 'H03',
    version: 3,
    vrid: 3,
    vip: 'fe80::3',
    key: 'long',
    keyId: 200,
    packets: [
      '6c03dc9f003470fffe80000000000000000000fffe00000aff020000000000000000000000000012310396010064b97afe80000000000000000000000000000301c800006b0adf53751c000089ed0ac6c0b4a10901382d21c395d9b0',
      '6c03dc9f003470fffe80000000000000000000fffe00000aff0200000000000000000000000000123103000100644b15fe80000000000000000000000000000301c800006b0adf5670c90000f33362f50e1b80c338ecc58a6fb57793',
    ],
  },
  {
    id: 'H04',
    version: 3,
    vrid: 4,
    vip: '192.0.2.104',
    key: 'other',
    keyId: 2,
    peer: '192.0.2.2',
    packets: [
      '45c0003c00010000ff70368dc0000201c0000202310496010064f1acc0000268010200006b0adf53752500008728dac62ab525aadf12780209669935',
      '45c0003c00040000ff70368ac0000201c000020231040001006487adc0000268010200006b0adf5670cc0000a00ed7a749a57f805aae15356712dab9',
    ],
  },
];

/** What a sender in mode receive-only sends (H05): no trailer at all. */
export const HMAC_RECEIVE_ONLY = {
  vrid: 5,
  vip: '192.0.2.105',
  packet: '45c0002000010000ff701899c0000201e0000012310596010064d39ac0000269',
} as const;
