/** One mistake is one finding, at the place to mend; what only follows from it is not reported. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what the language calls a definition
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../../src/core/language/format-diagnostic.ts';
import { parse } from '../../../support/parse-text.ts';

/** `LINE:CODE` of each finding, with its number behind `*`. */
function found(text: string, options: Parameters<typeof parse>[1] = {}): string[] {
  return parse(text, options).diagnostics.map(
    ({ span, code, times }) => `${span?.line}:${code}${times === undefined ? '' : `*${times}`}`,
  );
}

const TEMPLATE = (line: string): string => `$GW= \\
vrrp_instance GW_\${N} { \\
  interface bond0.\${N} \\
  virtual_router_id \${N} \\
${line} \\
  priority 120 \\
  virtual_ipaddress { \\
    172.20.\${N}.1/24 \\
  } \\
}
`;

describe('C3: a block without its closing brace', () => {
  it.each([
    ['at the end', 'vrrp_instance A {\n', ['1:missing-close-brace']],
    [
      'before the next block',
      'vrrp_instance A {\nvrrp_instance B {\n  interface eth0\n  virtual_router_id 4\n  virtual_ipaddress {\n    10.1.1.1/24\n  }\n}\n',
      ['2:missing-close-brace'],
    ],
  ])('is one finding, whatever it lacks: %s', (_, text, expected) => {
    expect(found(text).filter((one) => !one.includes('priority'))).toEqual(expected);
  });
});

