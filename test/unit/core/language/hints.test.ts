/** What findings suggest for the slips that people make. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../../support/parse-text.ts';

const SERVER = 'real_server 10.0.1.1 80 {\n}';

/** The suggestions of what is wrong with a virtual server, of errors only. */
function hints(text: string): (string | undefined)[] {
  return parse(text)
    .diagnostics.filter((item) => item.severity === 'error' && item.code !== 'block-dropped')
    .map((item) => item.suggestion);
}

function inService(line: string): (string | undefined)[] {
  return hints(
    `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n${line}\n${SERVER}\n}\n`,
  );
}

describe('suggestions', () => {
  it.each([
    ['lb_algo round-robin', 'did you mean "rr"?'],
    ['lb_algo LeastConn', 'did you mean "lc"?'],
    ['lb_algo wrrr;', 'did you mean "wrr"?'],
    ['lb_kind direct', 'did you mean "DR"?'],
    ['lb_kind masq', 'did you mean "NAT"?'],
    ['lb_algo = rr', 'remove the "=": blanks separate words'],
    ['protocol=TCP', 'write protocol TCP'],
    ['delay_loop 6s', 'write the number of seconds without a unit'],
    ['sorry_server web1.example.com 80', 'host names are not looked up; write the address'],
    ['sorry_server 10.0.9.9, 80', 'remove the ",": blanks separate words'],
    ['sorry_server 10.0.9.9:80', 'write a blank, not a colon, between address and port'],
    ['sorry_server 10.0.9.9 http', 'service names are not read; write the number'],
    [
      'sorry_server 10.0.9.9 80,81',
      'there is one port to a line; a virtual_server_group takes a line for each',
    ],
    ['sorry_server 10.0.9.9 80/tcp', 'write 80'],
    ['real_sever 10.0.1.2 80 {\n}', 'did you mean "real_server"?'],
    ['tcp_check {\n}', 'did you mean "TCP_CHECK"? It belongs in virtual_server real_server'],
  ])('for %s', (line, hint) => {
    expect(inService(line)).toContain(hint);
  });

  it('name what a keyword of the virtual server is called in a real server', () => {
    const text = `virtual_server 10.0.0.1 80 {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nreal_server 10.0.1.1 80 {\nlb_kind DR\n}\n}\n`;
    expect(hints(text)).toEqual(['it is called "lvs_method" here']);
  });

  it('call a keyword what it is called in the file', () => {
    const text = 'virtual_server 10.0.0.1 80 {\nlb_algo foo\n}\n';
    const [item] = parse(text).diagnostics.filter((one) => one.code === 'invalid-word');
    expect(item?.message).toBe('lb_algo: "foo" is not known');
  });

  it('name no entry that the list has already', () => {
    const instances = [1, 3]
      .map((n) => `vrrp_instance VI_${n} {\ninterface eth0\nvirtual_router_id ${n}\n}\n`)
      .join('');
    const suggested = (text: string): (string | undefined)[] =>
      parse(text)
        .diagnostics.filter(({ message }) => message.startsWith('there is no vrrp_'))
        .map((item) => item.suggestion);
    expect(suggested(`${instances}vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n`)).toEqual([
      'did you mean "VI_3"?',
    ]);
    expect(suggested(`${instances}track_group G {\ngroup {\nVI_1\nVI_2\nVI_3\n}\n}\n`)).toEqual([
      undefined,
    ]);
    const scripts = 'vrrp_script a1 {\nscript /bin/true\n}\n';
    expect(suggested(`${scripts}vrrp_instance I {\ntrack_script {\na1\na2\n}\n}\n`)).toEqual([
      undefined,
    ]);
  });

  it('do not say that an instance is not there which is, and cannot run', () => {
    const text = 'vrrp_instance VI_1 {\n}\ntrack_group G {\ngroup {\nVI_1\n}\n}\n';
    const told = parse(text).diagnostics.map(({ message }) => message);
    expect(told.filter((message) => message.includes('there is no'))).toEqual([]);
    expect(told).toContain('instance "VI_1" has no interface to run on');
  });

  it('do not take names of JavaScript for known words', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(parse(`${name} x\n`).diagnostics.map((item) => item.code)).toEqual([
        'unknown-keyword',
      ]);
      expect(inService(`lb_algo ${name}`)).toHaveLength(1);
    }
  });
});
