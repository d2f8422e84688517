/** What differs between two routers, in the words of the log. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { factLine } from '../../../../src/core/facts/catalogue.ts';
import type { PacketDifference } from '../../../../src/core/vrrp/packet-difference.ts';
import { ip } from '../../../support/builders/addresses.ts';

const SOURCE = { instance: 'VI_1', source: ip('10.1.0.2'), outcome: 'dropped' } as const;

describe('V9: a packet with a wrong destination is told truthfully', () => {
  const text = (difference: PacketDifference): string =>
    factLine({ id: 'vrrp.wrongDestination', ...SOURCE, difference }).text;
  const unicast = { kind: 'destination', destination: ip('10.1.0.1'), isMulticast: false } as const;
  const multicast = {
    kind: 'destination',
    destination: ip('224.0.0.18'),
    isMulticast: true,
  } as const;

  it('unicast to a multicast instance', () => {
    const expected = ip('224.0.0.18');
    expect(text({ ...unicast, expectsMulticast: true, expected })).toBe(
      'VI_1: dropped an advertisement with another destination than this instance expects: from 10.1.0.2, unicast to 10.1.0.1, but this instance expects multicast (its unicast_peer is empty)',
    );
  });

  it('multicast to a unicast instance', () => {
    const expected = ip('10.1.0.1');
    expect(text({ ...multicast, expectsMulticast: false, expected })).toContain(
      'multicast, but this instance expects unicast (it has a unicast_peer)',
    );
  });

  it('unicast to another address', () => {
    const expected = ip('10.1.0.9');
    expect(text({ ...unicast, expectsMulticast: false, expected })).toContain(
      'unicast to 10.1.0.1, but this instance expects it at 10.1.0.9',
    );
    expect(text({ ...unicast, expectsMulticast: false })).toContain(
      'unicast to 10.1.0.1, but this instance has no address now',
    );
  });
});

describe('O2: the lines of a conflict', () => {
  const rival = {
    name: 'other-addresses',
    address: ip('10.1.0.2'),
    priority: 90,
    difference: { kind: 'addresses', onlyThere: [ip('10.1.0.100')], onlyHere: [] },
  } as const;
  const line = (phase: 'began' | 'lasts' | 'silent', lasted: number) =>
    factLine({ id: 'vrrp.conflict', instance: 'VI_1', phase, rival, lasted: seconds(lasted) });

  it('its begin tells who, which address, and what to do', () => {
    expect(line('began', 1)).toMatchObject({
      level: 'error',
      text: 'VI_1: TWO MASTERS: 10.1.0.2 (priority 90) is master too: its list of virtual addresses differs from ours (only there: 10.1.0.100). Give both routers the same virtual_ipaddress list.',
      fields: { conflict: 'other-addresses', peer: '10.1.0.2', peerPriority: 90, phase: 'began' },
    });
  });

  it('it is said again, with its age, and its end has a line', () => {
    expect(line('lasts', 300).text).toContain('VI_1: TWO MASTERS, for 5 min now: 10.1.0.2');
    expect(line('silent', 300)).toMatchObject({
      level: 'notice',
      text: 'VI_1: the conflict with 10.1.0.2 is over after 5 min (it is silent)',
    });
  });

  it.each([
    [{ kind: 'interval', theirs: seconds(2), ours: seconds(1) }, '2 s there, 1 s here'],
    [{ kind: 'version', theirs: 3, ours: 2 }, 'version 3 there, 2 here'],
    [{ kind: 'authentication', theirs: 'none', ours: 'PASS' }, 'auth_type none there, PASS here'],
  ] as const)('names the setting: %j', (difference, words) => {
    const fact = { id: 'vrrp.authFailures', ...SOURCE, difference } as const;
    expect(factLine(fact).text).toContain(words);
    // A program that reads JSON gets it as well.
    expect(factLine(fact).fields).toMatchObject({ difference: words });
  });
});
