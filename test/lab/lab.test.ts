/**
 * The lab itself: networks appear as described, and disappear whatever happens to the program that made them.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from './kit/command.ts';
import { ExpectationError, expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { removeLeftovers } from './kit/namespaces.ts';
import { isAlive } from './kit/process-tree.ts';
import { skipWithoutNamespaces } from './support.ts';

const LAB_MODULE = new URL('../dist/kit/lab.js', import.meta.url).href;

const TWO_NODES = {
  nodes: {
    one: { links: { eth0: { segment: 'lan', addresses: ['10.9.0.1/24', '2001:db8::1/64'] } } },
    two: {
      links: { eth0: { segment: 'lan', addresses: ['10.9.0.2/24'] } },
      sysctls: { 'net.ipv4.conf.all.arp_ignore': 1 },
      ip: ['address add 10.9.0.9/32 dev lo'],
    },
  },
};

const namespacesOf = (pid: number): string[] =>
  readdirSync('/run/netns').filter((name) => name.startsWith(`tl${pid}-`));

beforeEach(skipWithoutNamespaces);

describe('lab', () => {
  it('connects nodes as described: addresses, MAC addresses, sysctls before addresses', async () => {
    const lab = await Lab.open({ name: 'lab-test', topology: TWO_NODES });
    try {
      const [one, two] = [lab.node('one'), lab.node('two')];
      await one.exec(['ping', '-c', '1', '-W', '2', '10.9.0.2']);
      expect(await one.neighbourMac('10.9.0.2')).toBe(two.mac('eth0'));
      expect((await one.addresses()).map((a) => a.address)).toContain('2001:db8::1');
      const quiet = await one.exec(['ping', '-c', '1', '-W', '1', '10.9.0.9'], {
        allowFailure: true,
      });
      expect(quiet.status, 'an address on lo is not answered for').not.toBe(0);
    } finally {
      await lab.close();
    }
  });

  it('a pulled cable cuts a node off, and plugging it in heals', async () => {
    const lab = await Lab.open({ name: 'lab-test', topology: TWO_NODES });
    try {
      const reaches = async (): Promise<boolean> => {
        const ping = ['ping', '-c', '1', '-W', '1', '10.9.0.2'];
        return (await lab.node('one').exec(ping, { allowFailure: true })).status === 0;
      };
      expect(await reaches()).toBe(true);
      await lab.plug('two', 'eth0', 'out');
      expect(await reaches()).toBe(false);
      await lab.plug('two', 'eth0', 'in');
      await expectWithin('two is reached again', reaches, { withinMs: 10_000 });
    } finally {
      await lab.close();
    }
  });

  it('close ends programs with everything they started, and leaves no namespace', async () => {
    const lab = await Lab.open({ name: 'lab-test', topology: TWO_NODES });
    const shell = await lab.node('one').start('shell', ['sh', '-c', 'sleep 1000 & echo $!; wait']);
    const child = Number((await shell.waitForLine(/^\d+$/, { withinMs: 5000 })).value.text);
    expect(isAlive(child)).toBe(true);
    await lab.close();
    expect(namespacesOf(process.pid)).toEqual([]);
    await expectWithin('the child is gone', () => !isAlive(child), { withinMs: 5000 });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s to its maker removes a lab', async (signal) => {
    const maker = await startMaker();
    maker.kill(signal);
    await new Promise((resolve) => maker.once('exit', resolve));
    expect(namespacesOf(maker.pid)).toEqual([]);
  });

  it('the next lab removes what a SIGKILLed maker left behind', async () => {
    const maker = await startMaker();
    maker.kill('SIGKILL');
    await new Promise((resolve) => maker.once('exit', resolve));
    expect(namespacesOf(maker.pid)).not.toEqual([]);
    await removeLeftovers();
    expect(namespacesOf(maker.pid)).toEqual([]);
    expect(existsSync(`/run/tandem-lab/tl${maker.pid}-1-one`)).toBe(false);
  });

  it('a failing command says what it printed', async () => {
    await expect(runCommand(['ip', 'link', 'show', 'nonesuch'])).rejects.toThrow(/nonesuch/);
  });

  it('a wait that fails names what was awaited and what was seen last', async () => {
    const wait = expectWithin('the moon', () => Promise.reject(new Error('cloudy')), {
      withinMs: 120,
    });
    await expect(wait).rejects.toThrow(ExpectationError);
    await expect(wait).rejects.toThrow(/not within 120 ms: the moon \(cloudy\)/);
  });
});

/** A process that makes a lab, with a program in it, and then waits. */
async function startMaker() {
  const program = `
    const { Lab } = await import(${JSON.stringify(LAB_MODULE)});
    const lab = await Lab.open({ name: 'lab-test-' + process.pid, topology: ${JSON.stringify(TWO_NODES)} });
    await lab.node('one').start('sleep', ['sleep', '1000']);
    console.log('made');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const { pid } = child;
  if (pid === undefined) throw new Error('the maker did not start');
  return Object.assign(child, { pid });
}
