/** Facts about this host for the checks of a configuration: addresses, forwarding, interpreters of scripts. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/core/language/host.ts';
import { withConfigFiles } from '../../../src/drivers/config-files.ts';
import { usersWithAllRights } from '../../../src/drivers/programs/trusted-program.ts';

let directory: string;

function facts(): HostFacts {
  return withConfigFiles((files) => files.facts());
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-host-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function script(text: string | Uint8Array): string {
  const path = join(directory, 'script');
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

describe('host facts', () => {
  it('know the addresses of interfaces with their prefixes', () => {
    expect(facts().addresses).toContainEqual({
      interface: 'lo',
      address: '127.0.0.1',
      prefixLength: 8,
    });
  });

  it('know whether packets are forwarded', () => {
    expect(facts().sysctl?.('net.ipv4.ip_forward')).toMatch(/^[01]$/);
    expect(facts().sysctl?.('net.no.such')).toBeUndefined();
  });

  it.each([
    ['#!/bin/sh\nexit 0\n', { state: 'usable' }],
    ['#! /bin/sh -e\n', { state: 'usable' }],
    ['#!/usr/bin/no-such-shell\n', { state: 'missing', path: '/usr/bin/no-such-shell' }],
    ['exit 0\n', { state: 'none' }],
    [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0), { state: 'usable' }],
    ['', { state: 'usable' }],
  ])('see what the kernel makes of %j', (text, expected) => {
    expect(facts().interpreter?.(script(text))).toEqual(expected);
  });

  it('leave programs that are not there to others', () => {
    expect(facts().interpreter?.(join(directory, 'missing'))).toEqual({ state: 'usable' });
  });
});

/** Nobody's number, for files that root does not own. */
const OTHER = 65_534;

describe.skipIf(process.getuid?.() !== 0)('who may change a program', () => {
  it('is root alone: below a sticky directory of root too', () => {
    expect(facts().program?.(script('#!/bin/sh\n'))).toBe('usable');
  });

  it('is its owner, who can set a sticky bit as well', () => {
    const path = script('#!/bin/sh\n');
    chownSync(path, OTHER, OTHER);
    chmodSync(path, 0o1755);
    expect(facts().program?.(path)).toBe('insecure');
  });

  it('is the owner of a directory above, whatever its sticky bit', () => {
    const path = script('#!/bin/sh\n');
    chownSync(directory, OTHER, OTHER);
    chmodSync(directory, 0o1755);
    expect(facts().program?.(path)).toBe('insecure');
  });

  it('is whoever may turn a link on the way to something else', () => {
    const path = script('#!/bin/sh\n');
    const home = join(directory, 'home');
    mkdirSync(home);
    symlinkSync(path, join(home, 'link'));
    symlinkSync(directory, join(home, 'way'));
    expect(facts().program?.(join(home, 'link'))).toBe('usable');
    chownSync(home, OTHER, OTHER);
    expect(facts().program?.(join(home, 'link'))).toBe('insecure');
    expect(facts().program?.(join(home, 'way/script'))).toBe('insecure');
    chownSync(home, 0, 0);
    lchownSync(join(home, 'link'), OTHER, OTHER);
    expect(facts().program?.(join(home, 'link'))).toBe('insecure');
  });

  describe('of a name without a slash', () => {
    const before = process.env['PATH'];
    afterEach(() => {
      process.env['PATH'] = before;
    });

    function found(path: string): string | undefined {
      process.env['PATH'] = path;
      return facts().program?.('script');
    }

    it('is whoever may add to a directory that is looked at before', () => {
      script('#!/bin/sh\n');
      const early = join(directory, 'early');
      mkdirSync(early);
      expect(found(`${early}:${directory}`)).toBe('usable');
      chmodSync(early, 0o1777);
      expect(found(`${early}:${directory}`)).toBe('insecure-path');
      expect(found(`${directory}:${early}`)).toBe('usable');
      expect(found(`:${directory}`)).toBe('insecure-path');
      expect(found(`bin:${directory}`)).toBe('insecure-path');
      expect(found(early)).toBe('missing');
    });

    it('is a file that can be executed, where there is one', () => {
      const path = script('#!/bin/sh\n');
      const early = join(directory, 'early');
      mkdirSync(join(early, 'script'), { recursive: true });
      expect(found(`${early}:${directory}`)).toBe('usable');
      chmodSync(path, 0o644);
      expect(found(`${early}:${directory}`)).toBe('not-executable');
    });
  });

  it('is root who runs it, when it is set-user-ID root', () => {
    const path = script('#!/bin/sh\n');
    expect(facts().becomesRoot?.(path)).toBe(false);
    chmodSync(path, 0o4755);
    expect(facts().becomesRoot?.(path)).toBe(true);
    chmodSync(path, 0o2755);
    expect(facts().becomesRoot?.(path)).toBe(true);
    chownSync(path, OTHER, OTHER);
    chmodSync(path, 0o6755);
    expect(facts().becomesRoot?.(path)).toBe(false);
  });

  it('counts every user with the number 0 as root', () => {
    const passwd = join(directory, 'passwd');
    writeFileSync(passwd, 'root:x:0:0::/:\ntoor:x:0:0::/:\nnobody:x:65534:0::/:\nbroken:x::0\n');
    expect([...usersWithAllRights(passwd)]).toEqual(['root', 'toor']);
    expect([...usersWithAllRights(join(directory, 'none'))]).toEqual(['root']);
  });
});
