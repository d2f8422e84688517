/** What keepalived misreads when blocks are wrong: lines as `keepalived -t` 2.2.7 gave them. */
import { describe, expect, it } from 'vitest';
import { findings, parse } from '../../../support/parse-text.ts';

const CHECK = 'TCP_CHECK {\nconnect_timeout 3\n}';
const SERVER = 'real_server 10.0.1.1 80 {\nweight 1\n}';
const VS = `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n${SERVER}\n}`;

/** Name, configuration, lines that keepalived complained about. */
const CASES: readonly (readonly [string, string, readonly number[]])[] = [
  [
    'an unknown block in a virtual server',
    `virtual_server 10.0.0.1 80 {\nfoo { a }\n${SERVER}\n}`,
    [2, 3, 4, 5, 6],
  ],
  [
    'an unknown checker',
    `virtual_server 10.0.0.1 80 {\nreal_server 10.0.1.1 80 {\ntcp_check {\nconnect_timeout 3\n}\nweight 1\n}\nquorum 1\n}`,
    [3, 8, 9],
  ],
  [
    'a block behind a keyword that has none',
    `virtual_server 10.0.0.1 80 {\nsorry_server 10.0.9.9 80 {\nweight 1\n}\n${SERVER}\n}`,
    [2, 5, 6, 7, 8],
  ],
  [
    'a real server without {',
    `virtual_server 10.0.0.1 80 {\n  real_server 10.0.1.1 80\n    weight 1\n    ${CHECK}\n  }\n${SERVER}\n}`,
    [3, 8, 9, 10, 11],
  ],
  [
    'a virtual server without braces before another block',
    'virtual_server 10.0.0.1 80\nlb_algo rr\nreal_server 10.0.1.1 80 {\nweight 1\n}\nglobal_defs {\nrouter_id x\n}\n',
    [2, 3, 4, 5, 6, 7],
  ],
  ['a surplus }', `${VS}\n}\nglobal_defs {\nrouter_id x\n}`, [9]],
  [
    'a virtual server inside an instance',
    `vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.0.0.1\n}\n${VS}\n}`,
    [7, 8, 9, 10, 11, 12, 14, 15],
  ],
  [
    'a list of entries without }',
    `virtual_server_group G {\n10.0.0.1 80\n\n${VS}\n`,
    [4, 5, 6, 7, 8, 9],
  ],
  ['a last line without line end, which is counted twice', `${VS}\n}`, [8, 9]],
];

describe('repair of braces', () => {
  it('takes a { behind a keyword without block for the one too many', () => {
    const result = parse(VS.replace('lb_kind NAT', 'lb_kind NAT {'));
    expect(findings(result).filter((item) => !item.includes('lint'))).toEqual([
      '4:unexpected-open-brace',
    ]);
    expect(result.config?.virtualServers).toHaveLength(1);
  });

  it('puts in a { whose block is laid out deeper, even where the words fit both blocks', () => {
    const text = `virtual_server 10.0.0.1 80 {\n  protocol TCP\n  lb_algo rr\n  lb_kind NAT\n  real_server 10.0.1.1 80\n    weight 7\n  }\n}\n`;
    const result = parse(text);
    expect(findings(result).filter((item) => !item.includes('lint'))).toEqual([
      '5:missing-open-brace',
    ]);
    expect(result.config?.virtualServers[0]?.realServers[0]?.weight).toBe(7);
  });

  it('reads a virtual server without any braces up to the next block', () => {
    const text = `virtual_server 10.0.0.1 80\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n${SERVER}\nglobal_defs {\n}\n`;
    const codes = parse(text).diagnostics.filter((item) => item.exit > 0);
    expect(codes.map(({ code, span }) => `${span?.line}:${code}`)).toEqual([
      '1:missing-open-brace',
      '8:missing-close-brace',
    ]);
  });
});

describe('misread lines', () => {
  it.each(CASES)('%s', (_name, text, lines) => {
    const covered = new Set<number>();
    for (const { span, endLine, code } of parse(text).diagnostics) {
      if (span === undefined || code === 'not-supported-yet') continue;
      for (let line = span.line; line <= (endLine ?? span.line); line++) covered.add(line);
    }
    expect(lines.filter((line) => !covered.has(line))).toEqual([]);
  });

  it('point at what made keepalived lose its place, and do not change the exit status', () => {
    const text = `global_defs {\n}\n${VS.replace('lb_kind NAT', 'lb_kind NAT\nfoo {\nbar\n}')}\n`;
    const misread = parse(text).diagnostics.filter((item) => item.code === 'keepalived-misreads');
    expect(misread).toMatchObject([
      { severity: 'notice', exit: 0, endLine: 13, related: [{ span: { line: 7 } }] },
    ]);
  });

  it('are not looked for in a configuration whose blocks are right', () => {
    const codes = parse(`${VS}\nnonsense\n`).diagnostics.map((item) => item.code);
    expect(codes).not.toContain('keepalived-misreads');
  });
});
