/** The operations for the kernel. */
import { describe, expect, it } from 'vitest';
import { serverKey } from '../../../../src/core/health/server-key.ts';
import type { RunningHealth } from '../../../../src/core/plan/config-plan.ts';
import { planOf, server, service } from './support.ts';

const steps = (from: string, to: string, health?: RunningHealth): string[] =>
  planOf(from, to, health === undefined ? {} : { health }).ipvs.map((step) =>
    [step.operation, step.service, step.destination, step.detail]
      .filter((part) => part !== undefined)
      .join(' '),
  );

const TWO = service(server('10.0.0.1 80') + server('10.0.0.2 80'));
const SERVICE = 'tcp:192.0.2.100:80';
const key = (host: string): string => serverKey(SERVICE, host);

describe('IPVS operations of a plan', () => {
  it('add before they remove', () => {
    expect(steps(TWO, service(server('10.0.0.1 80') + server('10.0.0.3 80')))).toEqual([
      `add-destination ${SERVICE} 10.0.0.3:80 NAT weight 1`,
      `remove-destination ${SERVICE} 10.0.0.2:80 NAT weight 1`,
    ]);
  });

  it('change weights and schedulers in place', () => {
    const to = TWO.replace('lvs_sched rr', 'lvs_sched wlc\n  persistence_timeout 50').replace(
      'real_server 10.0.0.1 80 {',
      'real_server 10.0.0.1 80 {\n weight 3',
    );
    expect(steps(TWO, to)).toEqual([
      `update-service ${SERVICE} wlc persistent 50 s`,
      `update-destination ${SERVICE} 10.0.0.1:80 NAT weight 3`,
    ]);
  });

  it('remove a service with its servers', () => {
    expect(steps(TWO + service(server('10.0.0.1 80'), '192.0.2.100 81'), TWO)).toEqual([
      'remove-destination tcp:192.0.2.100:81 10.0.0.1:80 NAT weight 1',
      'remove-service tcp:192.0.2.100:81 rr',
    ]);
  });

  it('leave servers alone that are down', () => {
    const health = { down: [key('10.0.0.2:80')], alive: [key('10.0.0.1:80')], quorumUp: [SERVICE] };
    const to = TWO.replace('real_server 10.0.0.2 80 {', 'real_server 10.0.0.2 80 {\n weight 3');
    expect(steps(TWO, to, health)).toEqual([]);
    expect(steps(TWO, to)).toHaveLength(1);
  });

  it('bring the sorry server in when the new quorum is not met', () => {
    const health = { down: [key('10.0.0.2:80')], alive: [key('10.0.0.1:80')], quorumUp: [SERVICE] };
    const to = service(
      `quorum 2\nsorry_server 10.0.0.9 80\n${server('10.0.0.1 80')}${server('10.0.0.2 80')}`,
    );
    expect(steps(TWO, to, health)).toEqual([
      `add-destination ${SERVICE} 10.0.0.9:80 NAT weight 1`,
      `remove-destination ${SERVICE} 10.0.0.1:80 NAT weight 1`,
    ]);
  });

  it('leave a new server with alpha out until it is checked', () => {
    expect(
      steps(
        TWO,
        TWO.replace('\n}\n\n', '\n}\n').replace(
          /\n}\n$/,
          `\n${server('10.0.0.3 80', 'alpha')}\n}\n`,
        ),
      ),
    ).toEqual([]);
  });
});
