/** What the operator is told about an order to resign; the answers are those of a real router. */
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { resignReport } from '../../../../src/daemon/vrrp/resign-report.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { HOST } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

function told(bench: Bench, name: string = 'VI'): string {
  const report = resignReport(name, bench.router.foretellResignation(name));
  return report.ok ? report.value.message : `${report.error.code}: ${report.error.message}`;
}

/** Seconds after which a Master that resigned is Master again, beside a peer of lower priority. */
function comesBackAfter(config: VrrpInstanceConfig): number {
  const bench = master(config);
  const start = bench.now;
  bench.send({ type: 'resign', instance: 'VI' });
  while (bench.state() !== 'MASTER') {
    bench.run((bench.now + 100_000) / 1e6);
    const sinceStart = bench.now - start;
    if (sinceStart > 60e6) return Number.POSITIVE_INFINITY;
    if (sinceStart > 600_000) bench.packet({ priority: 50 });
  }
  return (bench.now - start) / 1e6;
}

describe('resign', () => {
  test('O8: a Master that preempts says that it comes back, and when', () => {
    const config = instance();
    expect(told(master(config))).toMatch(
      /^VI gave mastership away\. It preempts: it takes over again in about 3\.6 s\. To keep it away,/,
    );
    expect(comesBackAfter(config)).toBeCloseTo(3.6, 0);
  });

  test('O8: a preemption delay counts', () => {
    const config = instance({ preemptDelay: seconds(10) });
    expect(told(master(config))).toContain('in about 13.6 s');
    expect(Math.abs(comesBackAfter(config) - 13.6)).toBeLessThan(1);
  });

  test('O8: one without preemption comes back only when nobody else is there', () => {
    const config = instance({ preempt: false });
    expect(told(master(config))).toContain(
      'It does not preempt: it takes over again only if no other router advertises, after about 3.6 s.',
    );
    expect(comesBackAfter(config)).toBe(Number.POSITIVE_INFINITY);
  });

  test('O8: a Backup has nothing to give away', () => {
    expect(told(new Bench(instance()))).toBe(
      'refused: VI is BACKUP (startup), not MASTER: it has nothing to give away',
    );
  });

  test('O8: an instance at fault neither, and the cause is said', () => {
    const bench = new Bench(instance({ sourceAddress: ip('10.1.0.2') }), { host: HOST });
    expect(told(bench)).toBe(
      'refused: VI is FAULT (source-address-unusable: 10.1.0.2 is not an address of this host), not MASTER: it has nothing to give away',
    );
  });

  test('O8: a member takes its group along', () => {
    const syncGroups = [{ name: 'G', members: ['VI'] }];
    const bench = new Bench(configuration([instance()], { syncGroups })).run(5);
    expect(told(bench)).toContain('VI and its sync group G gave mastership away');
  });

  test('O8: an unknown instance', () => {
    expect(told(new Bench(instance()), 'VI_9')).toBe('not-found: there is no vrrp_instance VI_9');
  });
});
