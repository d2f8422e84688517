/** The status document as an operator reads it: who is master and why, which servers are out and why. */

import { spanText } from '../core/base/span-text.ts';
import type {
  CheckStatus,
  ComponentStatus,
  InstanceStatus,
  IpvsStatusReport,
  RealServerStatus,
  StatusReport,
  VirtualServerStatus,
} from '../core/control/status.ts';
import { syncText } from '../core/lvs/sync-daemons.ts';
import { bfdLines } from './render-bfd.ts';
import { firewallLines } from './render-firewall.ts';
import { fullNatLines } from './render-full-nat.ts';
import { gatheredLines } from './render-gathered.ts';
import { orderRemarks, orderWord } from './render-orders.ts';
import { routingRemarks, staticRemarks } from './render-routing.ts';
import { takeoverLines } from './render-takeover.ts';
import {
  type Cell,
  type Color,
  flowLines,
  headedTableLines,
  paint,
  type TextOptions,
  tableLines,
} from './table.ts';
import { wrappedWords } from './wrap.ts';

const STATE_COLOR: Readonly<Record<string, Color>> = {
  MASTER: 'good',
  BACKUP: 'good',
  INIT: 'unsure',
  FAULT: 'bad',
  UP: 'good',
  DOWN: 'bad',
  UNCHECKED: 'unsure',
  UNKNOWN: 'unsure',
  LEAVING: 'unsure',
  DRAINING: 'unsure',
  DRAINED: 'unsure',
  MAINTENANCE: 'unsure',
};

