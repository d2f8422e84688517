/** The JSON Schema: complete, sound, and of one mind with the reader about what is right and wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parsePlain } from 'yaml';
import { allTables } from '../../../../../src/core/language/keywords/root.ts';
import { yamlJsonSchema } from '../../../../../src/core/language/yaml/json-schema.ts';
import { printYaml } from '../../../../../src/core/language/yaml/print-yaml.ts';
import { flawsOf, validate } from '../../../../support/json-schema.ts';
import { parse } from '../../../../support/parse-text.ts';
import { GOOD_TEXT } from '../kept.ts';

const SCHEMA = yamlJsonSchema();

function flaws(yaml: string): string[] {
  return validate(SCHEMA, parsePlain(yaml, { merge: true }));
}

describe('the schema', () => {
  it('is sound: words the draft has, references that lead somewhere', () => {
    expect(flawsOf(SCHEMA)).toEqual([]);
  });

  it('has every block and every keyword with a description', () => {
    const definitions = JSON.parse(JSON.stringify(SCHEMA['$defs']));
    for (const table of allTables()) {
      expect(definitions[table.name]?.description, table.name).toBeTruthy();
      for (const keyword of table.keywords) {
        const property = definitions[table.name].properties[keyword.name];
        expect(property?.description, `${table.name} ${keyword.name}`).toContain(keyword.summary);
      }
    }
  });

  it('says ranges, words, defaults and what is deprecated', () => {
    expect(SCHEMA).toHaveProperty(['$defs', 'vrrp_instance', 'properties', 'priority'], {
      description: expect.stringContaining('Priority in the election'),
      type: 'integer',
      minimum: 1,
      maximum: 255,
    });
    expect(SCHEMA).toHaveProperty(
      ['$defs', 'vrrp_instance', 'properties', 'state', 'enum'],
      ['MASTER', 'BACKUP'],
    );
    expect(SCHEMA).toHaveProperty(
      ['$defs', 'vrrp_instance', 'properties', 'advert_int', 'default'],
      1,
    );
    expect(SCHEMA).toHaveProperty(
      ['$defs', 'vrrp_sync_group', 'properties', 'global_tracking', 'deprecated'],
      true,
    );
  });

  it('takes what converting makes', () => {
    fc.assert(
      fc.property(GOOD_TEXT, (text) => {
        expect(flaws(printYaml(parse(text).tree).text)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    'global_defs: {smtp_server: 10.0.0.1 25, lvs_timeouts: {tcp: 900}, script_user: [a, b]}',
    'global_defs: {router_id: 5, smtp_alert: yes, lvs_flush: true, max_auto_priority: true}',
    'vrrp_instance: {A: {notify: /bin/a, notify_fault: {command: /bin/a b, user: c}}, B: }',
    'vrrp_instance: {A: {virtual_ipaddress: [10.0.0.1, {address: 10.0.0.2, dev: eth0, no_track: true}]}}',
    'vrrp_instance: [{A: {priority: 5}}, {A: {priority: 6}}]',
    'virtual_server: [{address: 10.0.0.1, port: 80}, {fwmark: 5}, {group: G}, {10.0.0.2 80: {ops: true}}]',
    'virtual_server: {10.0.0.1 80: {real_server: {10.0.0.2 80: }}}',
    'x-a: {b: c}\nvrrp_script: {a: {script: /bin/true, weight: 5}}',
    '- vrrp_script: {a: {script: /bin/true}}\n- vrrp_script: {b: {script: /bin/true}}',
  ])('takes %j', (yaml) => {
    expect(flaws(yaml)).toEqual([]);
  });

  it.each([
    ['an unknown block', 'vrrp_instanc: {A: {}}'],
    ['an unknown keyword', 'vrrp_instance: {A: {prioriti: 5}}'],
    ['a number outside its range', 'vrrp_instance: {A: {priority: 300}}'],
    ['a word that is none of the list', 'vrrp_instance: {A: {state: SLAVE}}'],
    ['a map where a word is wanted', 'vrrp_instance: {A: {priority: {a: 5}}}'],
    ['a boolean that is none', 'global_defs: {lvs_flush: maybe}'],
    ['an unknown key in a map of words', 'global_defs: {smtp_server: {host: a, prt: 5}}'],
    ['an unknown keyword of a virtual server', 'virtual_server: [{address: 10.0.0.1, prt: 80}]'],
    [
      'an unknown keyword of a real server',
      'virtual_server: [{fwmark: 1, real_server: [{address: 10.0.0.1, wight: 5}]}]',
    ],
    ['a word where a block is wanted', 'global_defs: 5'],
  ])('refuses %s', (_, yaml) => {
    expect(flaws(yaml)).not.toEqual([]);
  });
});
