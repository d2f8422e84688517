/** What happens in the supervisor itself, as facts, and the wording of each. */

import { spanText } from '../../../core/base/span-text.ts';
import { preconditionOf } from '../../../core/language/preconditions.ts';
import type { IpvsRepair } from '../../../core/lvs/repair.ts';
import type { Renamed } from '../../../core/vrrp/reload.ts';
import type { TroubleFact } from '../../frame/messages.ts';
import type { PreconditionChange } from '../../health/precondition-watch.ts';
import type { ComponentName } from '../../supervisor/state.ts';
import type { Described } from './facts-children.ts';
import type { LogField, LogLevel } from './log.ts';

/** Who asked for something. */
export type Origin = 'signal' | 'cli';

/** A fact of the supervisor. */
export type DaemonFact =
  | {
      readonly type: 'starting';
      readonly version: string;
      readonly configFile: string;
      readonly pid: number;
    }
  /** Every part is configured. */
  | {
      readonly type: 'running';
      readonly instances: number;
      readonly virtualServers: number;
      readonly seconds: number;
    }
  /** `reason` is a signal's name or what failed. */
  | { readonly type: 'stopping'; readonly reason: string }
  | { readonly type: 'stopped'; readonly status: number }
  | {
      readonly type: 'componentStarted';
      readonly component: ComponentName;
      readonly pid: number;
      readonly restarts: number;
    }
  | {
      readonly type: 'componentDied';
      readonly component: ComponentName;
      /** Undefined when it could not even be started; `startError` says why. */
      readonly pid: number | undefined;
      readonly startError?: string;
      readonly exitCode: number | null;
      readonly signal: string | null;
      /** We killed it, because it had not answered for so long. */
      readonly silentSeconds?: number;
      readonly livedSeconds: number;
    }
  /** A child did not stop as asked: it was killed, had died, or was not there. */
  | {
      readonly type: 'stopFailed';
      readonly component: ComponentName;
      readonly end: 'killed' | 'died' | 'absent';
    }
  /** Another process has put away what a child held that is gone, and has read that it is gone. */
  | { readonly type: 'cleanedUp'; readonly component: ComponentName }
  | {
      readonly type: 'cleanUpFailed';
      readonly component: ComponentName;
      readonly end: 'killed' | 'died' | 'absent';
    }
  /** Still in the kernel behind a stop or clean-up. */
  | {
      readonly type: 'leftBehind';
      readonly component: ComponentName;
      readonly left: readonly string[];
    }
  | {
      readonly type: 'componentRestarting';
      readonly component: ComponentName;
      readonly delaySeconds: number;
    }
  /** Alive, but its heartbeat is missing. */
  | {
      readonly type: 'componentSilent';
      readonly component: ComponentName;
      readonly silentSeconds: number;
    }
  /** Instances or virtual servers in force; `operations` were needed to bring the kernel there. */
  | {
      readonly type: 'componentConfigured';
      readonly component: ComponentName;
      readonly objects: number;
      readonly operations?: number;
    }
  /** A timer fired late enough to tell. */
  | { readonly type: 'loopLate'; readonly component: ComponentName; readonly latenessUs: number }
  | {
      readonly type: 'configDiagnostic';
      readonly severity: 'error' | 'warning' | 'notice';
      readonly code: string;
      /** `FILE:LINE:COLUMN: ` as the front end writes it; empty for the file as a whole. */
      readonly place: string;
      readonly message: string;
    }
  | { readonly type: 'notSupportedYet'; readonly keywords: readonly string[] }
  | { readonly type: 'reloadStarted'; readonly origin: Origin }
  | {
      readonly type: 'reloadApplied';
      readonly origin: Origin;
      /** False when the new configuration says the same as the old one. */
      readonly changed: boolean;
      readonly seconds: number;
      readonly warnings: number;
    }
  | {
      readonly type: 'reloadRefused';
      readonly origin: Origin;
      readonly seconds: number;
      readonly errors: number;
      readonly warnings: number;
      readonly reasons: readonly string[];
    }
  /** A reload gave instances other names; they go on. */
  | { readonly type: 'instancesRenamed'; readonly renamed: readonly Renamed[] }
  | { readonly type: 'ipvsAvailable'; readonly services: number; readonly destinations: number }
  | { readonly type: 'ipvsUnavailable'; readonly reason: string }
  /** Somebody else changed our entries; they are right again. */
  | {
      readonly type: 'ipvsRepaired';
      readonly operations: number;
      /** The first of them. */
      readonly repairs: readonly IpvsRepair[];
    }
  /** The kernel takes all operations again, after refusals. */
  | { readonly type: 'ipvsRefusalsEnded' }
  /** A setting of the kernel that the configuration needs. */
  | ({ readonly type: 'preconditionChanged' } & PreconditionChange)
  | {
      readonly type: 'trouble';
      readonly component: ComponentName;
      readonly trouble: TroubleFact;
    }
  | {
      readonly type: 'operatorAction';
      readonly action: 'resign';
      readonly target: string;
      readonly origin: Origin;
      /** What came of it, as the operator is told. */
      readonly outcome: string;
    }
  /** Children keep the right to read everything, because they need it to read the program. */
  | { readonly type: 'programClosed'; readonly path: string }
  /** A signal by which keepalived writes a file. */
  | {
      readonly type: 'signalWithoutEffect';
      readonly number: number;
      /** What keepalived would write. */
      readonly purpose: string;
    }
  | { readonly type: 'listening'; readonly service: 'metrics' | 'control'; readonly where: string }
  | {
      readonly type: 'listenFailed';
      readonly service: 'metrics' | 'control';
      readonly where: string;
      readonly reason: string;
    };

