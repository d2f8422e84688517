/**
 * A pair with HAProxy on both directors, from the sample conf/features/vrrp-haproxy: the address follows a director whose HAProxy runs, in the time that the
 * file promises, and scripts and mail tell each state once and in order.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { advertisements } from './kit/advertisements.ts';
import { type Capture, startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { MailRelay } from './kit/mail-relay.ts';
import { CONF_DIRECTORY, labDirectory } from './kit/paths.ts';
import type { LabProcess } from './kit/process.ts';
import { skipWithoutNamespaces } from './support.ts';

const HAPROXY = '/usr/sbin/haproxy';
const SAMPLE = join(CONF_DIRECTORY, 'features', 'vrrp-haproxy.conf');
const VIP = '192.0.2.10';
const WITHIN = { withinMs: 15_000 };

/** Of the sample, milliseconds: interval x fall, and one advertisement. */
const DETECTION_MS = 500 * 2;
const ADVERT_MS = 1_000;
/** Starting a program takes a while on a loaded machine. */
const SLACK_MS = 700;

let lab: Lab;
let relay: MailRelay;
let wire: Capture;
/** A directory that the user of the scripts may enter. */
let open: string;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  if (!existsSync(HAPROXY)) context.skip('the package haproxy is not installed');
  const node = (host: number) => ({
    links: { eth0: { segment: 'lan', addresses: [`192.0.2.${host}/24`] } },
    sysctls: { 'net.ipv4.ip_nonlocal_bind': 1 },
  });
  lab = await Lab.open({
    name: 'hap',
    topology: { nodes: { lb01: node(1), lb02: node(2), client: node(25) } },
    directory: labDirectory('haproxy'),
  });
  open = mkdtempSync(join(tmpdir(), 'tandem-haproxy-'));
  chmodSync(open, 0o755);
  relay = new MailRelay(lab.node('client'));
  await relay.start();
  wire = await startCapture(lab.node('client'), { device: 'eth0', filter: 'proto 112' });
});

afterEach(async () => {
  await lab?.close();
  if (open !== undefined) rmSync(open, { recursive: true, force: true });
});

/** A director with its HAProxy, whose name is this node's: all nodes see all processes of the machine. */
class Balancer {
  readonly director: TandemDirector;
  readonly address: string;
  readonly #program: string;
  readonly #told: string;
  #haproxy: LabProcess | undefined;

  constructor(name: 'lb01' | 'lb02') {
    const node = lab.node(name);
    this.director = new TandemDirector(node);
    this.address = name === 'lb01' ? '192.0.2.1' : '192.0.2.2';
    this.#program = node.file(`hap${name.slice(2)}x${process.pid}`);
    this.#told = join(open, name);
    copyFileSync(HAPROXY, this.#program);
    chmodSync(this.#program, 0o755);
    node.writeFile(
      'haproxy.cfg',
      `defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 1s
frontend web
    bind ${VIP}:80
    http-request return status 200 content-type text/plain string ${name}
`,
    );
  }

  async startHaproxy(): Promise<void> {
    const { node } = this.director;
    this.#haproxy = await node.start('haproxy', [
      this.#program,
      '-db',
      '-f',
      node.file('haproxy.cfg'),
    ]);
  }

  async killHaproxy(): Promise<number> {
    const at = Date.now();
    await this.#haproxy?.kill();
    return at;
  }

