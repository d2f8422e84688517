/** What `tandem explain` says: of everything, in 80 columns, and helpful about what it does not know. */
import { describe, expect, it } from 'vitest';
import { allTables } from '../../../../src/core/language/keywords/root.ts';
import { explainNothing, explainWord } from '../../../../src/core/manual/explain.ts';
import { allWords } from '../../../../src/core/manual/lookup.ts';
import { ownFactIds } from '../../../../src/core/manual/page-facts.ts';
import { TOPICS } from '../../../../src/core/manual/topics.ts';
import { CONFLICT_NAMES } from '../../../../src/core/vrrp/conflict-names.ts';
import { REASON_IDS } from '../../../../src/core/vrrp/reasons.ts';
import { parse } from '../../../support/parse-text.ts';
import { ROWS } from './every-keyword.ts';

function explained(word: string, block?: string): string {
  const explanation = explainWord(word, block);
  if (!explanation.ok) throw new Error(explanation.problem);
  return explanation.lines.join('\n');
}

function refusal(word: string, block?: string): { problem: string; hints: readonly string[] } {
  const explanation = explainWord(word, block);
  if (explanation.ok) throw new Error(explanation.lines.join('\n'));
  return explanation;
}

describe('explainWord', () => {
  it('tells syntax, meaning, range, default, age and an example of a keyword', () => {
    expect(explained('virtual_router_id')).toBe(
      `virtual_router_id VRID                                          in vrrp_instance

  Number of the virtual router on its network.

  VRID     a whole number from 1 to 255
  Default  none, it must be given
  Since    keepalived 1.0.3
  Twice    the last one counts
  Missing  without VRID, the file is refused (exit status 2)
  Status   in effect

    virtual_router_id 51`,
    );
  });

  it('tells units and repairs', () => {
    expect(explained('idle_tx')).toMatch(/MILLISECONDS +milliseconds from 1000 to/);
    expect(explained('weight', 'vrrp_script')).toMatch(/outside, the nearest of these is\s+used/);
  });

  it('lists the meanings of a word that has many, and tells one on request', () => {
    expect(explained('weight')).toMatch(/^weight: \d+ meanings\n/);
    expect(explained('weight', 'real_server')).toMatch(
      /^weight N +in virtual_server > real_server/,
    );
    expect(explained('weight', 'virtual_server.real_server')).toBe(
      explained('weight', 'real_server'),
    );
    expect(explained('weight', 'track_script')).toMatch(/^weight N .*option of track_script/);
  });

  it('tells what a block may hold', () => {
    const text = explained('vrrp_script');
    expect(text).toContain('It may hold:');
    expect(text).toMatch(/\n {4}interval SECONDS +Time from one start to the next/);
  });

  it('tells the entries and options of a block', () => {
    expect(explained('virtual_ipaddress')).toMatch(/\n {4}dev IF +interface that gets the address/);
    expect(explained('no_track')).toMatch(/^no_track\s+option of /);
  });

  it('knows other names', () => {
    expect(explained('lb_algo')).toMatch(/^lvs_sched NAME .*\n.*Also +lb_algo/s);
  });

  it('tells what a code means and what to do', () => {
    expect(explained('unknown-keyword')).toContain('What to do');
    expect(explained('lint-vip-not-held')).toContain('What to do');
  });

  it('tells parts of the language', () => {
    expect(explained('~SEQ')).toContain('~SEQ(VAR,START,END) TEXT');
    expect(explained('includea')).toContain('includew PATTERN');
  });

  it('has a guess at what is not known', () => {
    expect(refusal('prioriti').hints).toEqual(['priority']);
    expect(refusal('garp').hints).toContain('garp_master_delay');
    expect(refusal('priority', 'vrrp_instanc')).toEqual({
      ok: false,
      problem: 'there is no block "vrrp_instanc"',
      hints: ['vrrp_instance'],
    });
    expect(refusal('prority', 'vrrp_instance').hints).toEqual(['priority']);
  });

  it('says where a keyword belongs instead', () => {
    expect(refusal('priority', 'global_defs').problem).toBe(
      '"priority" is not valid in global_defs; it belongs in vrrp_instance',
    );
  });

  it.each(ROWS.map(({ title, table, keyword }) => [title, table.name, keyword.name] as const))(
    'explains %s in 80 columns',
    (_, table, keyword) => {
      expect(tooWide(explained(keyword, table))).toEqual([]);
    },
  );

  it('explains every word, block and part of the language', () => {
    const words = [
      ...allWords(),
      ...allTables().map(({ name }) => name),
      ...TOPICS.map(({ name }) => name),
    ].filter((word) => word !== 'root');
    expect(words.filter((word) => !explainWord(word, undefined).ok)).toEqual([]);
    expect(words.flatMap((word) => tooWide(explained(word)))).toEqual([]);
  });

  it('O3: explains every reason of a VRRP state, and hints at one that is misspelt', () => {
    expect(REASON_IDS.flatMap((id) => tooWide(explained(id)))).toEqual([]);
    expect(explained('master-resigned')).toContain('  The master has resigned.\n');
    expect(refusal('master-timeuot').hints).toContain('master-timeout');
    expect(explainNothing().some((line) => line.startsWith('  master-timeout'))).toBe(true);
  });

  it('explains every fact of the log with its fields, and hints at one that is misspelt', () => {
    expect(ownFactIds().length).toBeGreaterThan(50);
    expect(ownFactIds().flatMap((id) => tooWide(explained(id)))).toEqual([]);
    const late = explained('component.late');
    expect(late).toContain('latenessSeconds  the worst of the last second');
    expect(late).toContain('The host was overloaded, stopped or asleep.');
    expect(refusal('vrrp.transitoin').hints).toContain('vrrp.transition');
  });

  it('explains the fact that a finding is as the finding', () => {
    expect(explained('config.unknown-keyword')).toBe(explained('unknown-keyword'));
  });

  it('O2: explains every conflict of two masters, with what to do', () => {
    expect(CONFLICT_NAMES.flatMap((name) => tooWide(explained(name)))).toEqual([]);
    expect(explained('deaf-peer')).toContain('  What to do\n');
  });

  it('says what there is to explain', () => {
    const lines = explainNothing();
    expect(tooWide(lines.join('\n'))).toEqual([]);
    for (const name of ['vrrp_instance', '    HTTP_GET', '~SEQ'])
      expect(lines.some((line) => line.startsWith(`  ${name}`))).toBe(true);
  });

  /** Lines that do not fit; examples are as long as they are. */
  function tooWide(text: string): string[] {
    return text.split('\n').filter((line) => line.length > 80 && !line.startsWith('    '));
  }
});

describe('topics', () => {
  it.each(TOPICS.filter(({ name }) => name.startsWith('~') || name === 'definitions'))(
    'the example of $name is read without a complaint',
    ({ name, example }) => {
      const text = name === '~LST' ? `vrrp_instance V {\n${example}\n}` : example;
      const ignored =
        /^(not-supported-yet|lint-.*|vrid-missing|interface-required|default-assumed)$/;
      const codes = parse(text).diagnostics.map(({ code }) => code);
      expect(codes.filter((code) => !ignored.test(code))).toEqual([]);
    },
  );
});
