/** What holds for plans between any two configurations. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalData } from '../../../../src/core/base/equal-data.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import type { Change } from '../../../../src/core/plan/config-plan.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { anyConfig } from './support.ts';

/** The objects in an order of their own, which is the only thing plans do not compare. */
function ordered(config: Config): Config {
  const by = <T>(list: readonly T[], keyOf: (one: T) => string): T[] =>
    list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    ...config,
    vrrpInstances: by(config.vrrpInstances, ({ name }) => name),
    syncGroups: by(config.syncGroups, ({ name }) => name),
    virtualServers: by(config.virtualServers, ({ key }) => key).map((server) => ({
      ...server,
      realServers: by(server.realServers, ({ address, port }) => `${address} ${port}`),
    })),
  };
}

function count(changes: readonly Change[], kind: Change['change']): number {
  return changes.filter(({ change }) => change === kind).length;
}

/** Changes that say nothing: neither a setting nor a part nor a beginning or end. */
function hollow(changes: readonly Change[]): readonly Change[] {
  return changes.flatMap((change) => [
    ...(change.change === 'change' && change.fields.length + change.parts.length === 0
      ? [change]
      : []),
    ...hollow(change.parts),
  ]);
}

describe('plans', () => {
  it('are empty between a configuration and itself', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        const plan = diffConfig(config, structuredClone(config));
        expect(plan.changes).toEqual([]);
        expect(plan.mastership).toEqual([]);
        expect(plan.ipvs).toEqual([]);
      }),
    );
  });

  it('are not empty when anything differs, and no change is hollow', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, (running, next) => {
        const { changes } = diffConfig(running, next);
        expect(changes.length === 0).toBe(equalData(ordered(running), ordered(next)));
        expect(hollow(changes)).toEqual([]);
      }),
    );
  });

  it('show every single setting of an instance that is changed', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, (running, next) => {
        for (const after of next.vrrpInstances) {
          const before = running.vrrpInstances.find(({ name }) => name === after.name);
          if (before === undefined) continue;
          for (const key of Object.keys({ ...before, ...after })) {
            const mixed = { ...before, [key]: after[key as keyof typeof after] };
            const { changes } = diffConfig(
              { ...running, vrrpInstances: [before], syncGroups: [] },
              { ...running, vrrpInstances: [mixed], syncGroups: [] },
            );
            const isSame = equalData(
              before[key as keyof typeof before],
              mixed[key as keyof typeof mixed],
            );
            expect(changes.length, key).toBe(isSame ? 0 : 1);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('turn round when the configurations are exchanged', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, (a, b) => {
        const [there, back] = [diffConfig(a, b).changes, diffConfig(b, a).changes];
        expect(count(there, 'add')).toBe(count(back, 'remove'));
        expect(count(there, 'change')).toBe(count(back, 'change'));
      }),
    );
  });

  it('show settings that no table knows', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        fc.pre(config.vrrpInstances.length > 0);
        const newer = {
          ...config,
          vrrpInstances: config.vrrpInstances.map((one) => ({ ...one, someNewSetting: 7 })),
        };
        const { changes } = diffConfig(config, newer);
        expect(changes.map(({ fields }) => fields[0]?.field)).toEqual(
          config.vrrpInstances.map(() => 'some_new_setting'),
        );
      }),
      { numRuns: 20 },
    );
  });
});