describe('C3: a comment inside a definition', () => {
  it.each([
    ['  # advert_int 5', ['5:definition-cut']],
    ['  ! advert_int 5', ['5:definition-cut']],
    ['  advert_int 5 # seconds', ['5:definition-cut']],
    ['', []],
  ])('is one finding for "%s", at the comment', (line, expected) => {
    expect(found(`${TEMPLATE(line)}$N=7\n$GW\n`)).toEqual(expected);
  });

  it.each([
    ['a comment', '$D= \\\nglobal_defs { \\\n# router_id a\n  router_id b \\\n}\n$D\n', 3],
    ['an empty line', '$D= \\\nglobal_defs { \\\n\n  router_id b \\\n}\n$D\n', 3],
    ['a line', '$D= \\\nglobal_defs { \\\n  vrrp_version 3\n  router_id b \\\n}\n$D\n', 3],
  ])('is found for %s without a backslash, too, and the rest is read as meant', (_, text, line) => {
    const { tree } = parse(text);
    expect(found(text)).toEqual([`${line}:definition-cut`]);
    expect(tree.statements[0]?.block?.statements.at(-1)?.words[1]?.text).toBe('b');
  });

  it.each([
    ['a comment behind the last line', '$D= \\\nglobal_defs { \\\n  router_id b \\\n} # end\n$D\n'],
    ['another definition that follows', '$A= \\\nglobal_defs { \\\n}\n$B= \\\nx { \\\n}\n$A\n'],
  ])('says nothing about %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('C4: a mistake inside a definition', () => {
  const uses = '~SEQ(N, 1, 200) $GW\n';

  it('is one finding at its line, with its number and the use', () => {
    const { diagnostics, verdict } = parse(`${TEMPLATE('  advert_itn 5')}${uses}`);
    expect(diagnostics).toHaveLength(1);
    const [item] = diagnostics;
    expect(item).toMatchObject({
      code: 'unknown-keyword',
      span: { line: 5, column: 3, length: 10 },
      sourceLine: '  advert_itn 5 \\',
      times: 200,
      related: [{ span: { line: 11 }, note: '$GW is used here' }],
    });
    expect(item === undefined ? '' : formatDiagnostic(item)).toContain('(200 times)');
    expect(verdict).toMatchObject({ exitStatus: 5, errors: 1, refused: false });
  });

  it('is one finding although each message names another instance', () => {
    const text = TEMPLATE('').replace(/^ {2}virtual_router_id.*\n/m, '');
    expect(found(`${text}${uses}`)).toEqual(['2:vrid-missing*200']);
    expect(parse(`${text}${uses}`).verdict).toMatchObject({ refused: true, errors: 1 });
  });

  it('is found in a definition that another one uses, with both uses', () => {
    const [item] = parse(
      '$IN= \\\n router_idd a \\\n\n$OUT= \\\nglobal_defs { \\\n $IN \\\n}\n$OUT\n',
    ).diagnostics;
    expect(item).toMatchObject({ code: 'unknown-keyword', span: { line: 2, column: 2 } });
    expect(item?.related.map(({ span, note }) => `${span.line} ${note}`)).toEqual([
      '6 $IN is used here',
      '8 $OUT is used here',
    ]);
  });

  it('counts the rounds of a sequence of plain lines', () => {
    expect(found('~SEQ(N, 3) virtual_serverr 10.0.0.${N} 80\n')).toEqual(['1:unknown-keyword*3']);
  });

  it('counts a file that is read several times', () => {
    const files = { '/etc/part.conf': 'nonsense 1\n' };
    expect(found('include part.conf\ninclude part.conf\n', { files })).toEqual([
      '1:unknown-keyword*2',
    ]);
  });

  it('keeps two mistakes of one kind apart', () => {
    const text = `${TEMPLATE('  advert_itn 5')}${TEMPLATE('  preemptt').replaceAll('GW', 'LAN')}`;
    expect(found(`${text}~SEQ(N, 1, 2) $GW\n~SEQ(N, 3, 4) $LAN\n`)).toEqual([
      '5:unknown-keyword*2',
      '15:unknown-keyword*2',
    ]);
  });
});

describe('C5: a name that is not defined', () => {
  it.each([
    ['global_defs {\n  router_id ${HOST}\n}\n', 2],
    ['global_defs {\n  router_id ${HOST}-1\n  vrrp_version ${V}\n}\n', 2],
    ['global_defs {\n  vrrp_version ${V}\n}\n', 2],
  ])('is the only finding: %j', (text, line) => {
    const [first, ...more] = parse(text).diagnostics.filter((item) => item.severity !== 'notice');
    expect(first).toMatchObject({ code: 'definition-undefined', span: { line } });
    expect(more.filter((item) => item.code === 'block-not-allowed')).toEqual([]);
    expect(parse(text).verdict.exitStatus).toBe(5);
  });

  it('is no error in quotes, as for keepalived', () => {
    expect(parse('global_defs {\n  router_id "${HOST}"\n}\n').verdict.exitStatus).toBe(0);
  });
});

describe('C6: a condition that comes from a definition', () => {
  const text =
    '$ON_A=@^other\n$ON_B=@other\nglobal_defs {\n$ON_A router_id a\n${ON_B} router_id b\n}\n';

  it('is decided like one that is written', () => {
    const { tree, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    const names = tree.statements[0]?.block?.statements.map((one) => one.words[1]?.text);
    expect(names).toEqual(['a']);
  });
});

describe('C9: a word that a comment character cuts', () => {
  it.each([
    ['auth_pass ab#cd!12', '#'],
    ['auth_pass ab!cd', '!'],
  ])('gives a warning for %s', (line, mark) => {
    const text = `vrrp_instance a {\n interface eth0\n virtual_router_id 3\n priority 7\n authentication {\n  auth_type PASS\n  ${line}\n }\n virtual_ipaddress {\n  10.9.0.1/24\n }\n}\n`;
    const { diagnostics, verdict } = parse(text);
    expect(diagnostics.map(({ code, severity, span }) => [code, severity, span?.line])).toEqual([
      ['comment-in-word', 'warning', 7],
    ]);
    expect(diagnostics[0]?.message).toContain(`the ${mark} begins a comment`);
    expect(diagnostics[0]?.suggestion).toContain('double quotes');
    expect(JSON.stringify(diagnostics)).not.toMatch(/ab[#!]?cd|cd!12/);
    expect(verdict.exitStatus).toBe(0);
  });

  it.each([
    'router_id "a#b"',
    'router_id a # b',
    'router_id a# b',
    'router_id a\\#b',
    'router_id a ##',
  ])('says nothing about %s', (line) => {
    expect(found(`global_defs {\n${line}\n}#end\n`)).toEqual([]);
  });

  it('looks at values of definitions where they are used, too', () => {
    expect(found('$P=a${_HASH}b\nglobal_defs {\n router_id $P\n}\n')).toEqual([
      '3:comment-in-word',
    ]);
  });
});

const VRRP = (lines: string): string => `vrrp_instance a {
 interface eth0
${lines}
}
`;
const ADDRESS = ' virtual_ipaddress {\n  10.9.0.1/24\n }';
const LVS = (
  lines: string,
  server = '  weight 1\n  TCP_CHECK {\n  }',
): string => `virtual_server 10.9.0.1 80 {
 delay_loop 6
${lines}
 real_server 10.9.1.1 80 {
${server}
 }
}
`;
const METHODS = ' lb_algo rr\n lb_kind DR\n protocol TCP';

describe('O12: what only follows from a mistake', () => {
  it.each([
    ['a priority out of range', VRRP(` virtual_router_id 5\n priority 300\n${ADDRESS}`)],
    ['a misspelt priority', VRRP(` virtual_router_id 5\n prioritty 90\n${ADDRESS}`)],
    ['a priority with =', VRRP(` virtual_router_id 5\n priority=90\n${ADDRESS}`)],
    [
      'a priority with =, as master',
      VRRP(` state MASTER\n virtual_router_id 5\n priority=90\n${ADDRESS}`),
    ],
    ['a state', VRRP(` state SLAVE\n virtual_router_id 5\n priority 90\n${ADDRESS}`)],
    ['a router id out of range', VRRP(` virtual_router_id 256\n priority 90\n${ADDRESS}`)],
    ['a misspelt router id', VRRP(` virtual_routerid 25\n priority 90\n${ADDRESS}`)],
    [
      'a bad address',
      VRRP(` virtual_router_id 5\n priority 90\n virtual_ipaddress {\n  10.9.0.256/24\n }`),
    ],
    [
      'a misspelt list of addresses',
      VRRP(` virtual_router_id 5\n priority 90\n virtual_ipadress {\n  10.9.0.1/24\n }`),
    ],
    [
      'a misspelt password',
      VRRP(
        ` virtual_router_id 5\n priority 90\n authentication {\n  auth_type PASS\n  auth_pas x\n }\n${ADDRESS}`,
      ),
    ],
    [
      'a misspelt interface',
      'vrrp_instance a {\n interfce eth0\n virtual_router_id 5\n priority 90\n virtual_ipaddress {\n  10.9.0.1/24\n }\n}\n',
    ],
    ['an unknown forwarding method', LVS(' lb_algo rr\n lb_kind DRR\n protocol TCP')],
    ['a misspelt forwarding method', LVS(' lb_algo rr\n lbkind DR\n protocol TCP')],
    ['an unknown scheduler', LVS(' lb_algo roundrobin\n lb_kind DR\n protocol TCP')],
    ['an unknown protocol', LVS(' lb_algo rr\n lb_kind DR\n protocol HTTP')],
    [
      'a misspelt real server',
      `virtual_server 10.9.0.1 80 {\n${METHODS}\n real_sever 10.9.1.1 80 {\n }\n}\n`,
    ],
    [
      'a bad address of the only real server',
      `virtual_server 10.9.0.1 80 {\n${METHODS}\n real_server 10.9.1.256 80 {\n }\n}\n`,
    ],
    ['a misspelt checker', LVS(METHODS, '  weight 1\n  TCP_CHEK {\n  }')],
    [
      'a misspelt path',
      LVS(METHODS, '  HTTP_GET {\n   url {\n    pathh /\n    status_code 200\n   }\n  }'),
    ],
    [
      'a misspelt script',
      `vrrp_script c {\n scrpt "/bin/true"\n}\n${VRRP(` virtual_router_id 5\n priority 90\n track_script {\n  c\n }\n${ADDRESS}`)}`,
    ],
    [
      'a misspelt block that is used',
      `vrrp_scriptt c {\n script "/bin/true"\n}\n${VRRP(` virtual_router_id 5\n priority 90\n track_script {\n  c\n }\n${ADDRESS}`)}`,
    ],
    [
      'a misspelt instance of a group',
      `vrrp_instence b {\n}\n${VRRP(` virtual_router_id 5\n priority 90\n${ADDRESS}`)}vrrp_sync_group g {\n group {\n  b\n  a\n }\n}\n`,
    ],
    [
      'a group of servers that is misspelt',
      `virtual_server_groop g {\n 10.9.0.1 80\n}\n${LVS(METHODS).replace('10.9.0.1 80', 'group g')}`,
    ],
  ])('is not reported beside %s', (_, text) => {
    // What becomes of the connections of a server that fails follows from no mistake.
    const sysctl = (name: string) => (name.endsWith('expire_nodest_conn') ? '1' : '0');
    const host = { interfaces: new Set(['eth0']), sysctl };
    const { diagnostics, verdict } = parse(text, { host });
    const wrong = diagnostics.filter(
      ({ code, severity }) =>
        (code !== 'not-supported-yet' && severity !== 'notice') || code.startsWith('lint-'),
    );
    expect(wrong.slice(1).map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    expect(wrong).toHaveLength(1);
    expect(verdict.exitStatus).not.toBe(0);
  });

  it('leaves the verdict what it was: without a router id nothing runs', () => {
    const { verdict, config } = parse(VRRP(` virtual_router_id 256\n priority 90\n${ADDRESS}`));
    expect(verdict).toMatchObject({ refused: true, errors: 1 });
    expect(config).toBeUndefined();
  });

  it('is reported where the keyword was not tried', () => {
    expect(found(VRRP(` virtual_router_id 5\n${ADDRESS}`))).toEqual(['1:lint-default-priority']);
    expect(found(LVS(' lb_algo rr\n protocol TCP'))).toContain('1:default-assumed');
  });
});
