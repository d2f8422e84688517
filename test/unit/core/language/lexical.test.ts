/** The lexical layer: comments, quotes, braces, includes, conditions, definitions and sequences, with places. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what the language calls a definition
/** The lexical layer: comments, quotes, conditions, definitions, sequences, includes, pasted characters. */
import { describe, expect, it } from 'vitest';
import { findings, instance, isComplaint, parse, type World } from '../../../support/parse-text.ts';

function routerId(line: string, world: World = {}): string | undefined {
  return parse(`global_defs {\n${line}\n}\n`, world).config?.global.routerId;
}

function names(text: string, world: World = {}): string[] {
  const result = parse(text, world);
  return result.tree.statements.map((statement) =>
    statement.words.map((word) => word.text).join(' '),
  );
}

describe('comments and quotes', () => {
  it.each([
    ['router_id a#b', 'a'],
    ['router_id a!b', 'a'],
    ['router_id "a#b"', 'a#b'],
    ['router_id a\\#b', 'a#b'],
    ['router_id a\\b', 'a\\b'],
    ["router_id 'a", "'a"],
    ['router_id ab"cd ef"gh', 'ab'],
    ['router_id ""', ''],
  ])('%s gives %j', (line, expected) => {
    expect(routerId(line)).toBe(expected);
  });

  it('reports an unmatched quote and uses the words before it', () => {
    expect(findings(parse('global_defs {\n router_id "abc\n}\n'))).toEqual([
      '2:missing-value',
      '2:unmatched-quote',
    ]);
  });

  it('takes CR LF, a missing last line end and form feeds', () => {
    expect(names('a b\r\nc\f d')).toEqual(['a b', 'c d']);
  });

  it('reports a line that is longer than keepalived reads', () => {
    expect(findings(parse(`# ${'x'.repeat(1030)}\n`))).toEqual(['1:line-too-long']);
  });

  it('ignores a line with a NUL byte', () => {
    expect(findings(parse('a\0b\n'))).toEqual(['1:nul-byte']);
  });
});

describe('conditions', () => {
  it.each([
    ['@host1 x', ['x']],
    ['@other x', []],
    ['@^host1 x', []],
    ['@^other x', ['x']],
    ['@ x', []],
    ['@^ x', ['x']],
    ['@host1', []],
    ['@tandem x', ['x']],
    ['@^tandem x', []],
  ])('%s keeps %j', (line, expected) => {
    expect(names(`${line}\n`)).toEqual(expected);
  });
});

describe('definitions', () => {
  it.each([
    ['$A=5\nx $A', 'x 5'],
    ['$A=5\nx ${A}6', 'x 56'],
    ['$A=5\nx $A.1', 'x $A.1'],
    ['$A=5\nx $A,$A)', 'x 5,5)'],
    ['$A=5\nx "${A} $A y"', 'x 5 5 y'],
    ['$A=5\nx "$A"', 'x $A'],
    ['$A=1\n$B=$A\n$A=2\nx $B', 'x 2'],
    ['$A=  a b # c\nx ${A}', 'x a b'],
    ['$A=\nx${A}', 'x'],
    ['x ${_INSTANCE}', 'x host1'],
    ['x ${_PWD}', 'x /etc'],
    ['x "${_HASH}"', 'x #'],
    ['x ${_ENV HOME}', 'x /root'],
    ['x ${_RANDOM 7 9}', 'x 7'],
  ])('%j gives %j', (text, expected) => {
    expect(names(`${text}\n`, { environment: { HOME: '/root' } })).toEqual([expected]);
  });

  it('expands a definition of several lines where its name ends a line', () => {
    expect(names('$M= \\\n  a 1 \\\n  b 2\n$M\nz $M\n')).toEqual(['a 1', 'b 2', 'z a 1', 'b 2']);
  });

  it('expands blocks, conditions and definitions inside a definition', () => {
    const text =
      '$I= \\\n vrrp_instance ${N} { \\\n @host1 priority 7 \\\n @other priority 8 \\\n }\n$N=X\n$I\n';
    const { tree } = parse(text);
    expect(tree.statements[0]?.words[1]?.text).toBe('X');
    expect(tree.statements[0]?.block?.statements.map((one) => one.words[1]?.text)).toEqual(['7']);
  });

  it('points at the place of use and at the definition of a bad value', () => {
    const [item] = parse(`$P=300\n${instance('priority ${P}')}`).diagnostics.filter(isComplaint);
    expect(item).toMatchObject({
      code: 'number-repaired',
      span: { line: 5, column: 12, length: 4 },
    });
    expect(item?.related).toEqual([
      { span: { file: '/etc/t.conf', line: 1, column: 1, length: 6 }, note: '$P is defined here' },
    ]);
  });

  it('stops at a definition that uses itself', () => {
    expect(findings(parse('$A=$A x\n$A\n'))).toEqual(['2:expansion-limit']);
    expect(findings(parse('$A= \\\n a \\\n $A\n$A\n'))).toContain('3:expansion-limit');
  });

  it('takes a blank before = as an unknown keyword and says why', () => {
    const [item] = parse('$A = 5\n').diagnostics;
    expect(item?.suggestion).toBe('write a definition without a blank before =');
  });
});

