/** The formatter of files: layout changes, meaning and comments do not, whatever host reads the file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTree } from '../../../../../src/core/language/print.ts';
import { sourceLines } from '../../../../../src/core/language/print-lines.ts';
import { formatSource } from '../../../../../src/core/language/print-source.ts';
import { MAIN, parse } from '../../../../support/parse-text.ts';
import {
  ANY_TEXT,
  CORPUS_FILES,
  commentsOf,
  GOOD_TEXT,
  reference,
  shapeOf,
  valuesOf,
} from '../kept.ts';

/** The name A in braces. */
const A = reference('A');

function formatted(text: string): string {
  const result = formatSource({ file: MAIN, text });
  if (!result.ok) throw new Error(result.problem);
  return result.text;
}

describe('formatSource: layout', () => {
  it.each([
    [
      'indents and puts braces where they belong',
      'vrrp_instance A\n{\n  state\tMASTER\nvirtual_ipaddress{ 10.0.0.1 } }',
      'vrrp_instance A {\n    state MASTER\n    virtual_ipaddress {\n        10.0.0.1\n    }\n}\n',
    ],
    [
      'keeps comments between a keyword and its {, inside the block',
      'vrrp_instance A # one\n# two\n{ # three\nstate MASTER\n} # four',
      'vrrp_instance A {  # one\n    # two\n    # three\n    state MASTER\n}  # four\n',
    ],
    [
      'keeps includes, definitions and conditions as written',
      `include   conf.d/a  b.conf # c\n$A=   x  y\n@h1   router_id   ${A}\nglobal_defs{\n@^h1 router_id  "a  b"\n}`,
      `include conf.d/a  b.conf  # c\n$A=x  y\n@h1 router_id ${A}\n\nglobal_defs {\n    @^h1 router_id "a  b"\n}\n`,
    ],
    [
      'indents definitions of several lines by their own braces',
      '$V= \\\nvirtual_server 10.0.0.1 80 { \\\nreal_server 10.0.0.2 80 { \\\n} \\\n}\n\n$V\n',
      '$V= \\\n    virtual_server 10.0.0.1 80 { \\\n        real_server 10.0.0.2 80 { \\\n        } \\\n    }\n\n$V\n',
    ],
    [
      'keeps the blank line that ends a definition',
      '$V= \\\na \\\n\nrouter_id $V\n',
      '$V= \\\n    a \\\n\nrouter_id $V\n',
    ],
    ['keeps sequences as written', '  ~SEQ(n,1,3)   a  $n  b', '~SEQ(n,1,3)   a  $n  b\n'],
    [
      'indents by what a definition opens',
      '$OPEN=vrrp_instance A {\n$OPEN\nstate MASTER\n}',
      '$OPEN=vrrp_instance A {\n$OPEN\n    state MASTER\n}\n',
    ],
    [
      'knows that a block may begin in two variants',
      '@a virtual_server 1.1.1.1 80 {\n@^a virtual_server 2.2.2.2 80 {\nprotocol TCP\n}\n@a use_pid_dir',
      '@a virtual_server 1.1.1.1 80 {\n@^a virtual_server 2.2.2.2 80 {\n    protocol TCP\n}\n\n@a use_pid_dir\n',
    ],
    [
      'leaves a line whole whose parts would become directives',
      'global_defs { include x }',
      'global_defs { include x }\n',
    ],
    ['leaves a reference behind a { where it is', 'x { $M }', 'x { $M }\n'],
    [
      'joins a { to a keyword with references, but not to a reference at the end',
      `vrrp_instance ${A} b\n{\n}\nvrrp_instance $A\n{\n}`,
      `vrrp_instance ${A} b {\n}\n\nvrrp_instance $A\n{\n}\n`,
    ],
    [
      'leaves quoting of commands alone',
      'vrrp_script s {\nscript   \'/bin/a  b\'\nscript  "/bin/a  b"   root\n}',
      'vrrp_script s {\n    script   \'/bin/a  b\'\n    script "/bin/a  b" root\n}\n',
    ],
    [
      'writes LF line ends, drops blanks at line ends and needless blank lines',
      '\r\n\r\nglobal_defs {   \r\n\r\n\r\nrouter_id a  \r\n\r\n}\r\n\r\n\r\n',
      'global_defs {\n    router_id a\n}\n',
    ],
    ['leaves pasted characters to the reader', 'router_id\u3000 a  b', 'router_id\u3000 a  b\n'],
    ['gives nothing for nothing', '\n \n', ''],
  ])('%s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
  });

  it('indents by as many blanks as asked', () => {
    const result = formatSource({ file: MAIN, text: 'a {\nb\n}' }, { indent: 2 });
    expect(result).toEqual({ ok: true, text: 'a {\n  b\n}\n' });
  });
});

describe('formatSource: refusal', () => {
  it('names the brace that is missing', () => {
    const result = formatSource({ file: MAIN, text: 'vrrp_instance A {\n  state MASTER\n' });
    expect(result.ok).toBe(false);
    expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual([
      'missing-close-brace',
    ]);
  });

  it('names the brace too many', () => {
    const result = formatSource({ file: MAIN, text: 'global_defs {\n}\n}\n' });
    expect(result.ok ? [] : result.diagnostics.map(({ span }) => span?.line)).toEqual([3]);
  });

  it('names the definition that ends too early', () => {
    const result = formatSource({ file: MAIN, text: '$X= # note\n \\\n { ' });
    expect(result.ok ? '' : result.problem).toBe('a definition in it ends too early');
    expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(['definition-cut']);
  });
});

describe('formatSource: what never changes', () => {
  function expectKept(text: string): void {
    const result = formatSource({ file: MAIN, text });
    if (!result.ok) {
      expect(result.problem).toMatch(
        /^its braces do not add up$|^a definition in it ends too early$/,
      );
      expect(result.diagnostics).not.toEqual([]);
      return;
    }
    for (const configId of ['h', 'other', 'nobody']) {
      const before = parse(text, { configId });
      const after = parse(result.text, { configId });
      expect(shapeOf(after.tree)).toEqual(shapeOf(before.tree));
      expect(valuesOf(after.typed)).toEqual(valuesOf(before.typed));
      expect(after.config).toEqual(before.config);
    }
    expect(commentTexts(result.text)).toEqual(commentTexts(text));
    expect(formatted(result.text)).toBe(result.text);
  }

  function commentTexts(text: string): string[] {
    return sourceLines(text).flatMap(({ comment }) => comment ?? []);
  }

  it('model, comments and a second formatting, for accepted configurations', () => {
    fc.assert(fc.property(GOOD_TEXT, expectKept));
  });

  it('model, comments and a second formatting, for anything', () => {
    fc.assert(fc.property(ANY_TEXT, expectKept), { numRuns: 500 });
  });

  it('the layout of printed trees', () => {
    const expectSame = (text: string): void => {
      const canonical = printTree(parse(text).tree);
      expect(formatted(canonical)).toBe(canonical);
    };
    fc.assert(fc.property(GOOD_TEXT, expectSame));
  });

  it.skipIf(CORPUS_FILES.length === 0).each(CORPUS_FILES)('model and comments of %s', (_, text) => {
    expectKept(text);
    const { tree } = parse(text);
    const canonical = printTree(tree);
    expect(formatted(canonical)).toBe(canonical);
    expect(commentsOf(parse(canonical).tree)).toEqual(commentsOf(tree));
  });
});
