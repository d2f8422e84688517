/** What ARP and neighbour advertisements say of an address. */
import { expect, test } from 'vitest';
import { ipBytes, macBytes, parseMac } from '../../../../src/core/base/address.ts';
import { claimOfAdvertisement, claimOfArp } from '../../../../src/core/wire/address-claim.ts';
import { encodeGratuitousArp } from '../../../../src/core/wire/arp.ts';
import { encodeUnsolicitedNa } from '../../../../src/core/wire/neighbour-advertisement.ts';
import { ip } from '../../../support/builders/addresses.ts';

const MAC = '02:00:00:00:00:77';
const BYTES = macBytes(parseMac(MAC) ?? ('' as never));
const ICMP_AT = 54;

const arp = (address = '192.0.2.9', mac = BYTES): Uint8Array =>
  encodeGratuitousArp(mac, ipBytes(ip(address)));

const advertisement = (): Uint8Array =>
  encodeUnsolicitedNa(BYTES, ipBytes(ip('2001:db8::9')), false).slice(ICMP_AT);

test('the sender of ARP has its address, in a request and in a reply', () => {
  const claim = { address: ip('192.0.2.9'), mac: MAC };
  expect(claimOfArp(arp())).toEqual(claim);
  const reply = arp();
  reply[21] = 2;
  expect(claimOfArp(reply)).toEqual(claim);
});

test('the target of a neighbour advertisement is at the hardware address of its option', () => {
  const claim = { address: ip('2001:db8::9'), mac: MAC };
  expect(claimOfAdvertisement(advertisement())).toEqual(claim);
  const message = advertisement();
  const nonce = Uint8Array.of(14, 1, 1, 2, 3, 4, 5, 6);
  const behind = Uint8Array.from([...message.slice(0, 24), ...nonce, ...message.slice(24)]);
  expect(claimOfAdvertisement(behind)).toEqual(claim);
});

test('a hardware address that is that of no host claims nothing', () => {
  expect(claimOfArp(arp('192.0.2.9', new Uint8Array(6)))).toBeUndefined();
  expect(claimOfArp(arp('192.0.2.9', Uint8Array.of(1, 0, 0x5e, 0, 0, 1)))).toBeUndefined();
});

test('what is cut, has no option or an option without length claims nothing, and holds nobody', () => {
  const whole = advertisement();
  for (let length = 0; length < whole.length; length++)
    expect(claimOfAdvertisement(whole.slice(0, length))).toBeUndefined();
  for (let length = 0; length < 42; length++)
    expect(claimOfArp(arp().slice(0, length))).toBeUndefined();
  const endless = advertisement();
  endless[24] = 9;
  endless[25] = 0;
  expect(claimOfAdvertisement(endless)).toBeUndefined();
  const solicitation = advertisement();
  solicitation[0] = 135;
  expect(claimOfAdvertisement(solicitation)).toBeUndefined();
});