const DIAGNOSTIC_LEVEL: Readonly<Record<'error' | 'warning' | 'notice', LogLevel>> = {
  error: 'error',
  warning: 'warning',
  notice: 'notice',
};

const STOP_FAILED = {
  killed: 'did not answer the request to stop; it was killed',
  died: 'died before it could stop in order',
  absent: 'was not running when it should have stopped in order',
} as const;
const CLEAN_UP_FAILED = {
  killed: 'did not come to its end and was killed',
  died: 'died',
  absent: 'could not be started',
} as const;
/** What a process holds in the kernel, in an operator's words. */
const HELD: Readonly<Record<ComponentName, string>> = {
  main: 'entries',
  vrrp: 'virtual addresses',
  checker: 'IPVS services',
};
/** Of a long list so many are named in a line. */
const LEFT_SHOWN_MAX = 5;
/** Of a list of new names so many; the fields have all. */
const NAMED_MAX = 16;

/** The line of a fact of the supervisor. */
export function describeDaemon(fact: DaemonFact): Described {
  switch (fact.type) {
    case 'starting':
      return main(
        'info',
        'daemon.starting',
        `tandem ${fact.version} starts with ${fact.configFile}`,
        {
          version: fact.version,
          configFile: fact.configFile,
          pid: fact.pid,
        },
      );
    case 'running':
      return main(
        'notice',
        'daemon.running',
        `running: ${count(fact.instances, 'VRRP instance')}, ${count(fact.virtualServers, 'virtual server')} (after ${spanText(fact.seconds)})`,
        {
          instances: fact.instances,
          virtualServers: fact.virtualServers,
          seconds: fact.seconds,
        },
      );
    case 'stopping':
      return main('notice', 'daemon.stopping', `stopping (${fact.reason})`, {
        reason: fact.reason,
      });
    case 'stopped':
      return main('info', 'daemon.stopped', `stopped with status ${fact.status}`, {
        status: fact.status,
      });
    case 'configDiagnostic':
      return main(
        DIAGNOSTIC_LEVEL[fact.severity],
        `config.${fact.code}`,
        `${fact.place}${fact.message}`,
        { code: fact.code, place: fact.place.replace(/: $/, '') },
      );
    case 'notSupportedYet':
      return main(
        'warning',
        'config.not-supported-yet',
        `not supported yet (understood, but without effect): ${fact.keywords.join(', ')}`,
        { keywords: fact.keywords },
      );
    case 'reloadStarted':
      return main('info', 'reload.started', `reload (${fact.origin})`, { origin: fact.origin });
    case 'reloadApplied': {
      const what = fact.changed ? 'reload applied' : 'reload: nothing changed';
      const { origin, changed, seconds, warnings } = fact;
      return main(
        'notice',
        'reload.applied',
        `${what} in ${spanText(seconds)}${warned(warnings)}`,
        {
          origin,
          changed,
          seconds,
          warnings,
        },
      );
    }
    case 'reloadRefused': {
      const { origin, seconds, errors, warnings, reasons } = fact;
      return main(
        'error',
        'reload.refused',
        `reload refused, the running configuration stays${warned(warnings)}: ${reasons.join('; ')}`,
        { origin, seconds, errors, warnings, reasons },
      );
    }
    case 'preconditionChanged':
      return describePrecondition(fact);
    case 'instancesRenamed': {
      const names = fact.renamed.map(({ from, to }) => `${from} is now ${to}`);
      const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
      return main(
        'notice',
        'vrrp.renamed',
        `renamed, the same virtual routers go on: ${names.slice(0, NAMED_MAX).join(', ')}${more}`,
        { renamed: names },
      );
    }
    case 'operatorAction':
      return main(
        'notice',
        `operator.${fact.action}`,
        `${fact.action} asked for: ${fact.outcome}`,
        {
          action: fact.action,
          target: fact.target,
          origin: fact.origin,
        },
      );
    case 'programClosed':
      return main(
        'warning',
        'daemon.program-closed',
        `root can use ${fact.path} only with CAP_DAC_READ_SEARCH: the vrrp and checker processes keep this right; install Tandem in a place that is open to root`,
        { path: fact.path },
      );
    case 'signalWithoutEffect': {
      const { number, purpose } = fact;
      return {
        ...main(
          'warning',
          'signal.without-effect',
          `signal ${number} asks for ${purpose}: Tandem does not write it yet, see tandem status`,
          { signal: number },
        ),
        kind: `signal ${number}`,
      };
    }
    case 'listening':
      return main('info', `${fact.service}.listening`, `${fact.service} on ${fact.where}`, {
        where: fact.where,
      });
    case 'listenFailed':
      return main(
        'error',
        `${fact.service}.listen-failed`,
        `no ${fact.service} on ${fact.where}: ${fact.reason}`,
        { where: fact.where, reason: fact.reason },
      );
    default:
      return describeComponent(fact);
  }
}

