/** `tandem realserver setup`, `check` and `undo`: what a host needs as a real server, given, judged and taken back. */
import { type IpAddress, parseIp } from '../core/base/address.ts';
import { type ShellCommand, shellText } from '../core/base/shell-command.ts';
import { endpointKey, type ForwardingConfig } from '../core/model/config.ts';
import { BARE_HOST, type HostFacts } from '../core/realserver/host.ts';
import { type Finding, judge, type Step } from '../core/realserver/judge.ts';
import { type Need, needsOf } from '../core/realserver/needs.ts';
import { type Change, changesFor, needKey } from '../core/realserver/record.ts';
import { rolesByHand, rolesOf, type ServerRole, serversOf } from '../core/realserver/roles.ts';
import { findingsText, loadConfig } from '../daemon/supervisor/load-config.ts';
import { configFileOf } from './config-file.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print, textOptions } from './output.ts';
import { lookAtHost } from './realserver-host.ts';
import { readChanges, writeChanges } from './realserver-record.ts';
import { runCommand } from './run-command.ts';
import { type Color, paint, tableLines } from './table.ts';

/** Which services this is about. */
export interface RealServerCommand {
  /** Configuration of the director; the default file when undefined. */
  readonly file: string | undefined;
  readonly configId: string | undefined;
  /** Virtual addresses named by hand, instead of a configuration. */
  readonly vip: readonly string[] | undefined;
  readonly mode: 'dr' | 'tun' | 'nat' | undefined;
  /** Address of the real server; those of this host when undefined. */
  readonly server: string | undefined;
  readonly recordDir: string;
  /** Undefined: colours on a terminal. */
  readonly color: boolean | undefined;
}

/** What is to be judged: roles, and addresses that a director may have as a gateway. */
interface Subject {
  readonly roles: readonly ServerRole[];
  readonly directors: ReadonlySet<IpAddress>;
  /** For people: where the roles come from. */
  readonly origin: string;
}

/** Carries `check` out; resolves with the exit status. */
export async function checkRealServer(
  command: RealServerCommand & { readonly json: boolean },
): Promise<number> {
  const subject = await subjectHere(command);
  const needs = needsOf(subject?.roles ?? []);
  const host = await hostOrComplaint(needs);
  if (host === undefined || subject === undefined) return EXIT_FAILED;
  const findings = judge(needs, host, subject.directors);
  if (command.json) await print(`${JSON.stringify(documentOf(subject, findings), null, 2)}\n`);
  else await print(checkText(subject, findings, command.color));
  return statusOf(findings);
}

/** Carries `setup` out; resolves with the exit status. */
export async function setUpRealServer(
  command: RealServerCommand & { readonly print: boolean },
): Promise<number> {
  if (command.print) return printSetup(command);
  const subject = await subjectHere(command);
  if (subject === undefined) return EXIT_FAILED;
  const needs = needsOf(subject.roles);
  const before = readChanges(command.recordDir);
  if (!before.ok) return refuse(before.error);
  const { kept, stale } = changesFor(before.value, needs);
  const refused = await takeBack(stale);
  const made = await meet(needs, subject);
  const unkept = writeChanges(command.recordDir, [...refused, ...kept, ...made]);
  if (unkept !== undefined) await complain(`tandem: ${unkept}`);
  // What is shown is what is there now, not what was run.
  const now = await hostOrComplaint(needs);
  if (now === undefined) return EXIT_FAILED;
  const findings = judge(needs, now, subject.directors);
  await print(checkText(subject, findings, command.color));
  return refused.length > 0 || unkept !== undefined ? EXIT_FAILED : statusOf(findings);
}

/** Carries `undo` out; resolves with the exit status. */
export async function undoRealServer(recordDir: string): Promise<number> {
  const changes = readChanges(recordDir);
  if (!changes.ok) return refuse(changes.error);
  if (changes.value.length === 0) {
    await print('There is nothing to take back: no setup changed anything since the last start.\n');
    return EXIT_OK;
  }
  const refused = await takeBack(changes.value.toReversed());
  const unkept = writeChanges(recordDir, refused.toReversed());
  if (unkept !== undefined) return refuse(unkept);
  return refused.length === 0 ? EXIT_OK : EXIT_FAILED;
}

