/** Values in the words of keepalived's dumps, which programs read. Measured on keepalived 2.2.7 and 2.4.3. */
import { ipFamily } from '../../../core/base/address.ts';
import type { VirtualAddressConfig } from '../../../core/model/address.ts';
import type { CommandConfig } from '../../../core/model/command.ts';
import type { TrackProcessConfig } from '../../../core/model/tracking.ts';

/** Names of scopes, rtnetlink(7). */
const SCOPES: Readonly<Record<number, string | undefined>> = {
  0: 'global',
  200: 'site',
  253: 'link',
  254: 'host',
};

/** What is shown in the place of a secret. */
export const HIDDEN_SECRET = '********';

/** `192.0.2.101/24 brd 192.0.2.255 dev eth0 scope global label eth0:x set`; `set`: the kernel has it. */
export function vipWords(vip: VirtualAddressConfig, isSet: boolean): string {
  const { address, prefixLength, label, broadcast, peer } = vip;
  const isIpv6 = ipFamily(address) === 'ipv6';
  const whole = isIpv6 ? 128 : 32;
  const prefix = prefixLength === whole ? '' : `/${prefixLength}`;
  return joined(
    // Behind a far end the prefix is that of the far end.
    peer === undefined ? `${address}${prefix}` : address,
    broadcast && `brd ${broadcast}`,
    `dev ${vip.interface}`,
    `scope ${SCOPES[vip.scope] ?? vip.scope}`,
    label && `label ${label}`,
    peer && `peer ${peer}/${prefixLength}`,
    // A host address is never a source of the host's own.
    isIpv6 && (prefixLength === whole ? 'deprecated' : 'preferred_lft forever'),
    isSet && 'set',
  );
}

/** `'/usr/bin/true' 'a' 'b c'`. */
export function commandWords({ argv }: CommandConfig): string {
  return argv.map((word) => `'${word}'`).join(' ');
}

/** `1795875229.538095`, of microseconds. */
export function secondsWords(us: number): string {
  const whole = Math.floor(us / 1_000_000);
  return `${whole}.${String(Math.floor(us - whole * 1_000_000)).padStart(6, '0')}`;
}

/** `1795875229.538095 (Sat Nov 28 14:13:49.538095 2026)`, in local time. */
export function momentWords(us: number): string {
  const text = secondsWords(us);
  const moment = new Date(us / 1_000);
  const [weekday, month, day, year] = moment.toDateString().split(' ');
  const [time] = moment.toTimeString().split(' ');
  const paddedDay = String(Number(day)).padStart(2, ' ');
  return `${text} (${weekday} ${month} ${paddedDay} ${time}${text.slice(text.indexOf('.'))} ${year})`;
}

/** `1 sec`, `1.5 secs`, `300 milli-sec`. */
export function intervalWords(us: number): string {
  if (us < 1_000_000) return `${us / 1_000} milli-sec`;
  return `${us / 1_000_000} sec`;
}

/** keepalived compares the command line, not only the name of the program, as soon as anything about its parameters is said. */
export function comparesCommandLine({ wholeCommand, match }: TrackProcessConfig): boolean {
  return wholeCommand || match !== 'any';
}

/** Words with blanks between them; what is absent is left out. */
export function joined(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== false && part !== undefined && part !== '').join(' ');
}
