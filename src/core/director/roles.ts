/** What a director needs while it is backup, and of its clock. */
import { type IpFamily, ipFamily } from '../base/address.ts';
import { checkerOf } from '../checkers/table.ts';
import { type Director, heldBy, instanceName, served, serverName } from './director.ts';
import { type Finding, type Part, settings } from './finding.ts';

const NONLOCAL: Readonly<Record<IpFamily, string>> = {
  ipv4: 'net/ipv4/ip_nonlocal_bind',
  ipv6: 'net/ipv6/ip_nonlocal_bind',
};

/** Programs and checks use virtual addresses while another director has them. */
export function judgeNonlocalBind(director: Director): readonly Finding[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family): Finding[] => {
    const path = NONLOCAL[family];
    const subject = path.replaceAll('/', '.');
    const checks = checksFromVirtual(director, family);
    const programs = watchedPrograms(director, family);
    if (checks.length === 0 && programs.length === 0) return [];
    const value = director.host.setting(path) ?? '0';
    if (value !== '0') {
      const text = `${subject} is ${value}`;
      return [{ subject, verdict: 'met', text, about: [...checks, ...programs] }];
    }
    const mend = settings({ [path]: 1 });
    if (checks.length > 0) {
      const text = `${subject} is 0: as backup this director cannot check from a virtual address (bindto), so nothing is known of these servers at a takeover`;
      return [{ subject, verdict: 'wrong', text, about: checks, mend }];
    }
    const text = `${subject} is 0: on a backup a program cannot listen at a virtual address, unless it asks for that itself (haproxy: transparent)`;
    return [{ subject, verdict: 'note', text, about: programs, mend }];
  });
}

function checksFromVirtual(director: Director, family: IpFamily): Part[] {
  return served(director).flatMap((one) => {
    // With ha_suspend they rest on a backup.
    if (one.virtualServer.haSuspend || !('checks' in one.server)) return [];
    const isVirtual = one.server.checks
      .flatMap((check) => checkerOf(check).endpoints(check))
      .some(
        ({ sourceAddress: from }) =>
          from !== undefined && ipFamily(from) === family && director.holders.has(from),
      );
    return isVirtual ? [serverName(director, one)] : [];
  });
}

function watchedPrograms(director: Director, family: IpFamily): Part[] {
  return director.config.vrrpInstances
    .filter(
      (one) =>
        one.trackers?.some(({ kind }) => kind === 'process') === true &&
        heldBy(one).some((address) => ipFamily(address) === family),
    )
    .map((one) => instanceName(director, one));
}

/** Advertisements with an HMAC bear the time; one that is too old is not believed. */
export function judgeClock(director: Director): readonly Finding[] {
  const signed = director.config.vrrpInstances.filter(({ hmac }) => hmac?.antiReplay === 'time');
  if (signed.length === 0) return [];
  const finding = { subject: 'clock', about: signed.map((one) => instanceName(director, one)) };
  switch (director.host.isClockSynchronised) {
    case true:
      return [{ ...finding, verdict: 'met', text: 'the clock is synchronised' }];
    case false:
      return [
        {
          ...finding,
          verdict: 'wrong',
          text: 'the clock is not synchronised: peers take advertisements for old when the clocks differ by more than the time window of auth_hmac',
          mend: {
            commands: [['systemctl', 'enable', '--now', 'chrony']],
            kept: [],
          },
        },
      ];
    default:
      return [
        { ...finding, verdict: 'unsure', text: 'whether the clock is synchronised: nobody says' },
      ];
  }
}