async function printSetup(command: RealServerCommand): Promise<number> {
  const named = command.server === undefined ? undefined : parseIp(command.server);
  // A script for another host takes nothing for granted; for this one it has what is missing here.
  const subject =
    named === undefined ? await subjectHere(command) : await subjectOf(command, new Set([named]));
  const needs = needsOf(subject?.roles ?? []);
  const host = named === undefined ? await hostOrComplaint(needs) : BARE_HOST;
  if (host === undefined || subject === undefined) return EXIT_FAILED;
  const findings = judge(needs, host, subject.directors);
  const lines = findings.flatMap(({ need, verdict, text, steps }) => {
    if (need.kind === 'listener') return [];
    if (verdict === 'wrong' || verdict === 'unsure') return [`# ${text}`];
    return steps.map(({ run }) => run.join(' '));
  });
  await print(['#!/bin/sh', `# ${subject.origin}`, ...lines, ''].join('\n'));
  return EXIT_OK;
}

/**
 * Carries out what is missing, one need after the other: the settings of a device are read when it is there. Where ARP cannot be kept quiet no
 * address is added: this host would take the packets of the director.
 */
async function meet(needs: readonly Need[], { directors }: Subject): Promise<readonly Change[]> {
  const changes: Change[] = [];
  const host = await hostOrComplaint(needs);
  if (host === undefined) return changes;
  for (const need of needs) {
    const [finding] = judge([need], host, directors);
    const made = await carryOut(finding?.steps ?? []);
    changes.push(...made.undo.map((undo) => ({ need: needKey(need), undo })));
    if (made.isWhole || need.kind !== 'arp') continue;
    await complain('tandem: no address is added, because this host would answer ARP for it');
    break;
  }
  return changes;
}

/** Carries the steps out up to the first that fails, which it tells; what takes them back. */
async function carryOut(steps: readonly Step[]) {
  const undo: ShellCommand[] = [];
  let unloaded = '';
  for (const step of steps) {
    const ran = await runCommand(step.run);
    if (ran.ok) {
      await print(`${shellText(step.run)}\n`);
      if (step.undo !== undefined) undo.push(step.undo);
    } else if (step.run[0] === 'modprobe') {
      // It may be built in: what it should bring is there then, and the next step works.
      unloaded = ` (${shellText(step.run)}: ${ran.why})`;
    } else {
      await complain(`tandem: ${shellText(step.run)}: ${ran.why}${unloaded}`);
      return { undo, isWhole: false };
    }
  }
  return { undo, isWhole: true };
}

/** Takes changes back; resolves with those that could not be. */
async function takeBack(changes: readonly Change[]): Promise<readonly Change[]> {
  const refused: Change[] = [];
  for (const change of changes) {
    const ran = await runCommand(change.undo);
    if (ran.ok) await print(`${shellText(change.undo)}\n`);
    else if (isGone(ran.why)) await print(`# ${shellText(change.undo)}: it is gone already\n`);
    else {
      await complain(`tandem: ${shellText(change.undo)}: ${ran.why}`);
      refused.push(change);
    }
  }
  return refused;
}

/** What somebody else took away need not be taken back. */
function isGone(why: string): boolean {
  return /Cannot assign requested address|Cannot find device|No such (file|device)|cannot stat/i.test(
    why,
  );
}

async function subjectOf(
  command: RealServerCommand,
  own: ReadonlySet<IpAddress>,
): Promise<Subject | undefined> {
  const server = command.server === undefined ? undefined : parseIp(command.server);
  if (command.server !== undefined && server === undefined) {
    await complain(`tandem: --server ${command.server} is not an IP address`);
    return undefined;
  }
  if (server !== undefined && !own.has(server)) {
    await complain(
      `tandem: ${server} is not an address of this host; "tandem realserver setup --print" prints what that host needs`,
    );
    return undefined;
  }
  if (command.vip !== undefined) return subjectByHand(command, command.vip, server);
  if (command.mode !== undefined) {
    await complain('tandem: --mode goes with --vip: a configuration says how packets come');
    return undefined;
  }
  return subjectOfFile(command, server === undefined ? own : new Set([server]));
}

async function subjectByHand(
  { file, mode = 'dr' }: RealServerCommand,
  vip: readonly string[],
  server: IpAddress | undefined,
): Promise<Subject | undefined> {
  if (file !== undefined) {
    await complain(`tandem: --vip is instead of a configuration; leave out "${file}"`);
    return undefined;
  }
  const addresses = vip.map((text) => parseIp(text));
  const wrong = addresses.indexOf(undefined);
  if (wrong >= 0) {
    await complain(`tandem: --vip ${vip[wrong]} is not an IP address (without a prefix length)`);
    return undefined;
  }
  const roles = rolesByHand(addresses as readonly IpAddress[], BY_HAND[mode], server);
  return { roles, directors: new Set(), origin: `--vip, --mode ${mode}` };
}

