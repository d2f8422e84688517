/** The printer: what it writes reads back to the same, in a layout that does not change any more. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTree } from '../../../../../src/core/language/print.ts';
import { parse } from '../../../../support/parse-text.ts';
import { ANY_TEXT, CORPUS_FILES, commentsOf, GOOD_TEXT, shapeOf, valuesOf } from '../kept.ts';

function printed(text: string): string {
  return printTree(parse(text).tree);
}

describe('printTree: layout', () => {
  it('indents blocks by four, puts { behind the keyword and } on a line of its own', () => {
    expect(printed('vrrp_instance A\n{\nstate  MASTER\n virtual_ipaddress{ 10.0.0.1 }}')).toBe(
      `vrrp_instance A {
    state MASTER
    virtual_ipaddress {
        10.0.0.1
    }
}
`,
    );
  });

  it('indents by as many blanks as asked', () => {
    const { tree } = parse('global_defs { router_id a }');
    expect(printTree(tree, { indent: 2 })).toBe('global_defs {\n  router_id a\n}\n');
  });

  it('keeps comments above, behind, at the end of blocks, behind braces and at the end', () => {
    const text = `# head

# of the block
global_defs {  # opens
    # above
    router_id a     # behind
    smtp_alert off  ! too
    # dangling
}  # closes

# end
`;
    expect(printed(text)).toBe(text);
  });

  it('takes comments on lines of braces to the keyword or the end of the block', () => {
    expect(printed('vrrp_instance A\n{ # one\nstate MASTER\n} # two\n')).toBe(
      'vrrp_instance A {  # one\n    state MASTER\n}  # two\n',
    );
  });

  it('keeps comments of definitions, includes and sequences as comments of their own', () => {
    const text = '$A=1 # one\nglobal_defs {\nrouter_id $A # two\n}\ninclude none # three\n';
    expect(commentsOf(parse(text).tree)).toEqual(['# one', '# two', '# three']);
  });

  it('drops comments of lines that another host has', () => {
    expect(printed('@other foo # not here\nrouter_id a\n')).toBe('router_id a\n');
  });

  it('puts one blank line between outer blocks, keeps one elsewhere, none at edges', () => {
    expect(
      printed(
        '\n\nglobal_defs {\n\nrouter_id a\n\n\nsmtp_alert off\n\n}\n# V\nvrrp_instance V {\n}\nuse_pid_dir\ninstance a',
      ),
    ).toBe(
      'global_defs {\n    router_id a\n\n    smtp_alert off\n}\n\n# V\nvrrp_instance V {\n}\n\nuse_pid_dir\ninstance a\n',
    );
  });

  it('keeps a blank line between a comment and what follows', () => {
    const text = '! Configuration\n\nglobal_defs {\n    # one\n\n    # two\n    router_id a\n}\n';
    expect(printed(text)).toBe(text);
  });

  it('puts comments of neighbouring lines into one column', () => {
    expect(printed('global_defs {\nrouter_id a # x\nsmtp_alert off # y\n}')).toBe(
      'global_defs {\n    router_id a     # x\n    smtp_alert off  # y\n}\n',
    );
  });

  it('puts comments into one column over lines that have none', () => {
    const text = 'a {\n    bbbb     # 1\n    cccccccccccc\n    ddddddd  # 2\n}\n';
    expect(printed(text)).toBe(text);
  });

  it('puts a comment above the line that has no room for it', () => {
    const comment = `# ${'c'.repeat(1000)}`;
    expect(printed(`global_defs {\nrouter_id abcdefghijkl ${comment}\n}`)).toBe(
      `global_defs {\n    ${comment}\n    router_id abcdefghijkl\n}\n`,
    );
  });

  it('makes no line longer than keepalived reads', () => {
    const words = Array.from({ length: 300 }, (_, i) => `VI_${i}`).join('\\\n');
    const long = `$M= ${words}\nvrrp_sync_group G {\ngroup {\n$M\n}\n}\n# ${'x'.repeat(1020)}\n`;
    const lines = printed(`a { b { ${'w'.repeat(1015)}\n} }\n${long}`).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(1023);
  });

  it('has no limit on lines that stand together', () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `VI_${i} # ${i}\n`).join('');
    const { tree } = parse(`vrrp_sync_group G {\ngroup {\n${text}}\n}\n`);
    expect(printTree(tree).length).toBeGreaterThan(text.length);
  });

  it('writes nothing for an empty configuration', () => {
    expect(printed('\n\n')).toBe('');
  });
});

describe('printTree: words', () => {
  it.each([
    ['words with blanks, comment characters or braces', 'router_id "a b # ! { }"'],
    ['an empty word', 'router_id ""'],
    ['quotes as they were', 'router_id "plain"'],
    ['a word that would be a condition', '"@a" b'],
    ['a word that would be a definition', '"$a=b" c'],
    ['a word that would be a sequence', '"~SEQ(a,2)" c'],
    ['a single quote and a backslash', "router_id a'\\b"],
    ['a command with its own quoting', 'notify_master "/bin/a \\"b c\\" d"\'e  f\' root'],
    ['an escaped comment character in a command', 'notify_master /bin/a\\#b'],
    ['a quote that is not closed', 'router_id "a b'],
  ])('keeps %s', (_, line) => {
    const text = `vrrp_instance A {\n    ${line}\n}\n`;
    expect(printed(text)).toBe(text);
  });

  it('keeps the quoting of a regular expression', () => {
    const text = `virtual_server 10.0.0.1 80 {
    real_server 10.0.0.2 80 {
        HTTP_GET {
            url {
                regex "a \\"b" 'c  d'
            }
        }
    }
}
`;
    expect(printed(text)).toBe(text);
  });

  it('quotes a word that had its comment character escaped', () => {
    expect(printed('router_id a\\#b')).toBe('router_id "a#b"\n');
  });

  it('quotes include where it was no include', () => {
    expect(printed('global_defs { include x }')).toBe('global_defs {\n    "include" x\n}\n');
  });

  it('closes blocks that were not closed', () => {
    expect(printed('vrrp_instance A {\n state MASTER\n')).toBe(
      'vrrp_instance A {\n    state MASTER\n}\n',
    );
  });
});

describe('printTree: what is written reads back', () => {
  function expectEqual(text: string): void {
    const before = parse(text);
    const once = printTree(before.tree);
    const after = parse(once);
    expect(shapeOf(after.tree)).toEqual(shapeOf(before.tree));
    expect(valuesOf(after.typed)).toEqual(valuesOf(before.typed));
    expect(commentsOf(after.tree)).toEqual(commentsOf(before.tree));
    if (before.config !== undefined) expect(after.config).toEqual(before.config);
    expect(printTree(after.tree)).toBe(once);
  }

  it('equal words, values, comments and model for accepted configurations', () => {
    fc.assert(fc.property(GOOD_TEXT, expectEqual));
  });

  it('equal words, values, comments and model for anything whose braces close blocks', () => {
    const noSurplus = ANY_TEXT.filter(
      (text) => !parse(text).diagnostics.some((item) => item.code === 'unexpected-close-brace'),
    );
    fc.assert(fc.property(noSurplus, expectEqual), { numRuns: 500 });
  });

  it.skipIf(CORPUS_FILES.length === 0).each(CORPUS_FILES)('equal model for %s', (_, text) =>
    expectEqual(text),
  );
});