/** The text, with a line feed at its end. */
export function renderStatus(report: StatusReport, options: TextOptions): string {
  const sections = [
    headLines(report, options),
    [...vrrpLines(report, options), ...firewallLines(report.firewall, options)],
    staticLines(report, options),
    bfdSection(report, options),
    takeoverSection(report, options),
    serverLines(report, options),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headLines(report: StatusReport, options: TextOptions): string[] {
  const { configuration } = report;
  const name = `Tandem ${report.version} on ${report.routerId}`;
  const title = paint(name, 'strong', options.color);
  const rows: Cell[][] = [];
  const processes = report.components.map(componentText);
  const allUp = report.components.every((component) => component.up);
  rows.push([
    { text: 'processes', color: 'faint' },
    { text: processes.join(', '), ...(allUp ? {} : { color: 'bad' }) },
  ]);
  const age = spanText(configuration.loadedAgeSeconds);
  rows.push([
    { text: 'configuration', color: 'faint' },
    { text: `${configuration.file}, loaded ${age} ago${findings(report)}` },
  ]);
  if (!configuration.lastAttemptOk) {
    const when = spanText(configuration.lastAttemptAgeSeconds);
    const why = configuration.refusedBecause.join('; ');
    const text = `REFUSED ${when} ago, the older configuration is in force: ${why}`;
    rows.push([
      { text: 'last reload', color: 'faint' },
      { text, color: 'bad' },
    ]);
  }
  if (configuration.nextReloadAt !== null) {
    rows.push([{ text: 'next reload', color: 'faint' }, { text: configuration.nextReloadAt }]);
  }
  if (configuration.notSupportedYet.length > 0) {
    const text = configuration.notSupportedYet.join(', ');
    rows.push([
      { text: 'not supported yet', color: 'faint' },
      { text, color: 'unsure' },
    ]);
  }
  return [
    `${title}, running for ${spanText(report.uptimeSeconds)}`,
    ...tableLines(rows, options, 2),
  ];
}

function componentText(component: ComponentStatus): string {
  const { name, pid, restarts } = component;
  if (pid === null) return `${name} DOWN`;
  const word = component.heartbeatAgeSeconds === null ? 'starting' : 'SILENT';
  const count = restarts === 0 ? '' : `, ${times(restarts, 'restart')}`;
  const spare = component.spareReady === true ? ', spare ready' : '';
  return `${name} ${component.up ? 'up' : word} (pid ${pid}${count}${spare})`;
}

/** Only a configuration that was applied has its findings here: a start runs what is right of a file with errors. */
function findings(report: StatusReport): string {
  const { lastAttemptOk, errors, warnings } = report.configuration;
  if (!lastAttemptOk) return '';
  const counts = [
    ...(errors > 0 ? [times(errors, 'error')] : []),
    ...(warnings > 0 ? [times(warnings, 'warning')] : []),
  ];
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}

function vrrpLines(report: StatusReport, options: TextOptions): string[] {
  const { vrrp } = report;
  if (vrrp.instances.length === 0) return [];
  const head = heading('VRRP', vrrp.known ? '' : absenceText(report, 'vrrp', 'vrrp'), options);
  const columns = ['INSTANCE', 'STATE', 'FOR', 'WHY', 'PRIO', 'MASTER', 'ADDRESSES'];
  const lines = [
    ...head,
    ...headedTableLines(columns, vrrp.instances.map(instanceRow), options, 2),
  ];
  for (const instance of vrrp.instances) {
    for (const remark of [...instanceRemarks(instance), ...routingRemarks(instance)]) {
      const cells = [{ text: `${instance.name}:` }, remark];
      lines.push(...flowLines(cells, options, { first: 2, rest: 6 }));
    }
  }
  for (const group of vrrp.groups) {
    const cells = [
      { text: `sync group ${group.name}:` },
      state(group.state),
      { text: `(${group.members.join(', ')})` },
    ];
    lines.push(...flowLines(cells, options, { first: 2, rest: 6 }));
  }
  return lines;
}

function staticLines(report: StatusReport, options: TextOptions): string[] {
  const remarks = staticRemarks(report);
  if (remarks.length === 0) return [];
  const remark = report.vrrp.known ? '' : absenceText(report, 'vrrp', 'vrrp');
  const lines = remarks.flatMap((cell) => flowLines([cell], options, { first: 2, rest: 6 }));
  return [...heading('Static entries', remark, options), ...lines];
}

function bfdSection(report: StatusReport, options: TextOptions): string[] {
  const lines = bfdLines(report, options);
  if (lines.length === 0) return [];
  const remark = report.vrrp.known ? '' : absenceText(report, 'vrrp', 'vrrp');
  return [...heading('BFD', remark, options), ...lines];
}

function takeoverSection(report: StatusReport, options: TextOptions): string[] {
  const lines = takeoverLines(report, options);
  if (lines.length === 0) return [];
  const remark = report.vrrp.known ? '' : absenceText(report, 'vrrp', 'vrrp');
  return [...heading('Takeovers', remark, options), ...lines];
}

/** What the row does not say: what the reason is about, and what the instance waits for. */
function instanceRemarks({
  state: word,
  reasonText,
  cause,
  preemptDelay,
  conflicts,
  group,
  groupWaitSeconds,
  takeoverHeld,
  addresses,
  ownInterfaces,
  trackers,
  leftOut,
}: InstanceStatus): Cell[] {
  const remarks: Cell[] = [];
  for (const { text, advice, forSeconds, name } of conflicts) {
    const whole = `TWO MASTERS for ${spanText(forSeconds)} (${name}): ${text} ${advice}`;
    remarks.push({ text: whole, color: 'bad' });
  }
  if (cause !== null) remarks.push({ text: `${reasonText}: ${cause}` });
  else if (word === 'FAULT' && reasonText !== null) remarks.push({ text: reasonText });
  for (const { address, interface: device, claimed } of addresses) {
    if (claimed === null) continue;
    const { hardwareAddress, times, agoSeconds } = claimed;
    const often = times === 1 ? '' : `${times} times, the last `;
    const text = `another host said that it has ${address}: ${hardwareAddress} on ${device}, ${often}${spanText(agoSeconds)} ago`;
    remarks.push({ text, color: 'bad' });
  }
  for (const { name, parent, present, restored } of ownInterfaces) {
    if (present === false) remarks.push({ text: `${name} on ${parent} is missing`, color: 'bad' });
    if (restored > 0) {
      const times = restored === 1 ? 'once' : `${restored} times`;
      remarks.push({ text: `${name} was changed by somebody else ${times}, and put right` });
    }
  }
  if (preemptDelay !== null) {
    const { remainingSeconds, address, priority } = preemptDelay;
    const span = spanText(remainingSeconds);
    remarks.push({
      text: `preempt_delay leaves ${address} with priority ${priority} alone for another ${span}`,
    });
  }
  if (groupWaitSeconds !== null) {
    const span = spanText(groupWaitSeconds);
    const text = `it has heard no master for ${span}, but another member of sync group ${group} hears one: it waits`;
    remarks.push({ text, color: 'bad' });
  }
  if (takeoverHeld !== null) {
    const span = spanText(takeoverHeld.forSeconds);
    remarks.push({ text: `NO TAKEOVER for ${span}: ${takeoverHeld.text}`, color: 'bad' });
  }
  for (const { text, weight, adds, known, fault } of trackers) {
    const isWell = known && !fault && adds >= 0;
    remarks.push({
      text: `tracked ${text}${weight === 0 && fault ? ': a fault' : ''}`,
      ...(isWell ? {} : { color: 'bad' as const }),
    });
  }
  for (const { kind, name, why } of leftOut) {
    remarks.push({ text: `NOT TRACKED: ${kind} ${name}: ${why}`, color: 'bad' });
  }
  return remarks;
}

function instanceRow(instance: InstanceStatus): Cell[] {
  const { priority, basePriority, master } = instance;
  const effective = priority ?? basePriority;
  return [
    { text: instance.name },
    state(instance.state),
    { text: instance.forSeconds === null ? '-' : spanText(instance.forSeconds) },
    { text: instance.reason ?? '-' },
    {
      text: effective === basePriority ? String(effective) : `${effective} (of ${basePriority})`,
      ...(effective === basePriority ? {} : { color: 'unsure' }),
    },
    { text: masterText(master) },
    addressesCell(instance),
  ];
}

function masterText(master: InstanceStatus['master']): string {
  if (master === null) return '-';
  if (master.isThisNode) return 'this node';
  const heard =
    master.heardAgeSeconds === null ? '' : `, heard ${spanText(master.heardAgeSeconds)} ago`;
  const priority = master.priority === null ? '' : ` (prio ${master.priority}${heard})`;
  return `${master.address ?? '-'}${priority}`;
}

/**
 * What the host has and has not, as the kernel showed it. The interface stands once, behind the addresses, unless an
 * address has one of its own.
 */
function addressesCell(instance: InstanceStatus): Cell {
  const [own] = instance.ownInterfaces;
  const isOnOwn = instance.addresses.some((vip) => vip.interface === own?.name);
  const home = own !== undefined && isOnOwn ? own.name : instance.interface;
  const names = (held: boolean | null): string[] =>
    instance.addresses
      .filter((vip) => vip.held === held)
      .map((vip) => (vip.interface === home ? vip.address : `${vip.address} dev ${vip.interface}`));
  const [held, missing, unknown] = [names(true), names(false), names(null)];
  const isMaster = instance.state === 'MASTER';
  const isWrong = isMaster ? missing.length > 0 : held.length > 0;
  const parts = [
    ...(held.length === 0 ? [] : [`${isWrong ? 'held: ' : ''}${held.join(' ')}`]),
    ...(missing.length === 0
      ? []
      : [`${isMaster ? 'NOT held' : 'not held'}: ${missing.join(' ')}`]),
    ...(unknown.length === 0 ? [] : [unknown.join(' ')]),
  ];
  const under = home === instance.interface ? '' : ` (${instance.interface})`;
  const place = home === '' ? '' : `on ${home}${under}, `;
  const text = [parts.join('; '), `${place}vrid ${instance.vrid}`].join(' ').trim();
  return isWrong ? { text, color: 'bad' } : { text };
}

function serverLines(report: StatusReport, options: TextOptions): string[] {
  const { ipvs, virtualServers } = report;
  const lines: string[] = [];
  const sync = syncLine(ipvs);
  const isNothing = virtualServers.length === 0 && sync === '';
  if (isNothing && ipvs.available !== false) return lines;
  lines.push(...heading('Virtual servers', ipvsText(report), options));
  if (sync !== '') lines.push(`  ${sync}`);
  for (const { setting, consequence } of report.preconditions.filter(({ met }) => !met)) {
    lines.push(`  ${paint(`${setting} is 0`, 'bad', options.color)}: ${consequence}`);
  }
  for (const server of virtualServers) lines.push(...virtualServerLines(server, options));
  return lines;
}

function ipvsText(report: StatusReport): string {
  const { ipvs } = report;
  if (!ipvs.known) return absenceText(report, 'checker', 'health');
  if (ipvs.available === false && report.virtualServers.length === 0) return 'none';
  if (ipvs.available === false) return `IPVS is NOT available: ${ipvs.reason}`;
  const repairs = ipvs.repairs ?? 0;
  const refusals = ipvs.refusals ?? 0;
  const parts = [
    ...(repairs > 0 ? [`repaired ${times(repairs, 'time')}`] : []),
    ...(refusals > 0 ? [`the kernel refused ${times(refusals, 'operation')}`] : []),
  ];
  return parts.join(', ');
}

/** The connection synchronisation in a line; empty without one. */
function syncLine({ syncDaemons, syncProblem }: IpvsStatusReport): string {
  if (syncProblem !== '') return `connection synchronisation: ${syncProblem}`;
  const running = (syncDaemons ?? []).map(syncText);
  return running.length === 0 ? '' : `connection synchronisation: ${running.join('; ')}`;
}

function virtualServerLines(server: VirtualServerStatus, options: TextOptions): string[] {
  const { realServers, inKernel } = server;
  const head: Cell[] = [
    { text: server.key, color: 'strong' },
    state(server.state),
    { text: headParts(server).join(', ') },
  ];
  const columns = [
    'SERVER',
    'STATE',
    'FOR',
    'METHOD',
    'WEIGHT',
    'ACTIVE',
    'INACTIVE',
    'TOTAL',
    'CHECKS',
  ];
  const rows = realServers.flatMap((real) => realServerRows(real, inKernel));
  return [
    ...tableLines([head], options, 2),
    ...gatheredLines(server.gathered, options),
    ...fullNatLines(server.fullNat, options),
    ...(realServers.length === 0 ? [] : headedTableLines(columns, rows, options, 4)),
    ...[...refusalRemarks(server), ...orderRemarks(server)].flatMap((cell) =>
      flowLines([cell], options, { first: 4, rest: 8 }),
    ),
  ];
}

function schedulerText({ scheduler, schedulerConfigured }: VirtualServerStatus): string {
  return scheduler === schedulerConfigured
    ? scheduler
    : `${scheduler} instead of ${schedulerConfigured}`;
}

function refusalRemarks({ refusals }: VirtualServerStatus): readonly Cell[] {
  return refusals.map((refusal) => ({ text: `the kernel: ${refusal}`, color: 'bad' }));
}

function headParts(server: VirtualServerStatus): string[] {
  const { realServers, persistence, state: word } = server;
  const up = realServers.filter(
    (real) => (real.state === 'UP' || real.state === 'UNCHECKED') && orderWord(real) === undefined,
  );
  const all = times(realServers.length, 'server');
  return [
    schedulerText(server),
    ...(persistence === null ? [] : [persistenceText(persistence)]),
    word === 'LEAVING'
      ? 'no longer in the configuration'
      : word === 'UNKNOWN'
        ? all
        : `${up.length} of ${all} up`,
    ...(server.quorum > 1 || word === 'DOWN'
      ? [`weight ${server.aliveWeight ?? '-'} of quorum ${server.quorum}`]
      : []),
    ...(server.sorryServer === null ? [] : [sorryServerText(server.sorryServer)]),
    ...(server.panic === true ? ['PANIC: checks are not believed'] : []),
    ...(server.suspended === true ? ['checks suspended, address not here'] : []),
    ...(server.inKernel === false ? ['NOT in the kernel'] : []),
  ];
}

function persistenceText({
  timeoutSeconds,
  prefixLength,
}: NonNullable<VirtualServerStatus['persistence']>): string {
  const network = prefixLength === null ? '' : ` for each /${prefixLength}`;
  return `persistent ${timeoutSeconds} s${network}`;
}

function sorryServerText({
  address,
  active,
}: NonNullable<VirtualServerStatus['sorryServer']>): string {
  const word = active === null ? '' : active ? ' in use' : ' idle';
  return `sorry server ${address}${word}`;
}

/** A row for each check; the columns of the server are in the first only. */
function realServerRows(real: RealServerStatus, inKernel: boolean | null): Cell[][] {
  const { traffic } = real;
  const first: Cell[] = [
    { text: real.key },
    state(orderWord(real) ?? real.state),
    { text: real.forSeconds === null ? '-' : spanText(real.forSeconds) },
    { text: real.forwarding },
    { text: weightText(real, inKernel) },
    { text: traffic === null ? '-' : String(traffic.activeConnections) },
    { text: traffic === null ? '-' : String(traffic.inactiveConnections) },
    { text: traffic === null ? '-' : String(traffic.connections) },
  ];
  const checks = real.checks.map(checkCell);
  const [head = { text: 'none', color: 'faint' } satisfies Cell, ...others] = checks;
  const empty = first.map((): Cell => ({ text: '' }));
  return [[...first, head], ...others.map((cell) => [...empty, cell])];
}

/** The weight in the kernel, and the configured one where they differ. */
function weightText(real: RealServerStatus, inKernel: boolean | null): string {
  const { weight, weightConfigured } = real;
  if (inKernel === null) return '-';
  if (weight === weightConfigured) return String(weight);
  const slow = typeof real.slowStartPercent === 'number' ? ', slow start' : '';
  return `${weight ?? 'out'} (of ${weightConfigured}${slow})`;
}

function checkCell(check: CheckStatus): Cell {
  if (check.up === null) return { text: check.label };
  if (check.lastOutcome === null || check.lastAgeSeconds === null) {
    return { text: `${check.label} has not run yet`, color: 'unsure' };
  }
  const duration = check.lastDurationSeconds === null ? '' : ` in ${milliseconds(check)}`;
  const age = `${spanText(check.lastAgeSeconds)} ago`;
  if (check.lastOutcome === 'ok') {
    const text = `${check.label} ok${duration}, ${age}`;
    return check.up ? { text } : { text: `${text}, not up yet`, color: 'unsure' };
  }
  const detail =
    check.lastDetail === null || check.lastDetail === '' ? check.lastOutcome : check.lastDetail;
  const failures = check.failuresInRow ?? 0;
  const row = failures > 1 ? `, ${failures} in a row` : '';
  const text = `${check.label} ${check.up ? 'failing' : 'FAILED'}: ${detail}${row}, ${age}`;
  return { text, color: check.up ? 'unsure' : 'bad' };
}

function milliseconds(check: CheckStatus): string {
  const ms = (check.lastDurationSeconds ?? 0) * 1_000;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function heading(title: string, remark: string, options: TextOptions): string[] {
  if (remark === '') return [paint(title, 'strong', options.color)];
  const remarks = remark.split(' ').map((text) => ({
    text: paint(text, 'unsure', options.color),
    length: text.length,
  }));
  const name = { text: `${paint(title, 'strong', options.color)} `, length: title.length + 1 };
  return wrappedWords([name, ...remarks], options.width, { first: 0, rest: 4 });
}

/** Why nothing is known of a role: it was not asked for, its process has not said anything yet, or says nothing any more. */
function absenceText(report: StatusReport, component: string, role: string): string {
  const its = report.components.find(({ name }) => name === component);
  if (its === undefined) return `no ${role} process was asked for`;
  const isStarting = its.pid !== null && its.heartbeatAgeSeconds === null;
  return `the ${role} process ${isStarting ? 'is starting' : 'does not answer'}`;
}

function state(name: string): Cell {
  const color = STATE_COLOR[name];
  return color === undefined ? { text: name } : { text: name, color };
}

function times(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