  /** The sample, with this node's HAProxy, a script that writes a file, and the relay of the lab. */
  async start(priority: number): Promise<void> {
    const { node } = this.director;
    writeFileSync(this.#told, '');
    chmodSync(this.#told, 0o666);
    const notify = join(open, `${node.name}.sh`);
    writeFileSync(notify, `#!/bin/sh\necho "$*" >> ${this.#told}\n`);
    chmodSync(notify, 0o755);
    const text = readFileSync(SAMPLE, 'utf8')
      .replace('pidof haproxy', `pidof ${this.#program.split('/').at(-1)}`)
      .replace('/usr/bin/logger -t failover', notify)
      .replace('smtp_server 192.0.2.25 25', `smtp_server 192.0.2.25 ${relay.port}`)
      .replace('lb01@example.org', `${node.name}@example.org\n    router_id ${node.name}`)
      .replace('priority 150', `priority ${priority}`);
    await this.director.start(text);
  }

  told(): readonly string[] {
    const text = readFileSync(this.#told, 'utf8');
    return text.split('\n').filter((line) => line !== '');
  }

  mailed(): readonly string[] {
    const prefix = `[${this.director.node.name}] VRRP Instance WEB - `;
    return relay
      .subjects()
      .flatMap((one) => (one.startsWith(prefix) ? one.slice(prefix.length) : []));
  }

  async state(): Promise<string> {
    return (await this.director.instance('WEB')).state;
  }
}

/** What a client gets at the address. */
async function served(): Promise<string> {
  const ask = ['curl', '-sS', '--max-time', '1', `http://${VIP}/`];
  return (await lab.node('client').exec(ask, { allowFailure: true })).stdout;
}

/** When a router first advertised with a priority behind a moment, milliseconds of the clock. */
async function firstAdvert(source: string, priority: number, sinceMs: number): Promise<number> {
  const found = await expectWithin(
    `${source} advertises ${priority}`,
    () =>
      advertisements(wire).find(
        (one) => one.atMs >= sinceMs && one.source === source && one.priority === priority,
      ),
    { ...WITHIN, everyMs: 20 },
  );
  return found.value.atMs;
}

it('a killed HAProxy moves the address in time, and back; everything is told once and in order', async () => {
  const [one, two] = [new Balancer('lb01'), new Balancer('lb02')];
  await Promise.all([one.startHaproxy(), two.startHaproxy()]);
  await one.start(150);
  await firstAdvert(one.address, 150, 0);
  await two.start(140);
  await expectWithin('the first is served', async () => (await served()) === 'lb01', WITHIN);
  await expectWithin('the second waits', async () => (await two.state()) === 'BACKUP', WITHIN);

  const killedAt = await one.killHaproxy();
  const leftAt = await firstAdvert(one.address, 0, killedAt);
  const takenAt = await firstAdvert(two.address, 140, killedAt);
  expect(leftAt - killedAt).toBeLessThan(DETECTION_MS + SLACK_MS);
  expect(takenAt).toBeGreaterThan(leftAt);
  expect(takenAt - killedAt).toBeLessThan(DETECTION_MS + ADVERT_MS + SLACK_MS);
  await expectWithin('the second is served', async () => (await served()) === 'lb02', WITHIN);
  expect(await one.state()).toBe('FAULT');
  expect((await one.director.run('status')).stdout).toContain('script haproxy_runs');

  await one.startHaproxy();
  await firstAdvert(one.address, 150, takenAt);
  await expectWithin('the first is served again', async () => (await served()) === 'lb01', WITHIN);

  const first = ['BACKUP', 'MASTER', 'FAULT', 'BACKUP', 'MASTER'];
  const second = ['BACKUP', 'MASTER', 'BACKUP'];
  const scripts = (states: readonly string[], priority: number): readonly string[] =>
    states.map((state) => `INSTANCE WEB ${state} ${priority}`);
  const mails = (states: readonly string[]): readonly string[] =>
    states.map((state) => `Entering ${state} state`);
  await expectWithin(
    'all is told',
    () => told([one, two]) >= 2 * (first.length + second.length),
    WITHIN,
  );
  expect(one.told()).toEqual(scripts(first, 150));
  expect(two.told()).toEqual(scripts(second, 140));
  expect(one.mailed()).toEqual(mails(first));
  expect(two.mailed()).toEqual(mails(second));
  expect(await one.director.stop()).toEqual({ clean: true });
  expect(await two.director.stop()).toEqual({ clean: true });
}, 90_000);

function told(balancers: readonly Balancer[]): number {
  return balancers.reduce((sum, one) => sum + one.told().length + one.mailed().length, 0);
}
