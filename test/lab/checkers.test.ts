/**
 * Checks whose answer is the network's: what a router, a kernel or nobody says of a datagram, and programs and files
 * that decide. Driven through a director as an operator sees it.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { labDirectory } from './kit/paths.ts';
import { pairTopology } from './scenarios/pair.ts';
import { skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;

let lab: Lab | undefined;
let director: TandemDirector;
let directory: string;

function server(address: string, checks: string): string {
  return `real_server ${address} {\n${checks}\n}\n`;
}

/** 10.0.0.7 is a web server, nobody has 10.0.0.99, and no route leads to 203.0.113.1. */
function configuration(): string {
  const servers = [
    server('10.0.0.7 80', 'PING_CHECK {\n}'),
    server('10.0.0.7 81', 'UDP_CHECK {\n}'),
    server('10.0.0.99 80', 'PING_CHECK {\n}'),
    server('10.0.0.99 81', 'UDP_CHECK {\n}'),
    server('203.0.113.1 80', 'PING_CHECK {\n}'),
    server('10.0.0.7 82', `MISC_CHECK {\nmisc_path "${join(directory, 'check')} 3"\n}`),
    server('10.0.0.7 83', `MISC_CHECK {\nmisc_path ${join(directory, 'check')}\n}`),
    server('10.0.0.7 84', 'MISC_CHECK {\nmisc_path "/bin/sleep 60"\nmisc_timeout 1\n}'),
    server('10.0.0.7 85', 'FILE_CHECK {\ntrack_file load\nweight 0\n}'),
  ];
  const file = `track_file load {\nfile ${join(directory, 'load')}\ninit_file 1 overwrite\n}\n`;
  const head =
    'protocol TCP\nlvs_sched rr\nlvs_method NAT\ndelay_loop 1\nwarmup 0\nconnect_timeout 5\nretry 0';
  return `global_defs {\nscript_user root\n}\n${file}virtual_server 10.0.0.3 80 {\n${head}\n${servers.join('')}}\n`;
}

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  directory = labDirectory('checkers');
  lab = await Lab.open({ name: 'k', topology: pairTopology(['web01']), directory });
  writeFileSync(join(directory, 'check'), '#!/bin/sh\nexit $1\n');
  chmodSync(join(directory, 'check'), 0o755);
  director = new TandemDirector(lab.node('lb01'));
  await director.start(configuration());
});

afterAll(async () => {
  await lab?.close();
});

beforeEach((context) => skipWithoutNamespaces(context));

/** State and last result of each server. */
async function seen(): Promise<readonly string[]> {
  const status = await director.status();
  return (status.virtualServers[0]?.realServers ?? []).map(({ state, checks }) => {
    const [check] = checks;
    return `${state.toLowerCase()}: ${check?.lastDetail ?? ''}`;
  });
}

/** Waits until the server at a position is seen so. */
async function expectSeen(index: number, wanted: string): Promise<void> {
  let last = '';
  await expectWithin(
    `server ${index} is ${wanted}`,
    async () => {
      last = (await seen())[index] ?? '';
      return last === wanted;
    },
    { withinMs: WITHIN_MS },
  ).catch(() => expect(last).toBe(wanted));
}

describe('a check in a network', () => {
  it.each([
    [0, 'a host that answers', 'up: answered'],
    [1, 'a port at which nobody listens', 'down: ICMP: port unreachable'],
    [2, 'an address that nobody has, asked for an echo', 'down: host unreachable'],
    [3, 'an address that nobody has, sent a datagram', 'down: host unreachable'],
    [4, 'an address without a route', 'down: connect: network is unreachable'],
    [5, 'a program that fails', 'down: exit status 3'],
    [6, 'a program that succeeds', 'up: exit status 0'],
    [7, 'a program that hangs', 'down: no end within 1 s'],
    [8, 'a file whose number takes the server out', 'down: the file says 1'],
  ])('%i: %s', async (index, _what, wanted) => {
    await expectSeen(index, wanted);
  });

  it('a file that changes brings its server back', async () => {
    writeFileSync(join(directory, 'load'), '0\n');
    await expectSeen(8, 'up: the file says 0');
  });

  it('leaves the range of unprivileged ping sockets as it was', async () => {
    const { stdout } = await director.node.exec(['cat', '/proc/sys/net/ipv4/ping_group_range']);
    expect(stdout.trim().split(/\s+/)).toEqual(['1', '0']);
  });
});
