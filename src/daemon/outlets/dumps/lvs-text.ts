/** `keepalived_check.data`: virtual servers, their real servers and the checks. Measured on keepalived 2.4.3. */

import type {
  CheckView,
  RealServerView,
  VirtualServerView,
} from '../../../core/health/events-and-actions.ts';
import { methodWord } from '../../../core/language/settings/texts.ts';
import {
  type CheckConfig,
  endpointKey,
  type RealServerConfig,
  type ServiceIdentity,
  type SorryServerConfig,
  serviceKey,
  type VirtualServerConfig,
} from '../../../core/model/config.ts';
import { protocolOf } from '../../../core/model/virtual-addresses.ts';
import type { IpvsTraffic } from '../../frame/messages.ts';
import type { DaemonState } from '../../supervisor/state.ts';
import { type DumpLine, entries, section } from './dump-lines.ts';

/** Both sections; views that are not known are left out. */
export function lvsSections(state: DaemonState): readonly string[] {
  const { virtualServers } = state.config;
  const isTableKnown =
    state.ipvs.available && state.components.some(({ name, up }) => name === 'health' && up);
  const known = virtualServers.map((config) => ({
    config,
    view: state.virtualServers.get(config.key),
    kernel: isTableKnown
      ? config.services.flatMap((one) => state.traffic.get(serviceKey(one)) ?? [])
      : undefined,
  }));
  return [
    ...section('LVS Topology', known.flatMap(serviceLines)),
    ...section(
      'Health checkers',
      known.flatMap(({ config, view }) =>
        config.realServers.flatMap((real) => checkLines(config, real, realView(view, real))),
      ),
    ),
  ];
}

interface Known {
  readonly config: VirtualServerConfig;
  readonly view: VirtualServerView | undefined;
  readonly kernel: readonly IpvsTraffic[] | undefined;
}

function serviceLines({ config, view, kernel }: Known): readonly string[] {
  const [first] = config.services;
  const { persistence, sorryServer } = config;
  const protocol = protocolOf(config);
  const head = first === undefined ? config.title : headOf(config, first);
  return [
    ` ${head}`,
    ...entries(
      [
        [
          'delay_loop',
          config.realServers[0]?.checks[0] && seconds(config.realServers[0].checks[0].delayLoop),
        ],
        ['lvs_sched', config.scheduler],
        ...config.schedulerFlags.map((flag) => `flag-${flag} = enabled`),
        ['persistence timeout', persistence?.timeoutSeconds],
        ['persistence engine', persistence?.engine],
        ['protocol', protocol],
        `alpha is ${config.alpha ? 'ON' : 'OFF'}`,
        `omega is ${config.omega ? 'ON' : 'OFF'}`,
        `quorum = ${config.quorum}, hysteresis = ${config.hysteresis}`,
        ...(sorryServer === undefined ? [] : sorryLines(sorryServer, view)),
        ['VS alive', kernel && Number(kernel.length > 0)],
        ['quorum_state_up', view && Number(view.quorumUp)],
      ],
      3,
    ),
    ...config.realServers.flatMap((real) => realServerLines(real, realView(view, real), kernel)),
  ];
}

function headOf({ key, title }: VirtualServerConfig, first: ServiceIdentity): string {
  const group = /^group (.*)$/.exec(key)?.[1];
  if (group !== undefined) return `VS GROUP = [${group}]:0`;
  if (first.kind === 'fwmark') return `VS FWMARK = ${first.mark}`;
  return first.port === 0 && title === ''
    ? `VS VIP = ${first.address}`
    : `VS VIP = ${first.address}, VPORT = ${first.port}`;
}

function sorryLines(
  { address, port }: SorryServerConfig,
  view: VirtualServerView | undefined,
): readonly DumpLine[] {
  return [
    ['sorry server', endpointWords(address, port)],
    ...(view === undefined ? [] : [`  set = ${Number(view.sorryServerActive)}`]),
  ];
}

