/** There and back: what a configuration says is the same in both forms, comments included. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTree } from '../../../../../src/core/language/print.ts';
import { convert } from '../../../../../src/core/language/yaml/convert.ts';
import { printYaml } from '../../../../../src/core/language/yaml/print-yaml.ts';
import { ANY_CONFIGURATION } from '../../../../support/any-configuration.ts';
import { parse } from '../../../../support/parse-text.ts';
import { parseYaml } from '../../../../support/parse-yaml.ts';
import { CORPUS_FILES, commentsOf, GOOD_TEXT, valuesOf } from '../kept.ts';

/** Comments without regard to their character and place. */
function commentTexts(texts: readonly string[]): string[] {
  return texts.map((text) => text.slice(1).trim()).sort();
}

describe('there and back', () => {
  it('keeps the value of every word of every keyword, in order', () => {
    fc.assert(
      fc.property(ANY_CONFIGURATION, (text) => {
        const original = parse(text);
        const yaml = parseYaml(printYaml(original.tree, { ordered: true }).text);
        expect(valuesOf(yaml.typed)).toEqual(valuesOf(original.typed));
        const back = parse(printTree(yaml.tree));
        expect(valuesOf(back.typed)).toEqual(valuesOf(original.typed));
      }),
      { numRuns: 120 },
    );
  });

  it('keeps comments', () => {
    fc.assert(
      fc.property(ANY_CONFIGURATION, (text) => {
        const { tree } = parse(text);
        const yaml = parseYaml(printYaml(tree, { ordered: true }).text);
        expect(commentTexts(commentsOf(yaml.tree))).toEqual(commentTexts(commentsOf(tree)));
      }),
      { numRuns: 120 },
    );
  });

  it('gives an equal model for accepted configurations', () => {
    fc.assert(
      fc.property(GOOD_TEXT, (text) => {
        const original = parse(text);
        const there = convert(original, 'yaml', parseYaml);
        expect(there.ok).toBe(true);
        const back = convert(parseYaml(there.text), 'conf', (again) => parse(again));
        expect(back.ok).toBe(true);
        expect(parse(back.text).config).toEqual(original.config);
      }),
      { numRuns: 50 },
    );
  });

  it('prints YAML that prints as itself', () => {
    fc.assert(
      fc.property(ANY_CONFIGURATION, (text) => {
        const { text: once } = printYaml(parse(text).tree);
        expect(printYaml(parseYaml(once).tree).text).toBe(once);
      }),
      { numRuns: 120 },
    );
  });

  it.skipIf(CORPUS_FILES.length === 0).each(CORPUS_FILES)('%s keeps its model', (_, text) => {
    const original = parse(text);
    if (original.config === undefined) return;
    const there = convert(original, 'yaml', parseYaml);
    expect(there.ok).toBe(true);
    const yaml = parseYaml(there.text);
    expect(yaml.config).toEqual(original.config);
    const back = convert(yaml, 'conf', (again) => parse(again));
    expect(back.ok).toBe(true);
    expect(parse(back.text).config).toEqual(original.config);
  });
});

describe('convert', () => {
  it('keeps an order that matters: a definition after its use stays after it', () => {
    const text = `vrrp_script a {
script /bin/true
}
vrrp_instance V {
interface eth0
virtual_router_id 5
priority 5
track_script {
b
}
virtual_ipaddress {
10.0.0.1/24
}
}
vrrp_script b {
script /bin/true
}
`;
    const original = parse(text);
    const there = convert(original, 'yaml', parseYaml);
    const codes = parseYaml(there.text).diagnostics.map(({ code }) => code);
    expect(codes).toEqual(original.diagnostics.map(({ code }) => code));
    expect(codes).toContain('unknown-reference');
  });

  it('leaves out what has no effect, and says so in the file', () => {
    const original = parse('global_defs {\n# mine\nbogus a b\nrouter_id x\n}\nnonsense {\n a\n}\n');
    const result = convert(original, 'yaml', parseYaml);
    expect(result).toMatchObject({
      ok: true,
      text: `global_defs:
  # mine
  # not carried over: bogus a b
  router_id: x

# not carried over: nonsense { ... }
`,
    });
    expect(result.ok ? result.leftOut.length : 0).toBe(2);
  });

  it('refuses a word that keepalived.conf cannot hold, and names it', () => {
    const original = parseYaml(`global_defs:\n  router_id: 'a"b'\n`);
    const result = convert(original, 'conf', (text) => parse(text));
    expect(result).toMatchObject({
      ok: false,
      unwritable: [{ reason: 'a word cannot hold a double quote', isSecret: false }],
    });
  });
});