describe('sequences', () => {
  it.each([
    ['~SEQ(n,3) x$n ', ['x1', 'x2', 'x3']],
    ['~SEQ(n,-2) x${n}', ['x-1', 'x-2']],
    ['~SEQ(n,5,3) x${n}', ['x5', 'x4', 'x3']],
    ['~SEQ(n,1,2,5) x${n}', ['x1', 'x3', 'x5']],
    ['~SEQx(n,9,11) x${n}', ['x9', 'xa', 'xb']],
    ['~SEQ(n,0x10,0x11) x${n}', ['x16', 'x17']],
    ['~SEQ(n,1,2) $n/24', ['$n/24', '$n/24']],
    ['~LST(a,p,q) x ${a}', ['x p', 'x q']],
    ['~LST({a,b},{1,x},{2}) ${a}-${b}', ['1-x', '2-']],
    ['~SEQ(a,1,2) ~SEQ(b,1,2) ${a}${b}', ['11', '12', '21', '22']],
    ['$E=2\n~SEQ(a,$E) x$a', ['x1', 'x2']],
    ['$M= \\\n a$n \\\n b$n\n~SEQ(n,2) $M', ['a1', 'b1', 'a2', 'b2']],
  ])('%j makes %j', (text, expected) => {
    expect(names(`${text}\n`)).toEqual(expected);
  });

  it.each([
    '~SEQ(n,5,1,1) x',
    '~SEQ(n,1,0,5) x',
    '~SEQx(n,-1) x',
    '~LST({a,b},{1,2,3}) x',
    '~SEQ(n,1 x',
    '~LST(a,"p q") x',
  ])('drops %j', (line) => {
    expect(findings(parse(`${line}\n`))).toEqual(['1:sequence-invalid']);
  });
});

describe('includes', () => {
  const files = {
    '/etc/a.inc': 'in a\n',
    '/etc/b.inc': 'in b\ninclude sub/c.inc\n',
    '/etc/sub/c.inc': 'in c\n',
    '/etc/loop': 'include /etc/loop\n',
    '/etc/sub/empty.inc': '',
  };

  it('reads matches in order, relative to the including file', () => {
    expect(names('include *.inc\nend\n', { files })).toEqual(['in a', 'in b', 'in c', 'end']);
  });

  it('lets a block begin in one file and end in another', () => {
    expect(
      findings(parse('include open\n}\n', { files: { '/etc/open': 'global_defs {\n' } })),
    ).toEqual([]);
  });

  it.each([
    ['include nope', 0],
    ['includem nope', 6],
    ['includem nope*', 0],
    ['includew nope*', 6],
    ['includea nope*', 6],
    ['includeb {a,nope}.inc', 6],
    ['include sub/{empty,nope}.inc', 0],
    ['include "a.inc"', 0],
  ])('%s ends with %i', (line, exit) => {
    expect(parse(`${line}\n`, { files }).verdict.exitStatus).toBe(exit);
  });

  it('follows include_check from its line on', () => {
    expect(parse('global_defs {\n include_check match\n}\ninclude nope\n').verdict.exitStatus).toBe(
      6,
    );
    expect(parse('include nope\nglobal_defs {\n include_check match\n}\n').verdict.exitStatus).toBe(
      0,
    );
    expect(findings(parse('global_defs {\n include_check read match\n}\n'))).toEqual([
      '2:include-check-invalid',
    ]);
    expect(findings(parse('global_defs {\n include_check match +brace_match\n}\n'))).toEqual([]);
  });

  it('stops at a file that includes itself', () => {
    expect(findings(parse('include loop\n', { files }))).toEqual(['1:include-cycle']);
  });

  it('names file and line of an included problem', () => {
    const [item] = parse('include a.inc\n', { files }).diagnostics;
    expect(item).toMatchObject({ code: 'unknown-keyword', span: { file: '/etc/a.inc', line: 1 } });
  });
});

describe('pasted characters', () => {
  it.each([
    ['router_id\u00a0x', 'x'],
    ['router_id \u201ca b\u201d', 'a b'],
    ['router_id x\u200b', 'x'],
    ['\ufeffrouter_id x', 'x'],
    ['router_id \uff21', 'A'],
    ['router_id x\u3000\uff03 y', 'x'],
  ])('%j is read as meant, with a notice', (line, expected) => {
    const result = parse(`global_defs {\n${line}\n}\n`);
    expect(result.config?.global.routerId).toBe(expected);
    expect(
      result.diagnostics.every(
        (item) => item.code === 'pasted-character' && item.severity === 'notice',
      ),
    ).toBe(true);
    expect(result.diagnostics.length).toBeGreaterThan(0);
  });

  it('keeps columns behind characters that were taken out', () => {
    const [, item] = parse('vrrp_version\u200b\n\u200b\u200bnosuch 1\n').diagnostics.filter(
      (one) => one.code !== 'pasted-character',
    );
    expect(item?.span).toMatchObject({ line: 2, column: 3, length: 6 });
  });

  it('says nothing about comments', () => {
    expect(findings(parse('# \u201cx\u201d\u3000y\n'))).toEqual([]);
  });
});
