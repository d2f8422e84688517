/** Section `Global definitions` of every data dump: what is configured, and where the daemon runs. */
import { hostname } from 'node:os';
import type { ProcessConfig } from '../../../core/model/global-options.ts';
import type { DaemonState } from '../../supervisor/state.ts';
import { type DumpLine, entries, items, section } from './dump-lines.ts';

/** The section. */
export function globalSection(state: DaemonState): readonly string[] {
  const { config } = state;
  const { global, place } = config;
  return section(
    'Global definitions',
    entries(
      [
        ['Network namespace', place?.namespace ?? '(default)'],
        ['Network namespace ipvs', namespaceOfIpvs(place?.ipvsNamespace)],
        ['Instance name', place?.instance],
        ['Router ID', global.routerId ?? hostname()],
        ...mailLines(state),
        [
          'VRRP startup delay',
          global.vrrpStartupDelay === 0 ? undefined : global.vrrpStartupDelay / 1e6,
        ],
        ['VRRP strict mode', config.vrrpInstances.some(({ strict }) => strict)],
        ...processLines(state),
      ],
      1,
    ),
  );
}

function namespaceOfIpvs(name: string | undefined): string {
  return name === undefined || name === '' ? '(main namespace)' : name;
}

function mailLines({ config: { global } }: DaemonState): readonly DumpLine[] {
  const { mail } = global.notify ?? {};
  if (mail === undefined) return [];
  return [
    ['Smtp server', mail.server],
    ['Smtp server port', mail.port],
    ['Smtp HELO name', mail.heloName ?? hostname()],
    ['Smtp server connection timeout', mail.timeout / 1e6],
    ['Email notification from', mail.from],
    ...items('Email notification to:', mail.recipients),
    ['Default smtp_alert', switchWord(mail.alerts)],
    ['Default smtp_alert_vrrp', switchWord(mail.vrrpAlerts)],
    ['Default smtp_alert_checker', switchWord(mail.checkerAlerts)],
  ];
}

function switchWord(value: boolean | undefined): string {
  if (value === undefined) return 'unset';
  return value ? 'on' : 'off';
}

function processLines({ config: { global } }: DaemonState): readonly DumpLine[] {
  const { processes = {} } = global;
  const of = (name: string, config: ProcessConfig | undefined): readonly DumpLine[] => [
    [`${name} process name`, config?.name],
    [`${name} process priority`, config?.nice ?? 0],
    [`${name} realtime priority`, config?.realTimePriority ?? 0],
  ];
  const vrrpPriority = global.vrrpRealTimePriority;
  return [
    ['Parent process name', processes.name],
    ['Max auto priority', processes.maxAutoPriority ?? 0],
    ['Min auto priority delay', `${processes.autoPriorityDelayUs ?? 1_000_000} usecs`],
    ...of('VRRP', {
      ...processes.vrrp,
      ...(vrrpPriority === undefined ? {} : { realTimePriority: vrrpPriority }),
    }),
    ...of('Checker', processes.checkers),
    ...of('BFD', processes.bfd),
    ['umask', `0${(processes.umask ?? process.umask()).toString(8)}`],
  ];
}