function realServerLines(
  real: RealServerConfig,
  view: RealServerView | undefined,
  kernel: readonly IpvsTraffic[] | undefined,
): readonly string[] {
  const { address, port, weight, forwarding } = real;
  const key = endpointKey(address, port);
  const effective = view?.effectiveWeight ?? 0;
  const shown = view === undefined ? '' : ` EFF WEIGHT = ${effective}`;
  const failed = view?.checks.filter(({ up }) => !up).length;
  const isSet = kernel?.some(({ destinations }) => destinations.some((one) => one.key === key));
  return entries(
    [
      `RIP = ${address}, RPORT = ${port}, WEIGHT = ${weight}${shown}`,
      ['forwarding method', methodWord(forwarding)],
      ['connection limit range', rangeOf(real)],
      ['inhibit on failure', real.inhibitOnFailure],
      ['initial weight', weight],
      ['effective weight', view && effective],
      ['alive', view && Number(view.alive)],
      ['num failed checkers', failed],
      ['RS set', isSet === undefined ? undefined : Number(isSet)],
    ],
    3,
  );
}

function rangeOf({ lowerThreshold, upperThreshold }: RealServerConfig): string | undefined {
  if (lowerThreshold === 0 && upperThreshold === 0) return undefined;
  return `${lowerThreshold} -> ${upperThreshold}`;
}

function checkLines(
  service: VirtualServerConfig,
  real: RealServerConfig,
  view: RealServerView | undefined,
): readonly string[] {
  const [first] = service.services;
  const protocol = protocolOf(service)?.toLowerCase() ?? 'none';
  const group = /^group (.*)$/.exec(service.key)?.[1];
  const from =
    group !== undefined || first?.kind !== 'address'
      ? `[${group ?? service.title}]:0`
      : endpointWords(first.address, first.port, protocol);
  return real.checks.flatMap((check) => [
    ` ${from} -> ${endpointWords(real.address, real.port, protocol)}`,
    ...entries(
      checkState(
        check,
        view?.checks.find(({ label }) => label === check.label),
      ),
      3,
    ),
  ]);
}

function checkState(check: CheckConfig, view: CheckView | undefined): readonly DumpLine[] {
  const yesNo = (value: boolean | undefined): string | undefined =>
    value === undefined ? undefined : value ? 'yes' : 'no';
  return [
    ['Up', yesNo(view?.up)],
    ['Has run', yesNo(view?.hasRun)],
    ['Delay loop', `${check.delayLoop} us`],
    ['Retries', check.retry],
    ['Retries iterations', view?.failuresInRow],
    ...connectionLines(check),
    ['Keepalive method', check.type],
  ];
}

function connectionLines(check: CheckConfig): readonly DumpLine[] {
  if (!('target' in check)) return [];
  const { target } = check;
  return [
    'Connection',
    `  Dest = ${endpointWords(target.address, target.port)}`,
    ...(target.sourceAddress === undefined
      ? []
      : [`  Bind to = ${endpointWords(target.sourceAddress, target.sourcePort ?? 0)}`]),
    ...(target.sourceInterface === undefined ? [] : [`  Bind i/f = ${target.sourceInterface}`]),
    ...(target.fwmark === undefined ? [] : [`  Mark = ${target.fwmark}`]),
    `  Timeout = ${seconds(target.connectTimeout)}`,
  ];
}

function realView(
  view: VirtualServerView | undefined,
  { address, port }: RealServerConfig,
): RealServerView | undefined {
  return view?.realServers.find(({ key }) => key === endpointKey(address, port));
}

/** `[10.0.1.1]:tcp:80`. */
function endpointWords(address: string, port: number, protocol?: string): string {
  return `[${address}]:${protocol === undefined ? '' : `${protocol}:`}${port}`;
}

function seconds(us: number): string {
  return (us / 1e6).toFixed(6);
}
