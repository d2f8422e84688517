/** `ha_suspend`: checks rest while this host does not hold the address of their virtual server. */
import { describe, expect, it } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { decidingAddresses } from '../../../../src/core/health/suspension.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { fileCheck, tcpCheck } from '../../../support/builders/check.ts';
import { addressService } from '../../../support/builders/service.ts';
import { realServer, VS, virtualServer, World } from './support.ts';

const TCP = tcpCheck({ delayLoop: seconds(4) });
const SERVICE = virtualServer([realServer(1, [TCP]), realServer(2, [TCP])], { haSuspend: true });
const PLAIN = virtualServer([realServer(1, [TCP]), realServer(2, [TCP])]);

function hold(world: World, ...addresses: readonly string[]): void {
  world.send({ type: 'heldAddresses', held: new Set<IpAddress>(addresses.map(ip)) });
}

function told(world: World): string[] {
  return world.actions.flatMap((action) =>
    action.type === 'checksSuspended'
      ? [
          `${action.at.toFixed(0)} ${action.virtualServer} ${action.suspended ? 'rests' : 'goes on'}`,
        ]
      : [],
  );
}

function world(answer: (check: CheckConfig, at: number) => 'ok' | 'refused' = () => 'ok'): World {
  return new World((check, at) => ({ outcome: answer(check, at) }));
}

describe('checks of a virtual server with ha_suspend', () => {
  it('rest until it is known that the host has the address, and say nothing then', () => {
    const it = world();
    it.configure(SERVICE);
    it.run(10);
    expect(it.attempts).toEqual([]);
    expect(it.machine.deadline).toBeUndefined();
    expect(it.pool(1, 2)).toBe('1 1');
    hold(it, '10.0.0.1');
    it.run(11);
    expect(it.attempts).toHaveLength(2);
    expect(told(it)).toEqual([]);
  });

  it('rest where the host does not have it, and say so once', () => {
    const it = world();
    it.configure(SERVICE);
    hold(it, '10.0.0.9');
    hold(it);
    it.configure(SERVICE);
    it.run(100);
    expect(it.attempts).toEqual([]);
    expect(told(it)).toEqual([`0 ${VS} rests`]);
  });

  it('leave every server as it was while they rest, and ask each within a second when they go on', () => {
    const it = world((_, at) => (at < 50 ? 'refused' : 'ok'));
    it.configure(SERVICE);
    hold(it, '10.0.0.1');
    it.run(20);
    expect(it.pool(1, 2)).toBe('- -');
    hold(it);
    const asked = it.attempts.length;
    it.run(100);
    expect(it.attempts).toHaveLength(asked);
    expect(it.pool(1, 2)).toBe('- -');
    hold(it, '10.0.0.1');
    it.run(101.1);
    expect(it.pool(1, 2)).toBe('1 1');
    expect(told(it)).toEqual([`20 ${VS} rests`, `100 ${VS} goes on`]);
  });

  it('give up a probe that runs: its answer says nothing about the time of rest', () => {
    const it = new World(() => ({ outcome: 'refused', takes: milliseconds(3_000) }));
    it.configure(SERVICE);
    hold(it, '10.0.0.1');
    it.run(2);
    expect(it.running).toBe(2);
    hold(it);
    expect(it.running).toBe(0);
    expect(it.actions.filter(({ type }) => type === 'cancelProbe')).toHaveLength(2);
    it.run(60);
    expect(it.pool(1, 2)).toBe('1 1');
  });

  it('begin and end with the word in the configuration', () => {
    const it = world();
    it.configure(PLAIN);
    hold(it);
    it.run(10);
    const asked = it.attempts.length;
    it.configure(SERVICE);
    it.run(30);
    expect(it.attempts).toHaveLength(asked);
    it.configure(PLAIN);
    it.run(31.1);
    expect(it.attempts).toHaveLength(asked + 2);
    expect(told(it)).toEqual([`10 ${VS} rests`, `30 ${VS} goes on`]);
  });

  it('that go by something tracked have its result when they go on', () => {
    const it = world();
    it.configure(
      virtualServer([realServer(1, [fileCheck({ weight: 0 })], { weight: 5 })], {
        haSuspend: true,
      }),
    );
    hold(it);
    it.send({
      type: 'trackers',
      facts: [{ kind: 'file', name: 'load', value: 3 }],
      isComplete: true,
    });
    expect(it.pool(1)).toBe('5');
    hold(it, '10.0.0.1');
    expect(it.pool(1)).toBe('-');
  });

  it('go on with any address of a group', () => {
    const it = world();
    const services = [addressService('10.0.0.1', 80), addressService('10.0.0.2', 80)];
    const group = virtualServer([realServer(1, [TCP])], { haSuspend: true, services });
    expect([...decidingAddresses([group, PLAIN])]).toEqual(['10.0.0.1', '10.0.0.2']);
    it.configure(group);
    hold(it, '10.0.0.2');
    it.run(5);
    expect(it.attempts).not.toEqual([]);
  });

  it('are seen to rest', () => {
    const it = world();
    it.configure(SERVICE, virtualServer([realServer(3, [TCP])], { key: 'other' }));
    hold(it);
    expect(it.machine.view().virtualServers.map(({ suspended }) => suspended)).toEqual([
      true,
      undefined,
    ]);
  });
});
