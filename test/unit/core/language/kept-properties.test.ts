/** What is kept although nothing acts on it yet: there and back, and in the difference, for any block of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalData } from '../../../../src/core/base/equal-data.ts';
import { allTables } from '../../../../src/core/language/keywords/root.ts';
import { printTree } from '../../../../src/core/language/print.ts';
import type { BlockTable } from '../../../../src/core/language/schema/keyword-table.ts';
import { convert } from '../../../../src/core/language/yaml/convert.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { anyBlock } from '../../../support/any-configuration.ts';
import { instance, parse } from '../../../support/parse-text.ts';
import { parseYaml } from '../../../support/parse-yaml.ts';

function tableOf(name: string): BlockTable {
  const table = allTables().find((one) => one.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}

/** The block of a table, or nothing. */
function maybe(keyword: string, table: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant('') },
    {
      weight: 3,
      arbitrary: anyBlock(tableOf(table)).map((lines) => `${keyword} {\n${lines}\n}\n`),
    },
  );
}

const INSTANCE = fc
  .tuple(
    maybe('virtual_routes', 'vrrp_instance.virtual_routes'),
    maybe('virtual_rules', 'vrrp_instance.virtual_rules'),
    maybe('virtual_ipaddress_excluded', 'vrrp_instance.virtual_ipaddress_excluded'),
    maybe('auth_hmac', 'vrrp_instance.auth_hmac'),
  )
  .map((parts) => instance(parts.join('')));

/** A file with what is kept. */
const KEPT = fc
  .tuple(
    maybe('global_defs', 'global_defs'),
    maybe('track_group G', 'track_group'),
    maybe('static_ipaddress', 'static_ipaddress'),
    maybe('static_routes', 'static_routes'),
    maybe('static_rules', 'static_rules'),
    maybe('garp_group', 'garp_group'),
    maybe('interface_up_down_delays', 'interface_up_down_delays'),
    INSTANCE,
  )
  .map((parts) => parts.join(''));

/** Configurations that are accepted. */
const CONFIG: fc.Arbitrary<Config> = KEPT.map((text) => parse(text).config).filter(
  (config) => config !== undefined,
);

describe('what is kept', () => {
  it('is the same behind the other form and back', () => {
    fc.assert(
      fc.property(KEPT, (text) => {
        const original = parse(text);
        fc.pre(original.config !== undefined);
        expect(parse(printTree(original.tree)).config).toEqual(original.config);
        const there = convert(original, 'yaml', parseYaml);
        fc.pre(there.ok);
        const yaml = parseYaml(there.text);
        expect(yaml.config).toEqual(original.config);
        const back = convert(yaml, 'conf', (again) => parse(again));
        fc.pre(back.ok);
        expect(parse(back.text).config).toEqual(original.config);
      }),
      { numRuns: 40 },
    );
  });

  it('is plain data, which travels between processes', () => {
    fc.assert(
      fc.property(CONFIG, (config) => {
        expect(structuredClone(config)).toEqual(config);
        expect(JSON.parse(JSON.stringify(config))).toEqual(config);
      }),
      { numRuns: 60 },
    );
  });

  it('shows in the plan where it differs, and nowhere else', () => {
    fc.assert(
      fc.property(CONFIG, CONFIG, (running, next) => {
        expect(diffConfig(running, running).changes).toEqual([]);
        const { changes } = diffConfig(running, next);
        expect(changes.length === 0).toBe(equalData(running, next));
        for (const { fields } of changes) {
          for (const { from, to } of fields) expect(from).not.toBe(to);
        }
      }),
      { numRuns: 60 },
    );
  });
});