function describePrecondition({ name, state }: PreconditionChange): Described {
  const { sysctl = name, consequence = '', severity = 'error' } = preconditionOf(name) ?? {};
  const fields = { check: name, setting: sysctl, state };
  const text = {
    unmet: `${sysctl} is 0: ${consequence} (sysctl -w ${sysctl}=1)`,
    met: `${sysctl} is as it should be again`,
    notNeeded: `${sysctl} is still 0, but the configuration no longer needs it`,
  };
  const level = state === 'unmet' ? severity : 'notice';
  const id = state === 'unmet' ? 'precondition.unmet' : 'precondition.met';
  return {
    ...of(level, 'checker', id, text[state], fields),
    kind: `precondition ${name} ${state}`,
  };
}

type ComponentFact = Extract<DaemonFact, { component: ComponentName } | { type: `ipvs${string}` }>;

function describeComponent(fact: ComponentFact): Described {
  switch (fact.type) {
    case 'componentStarted': {
      const { component, pid, restarts } = fact;
      const again = restarts === 0 ? 'started' : `started again (restart ${restarts})`;
      return of('info', component, 'component.started', `${again}, pid ${pid}`, { pid, restarts });
    }
    case 'componentDied': {
      const { component, pid, exitCode, signal, livedSeconds, startError, silentSeconds } = fact;
      if (startError !== undefined) {
        const message = `cannot be started: ${startError}`;
        return of('error', component, 'component.start-failed', message, { startError });
      }
      if (silentSeconds !== undefined) {
        const message = `process ${pid} did not answer for ${spanText(silentSeconds)}; it was killed`;
        const fields = { pid: pid ?? null, silentSeconds, livedSeconds };
        return of('error', component, 'component.hung', message, fields);
      }
      const how = signal === null ? `exit status ${exitCode ?? 'unknown'}` : `signal ${signal}`;
      return of(
        'error',
        component,
        'component.died',
        `process ${pid} died after ${spanText(livedSeconds)}: ${how}`,
        { pid: pid ?? null, exitCode, signal, livedSeconds },
      );
    }
    case 'stopFailed':
      return of('error', fact.component, 'component.stop-failed', STOP_FAILED[fact.end], {
        end: fact.end,
      });
    case 'cleanedUp':
      return of(
        'notice',
        fact.component,
        'component.cleaned-up',
        `another process removed its ${HELD[fact.component]} from the kernel`,
        {},
      );
    case 'cleanUpFailed': {
      const { component, end } = fact;
      const message = `its ${HELD[component]} may still be in the kernel: the process that should remove them ${CLEAN_UP_FAILED[end]}`;
      return of('error', component, 'component.clean-up-failed', message, { end });
    }
    case 'leftBehind': {
      const { component, left } = fact;
      const more = left.length > LEFT_SHOWN_MAX ? ` and ${left.length - LEFT_SHOWN_MAX} more` : '';
      const names = left.slice(0, LEFT_SHOWN_MAX).join(', ');
      const message = `still in the kernel: ${names}${more}`;
      return of('error', component, 'component.left-behind', message, { left: left.length });
    }
    case 'componentRestarting': {
      const { component, delaySeconds } = fact;
      const when = delaySeconds === 0 ? 'at once' : `in ${spanText(delaySeconds)}`;
      return of('notice', component, 'component.restarting', `will be started again ${when}`, {
        delaySeconds,
      });
    }
    case 'componentSilent': {
      const { component, silentSeconds } = fact;
      return of(
        'error',
        component,
        'component.silent',
        `no sign of life for ${spanText(silentSeconds)}: its state counts as unknown`,
        { silentSeconds },
      );
    }
    case 'componentConfigured': {
      const { component, objects, operations } = fact;
      const what = count(objects, component === 'vrrp' ? 'instance' : 'virtual server');
      const kernel = operations === undefined ? '' : `, ${count(operations, 'kernel operation')}`;
      return of('info', component, 'component.configured', `configured: ${what}${kernel}`, {
        objects,
        ...(operations === undefined ? {} : { operations }),
      });
    }
    case 'loopLate': {
      const { component, latenessUs } = fact;
      return {
        ...of(
          'warning',
          component,
          'component.late',
          `a timer fired ${spanText(latenessUs / 1_000_000)} late: the machine did not schedule us in time`,
          { latenessSeconds: latenessUs / 1_000_000 },
        ),
        kind: `component.late ${component}`,
      };
    }
    case 'ipvsAvailable': {
      const { services, destinations } = fact;
      return of(
        'notice',
        'checker',
        'ipvs.available',
        `IPVS is available: ${count(services, 'service')}, ${count(destinations, 'destination')} in the kernel`,
        { services, destinations },
      );
    }
    case 'ipvsUnavailable':
      return of(
        'error',
        'checker',
        'ipvs.unavailable',
        `IPVS is not available, VRRP and checks go on without it: ${fact.reason}`,
        { reason: fact.reason },
      );
    case 'ipvsRepaired': {
      const { operations, repairs } = fact;
      const more = operations - repairs.length;
      const what = [...repairs.map(repairText), ...(more > 0 ? [`${more} more`] : [])].join('; ');
      return {
        ...of(
          'warning',
          'checker',
          'ipvs.repaired',
          `changed in the IPVS table by somebody else, and undone: ${what}`,
          {
            operations,
          },
        ),
        kind: 'ipvs.repaired',
      };
    }
    case 'ipvsRefusalsEnded':
      return {
        ...of(
          'notice',
          'checker',
          'ipvs.refusals-ended',
          'the kernel takes all operations on the IPVS table again',
          {},
        ),
        kind: 'ipvs.refusals-ended',
      };
    case 'trouble': {
      const { operation, errno, message } = fact.trouble;
      const reason = [errno, message].filter((part) => part !== '').join(': ');
      return {
        ...of('error', fact.component, 'trouble', `${operation} failed, ${reason}`, {
          operation,
          errno,
        }),
        kind: `trouble ${fact.component} ${firstWord(operation)} ${errno}`,
        about: operation,
      };
    }
  }
}

function main(
  level: LogLevel,
  id: string,
  message: string,
  fields: Readonly<Record<string, LogField>>,
): Described {
  return of(level, 'main', id, message, fields);
}

function of(
  level: LogLevel,
  component: ComponentName,
  id: string,
  message: string,
  fields: Readonly<Record<string, LogField>>,
): Described {
  return { level, line: { id, component, message, fields } };
}

/** `weight of 10.0.0.1:80 in tcp:192.0.2.1:80 was 5, is 1 again`. */
function repairText({ service, server, found, settings }: IpvsRepair): string {
  const what = server === undefined ? `service ${service}` : `server ${server} of ${service}`;
  if (found === 'missing') return `${what} had been removed`;
  if (found === 'foreign') return `${what} had been added`;
  const object = server === undefined ? service : `${server} in ${service}`;
  return settings
    .map(({ name, was, is }) => `${name} of ${object} was ${was}, is ${is} again`)
    .join(', ');
}

/** The verb of an operation: unlike the rest it is one of a few. */
function firstWord(operation: string): string {
  return operation.split(' ', 1)[0] ?? '';
}

function warned(warnings: number): string {
  return warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
