/** Which options go with which command, and which with each other. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../../src/core/ipvsadm/command-line.ts';
import { NO_PORT_NAMES } from '../../../../src/core/ipvsadm/service-names.ts';
import { IPVSADM } from '../../../vectors/ipvsadm.ts';

const CONTEXT = { hosts: new Map(), ports: NO_PORT_NAMES };

function complaint(words: string): string {
  const line = readCommandLine(words.split(' '), CONTEXT);
  return line.kind === 'refused' ? line.refusal.text.trimEnd() : '';
}

describe('says of a command line what ipvsadm says', () => {
  it('each option with each command', () => {
    expect(IPVSADM.options.length).toBeGreaterThan(500);
    const said = IPVSADM.options.map(([words]) => [words, complaint(words)]);
    expect(said).toEqual(IPVSADM.options.map(([words, text]) => [words, text.trimEnd()]));
  });

  it('each two things to list', () => {
    expect(IPVSADM.listings.length).toBeGreaterThan(50);
    const said = IPVSADM.listings.map(([words]) => [words, complaint(words)]);
    // What the kernel says of an absent service is not read from the line.
    const expected = IPVSADM.listings.map(([words, text]) => [
      words,
      text === 'No such service' ? '' : text,
    ]);
    expect(said).toEqual(expected);
  });
});

describe('the host of an address', () => {
  it('is asked for, and the line is read again with what was found', () => {
    const words = ['-A', '-t', 'www.example.org:80'];
    expect(readCommandLine(words, CONTEXT)).toEqual({
      kind: 'unresolved',
      host: 'www.example.org',
    });
    const hosts = new Map([['www.example.org', undefined]]);
    expect(readCommandLine(words, { ...CONTEXT, hosts })).toMatchObject({
      kind: 'refused',
      refusal: { text: 'illegal virtual server address[:port] specified' },
    });
  });

  it.each(['a b', '-x', '', '*', 'a/b', 'é', '..'])('is no name: %j', (host) => {
    expect(readCommandLine(['-A', '-t', `${host}:80`], CONTEXT).kind).toBe('refused');
  });
});

it('no command line is too odd to be read', () => {
  const word = fc.oneof(
    fc.constantFrom('-A', '-L', '-a', '-t', '-f', '-6', '-p', '-r', '--', '-', '-b', '-M', '--set'),
    fc.constantFrom('[::1]:80', '[', ']:', '1.2.3.4:80', ':', '[1.2.3.4]:1', '9', 'sh-port,'),
    fc.string({ maxLength: 12 }),
  );
  for (const words of fc.sample(fc.array(word, { maxLength: 8 }), 300)) {
    const { kind } = readCommandLine(words, CONTEXT);
    expect(['request', 'refused', 'unresolved'], words.join(' ')).toContain(kind);
  }
});