const BY_HAND: Readonly<Record<'dr' | 'tun' | 'nat', ForwardingConfig>> = {
  dr: { method: 'DR' },
  tun: { method: 'TUN', tunnel: 'ipip', port: 0, checksum: 'none' },
  nat: { method: 'NAT' },
};

async function subjectOfFile(
  command: RealServerCommand,
  own: ReadonlySet<IpAddress>,
): Promise<Subject | undefined> {
  const origin = configFileOf(command.file);
  // It is the director's file: its interfaces, scripts and users are not those of this host.
  const loaded = loadConfig(origin, { configId: command.configId, offline: true });
  const { config } = loaded;
  if (config === undefined) {
    await complain(findingsText(loaded.findings));
    return undefined;
  }
  const roles = rolesOf(config, own);
  if (roles.length === 0) {
    const servers = serversOf(config);
    const known =
      servers.length === 0 ? 'it has none' : `it has ${servers.slice(0, 20).join(', ')}`;
    await complain(
      `tandem: ${[...own].join(', ') || 'this host, which has no address,'} is no real server of ${origin}: ${known}`,
    );
    return undefined;
  }
  const directors = config.vrrpInstances.flatMap(({ addresses, excludedAddresses }) =>
    [...addresses, ...excludedAddresses].map(({ address }) => address),
  );
  return { roles, directors: new Set(directors), origin };
}

/** By the addresses of this host. */
async function subjectHere(command: RealServerCommand): Promise<Subject | undefined> {
  const host = await hostOrComplaint([]);
  return host && subjectOf(command, addressesOf(host));
}

async function hostOrComplaint(needs: readonly Need[]): Promise<HostFacts | undefined> {
  const looked = await lookAtHost(needs);
  if (looked.ok) return looked.host;
  await complain(`tandem: cannot look at this host: ${looked.why}`);
  return undefined;
}

/** Addresses that packets of a director can come to; a virtual address on a loopback is none. */
function addressesOf({ addresses, links }: HostFacts): ReadonlySet<IpAddress> {
  const loopbacks = new Set(links.flatMap(({ name, isLoopback }) => (isLoopback ? [name] : [])));
  return new Set(
    addresses.flatMap(({ address, device }) => (loopbacks.has(device) ? [] : [address])),
  );
}

async function refuse(why: string): Promise<number> {
  await complain(`tandem: ${why}`);
  return EXIT_FAILED;
}

function statusOf(findings: readonly Finding[]): number {
  const isRight = findings.every(({ verdict }) => verdict === 'met' || verdict === 'unsure');
  return isRight ? EXIT_OK : EXIT_FAILED;
}

const WORDS: Readonly<Record<Finding['verdict'], readonly [string, Color]>> = {
  met: ['ok', 'good'],
  missing: ['MISSING', 'bad'],
  wrong: ['WRONG', 'bad'],
  unsure: ['note', 'unsure'],
};

function checkText(
  { roles, origin }: Subject,
  findings: readonly Finding[],
  color: boolean | undefined,
): string {
  const options = textOptions(color);
  const rows = findings.flatMap(({ verdict, text, steps }) => {
    const [word, shade] = WORDS[verdict];
    return [
      [{ text: word, color: shade }, { text }],
      ...steps.map(({ run }) => [{ text: '' }, { text: shellText(run) }]),
    ];
  });
  const services = roles.map((role) => [
    { text: serviceText(role) },
    { text: methodText(role.forwarding) },
    { text: role.server === role.virtualAddress ? '' : `to ${role.server}` },
  ]);
  const none = findings.length === 0 ? ['  nothing is needed on this host'] : [];
  return [
    paint(`Real server of ${origin}`, 'strong', options.color),
    ...tableLines(services, options, 2),
    '',
    ...tableLines(rows, options, 2),
    ...none,
    '',
  ].join('\n');
}

function serviceText({ protocol, virtualAddress, port, title }: ServerRole): string {
  if (virtualAddress === undefined) return title;
  if (port === 0 || protocol === undefined) return virtualAddress;
  return `${protocol.toLowerCase()} ${endpointKey(virtualAddress, port)}`;
}

function methodText(forwarding: ForwardingConfig): string {
  switch (forwarding.method) {
    case 'DR':
      return 'direct routing';
    case 'TUN':
      return `tunnel (${forwarding.tunnel})`;
    case 'NAT':
      return forwarding.isFull ? 'Full-NAT' : 'NAT';
  }
}

function documentOf({ roles, origin }: Subject, findings: readonly Finding[]) {
  return {
    realServerVersion: 1,
    origin,
    services: roles,
    findings: findings.map(({ verdict, text, steps }) => ({
      verdict,
      text,
      commands: steps.map(({ run }) => run),
    })),
  };
}
