/** Facts about the processes of Tandem, each of which may be about any of them. */
import { spanText } from '../base/span-text.ts';
import type { ComponentName, FactEntries } from './entry.ts';
import { TROUBLE_OPERATIONS, type Trouble, troubleText } from './troubles.ts';
import { count, named } from './words.ts';

interface OfProcess {
  readonly component: ComponentName;
}

/** How a process ended that should have stopped or cleaned up in order. */
type BadEnd = 'killed' | 'died' | 'absent';

const STOP_FAILED: Readonly<Record<BadEnd, string>> = {
  killed: 'did not answer the request to stop; it was killed',
  died: 'died before it could stop in order',
  absent: 'was not running when it should have stopped in order',
};
const CLEAN_UP_FAILED: Readonly<Record<BadEnd, string>> = {
  killed: 'did not come to its end and was killed',
  died: 'died',
  absent: 'could not be started',
};
/** What a process holds in the kernel, in an operator's words. */
const HELD: Readonly<Record<ComponentName, string>> = {
  main: 'entries',
  vrrp: 'virtual addresses',
  health: 'IPVS services',
  runner: 'programs',
};
/** What a process is configured with, one of them. */
const OBJECTS: Readonly<Record<ComponentName, string>> = {
  main: 'object',
  vrrp: 'instance',
  health: 'virtual server',
  runner: 'tracker',
};
/** Of a long list so many are named in a line. */
const LEFT_SHOWN_MAX = 5;

/** Fields of the facts about any process, by id. */
export interface ProcessFacts {
  readonly 'component.started': OfProcess & { readonly pid: number; readonly restarts: number };
  readonly 'component.start-failed': OfProcess & { readonly startError: string };
  readonly 'component.died': OfProcess & {
    readonly pid: number | null;
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly livedSeconds: number;
  };
  readonly 'component.hung': OfProcess & {
    readonly pid: number | null;
    readonly silentSeconds: number;
    readonly livedSeconds: number;
  };
  readonly 'component.orphans-ended': { readonly count: number; readonly left: number };
  readonly 'component.restarting': OfProcess & { readonly delaySeconds: number };
  readonly 'component.stop-failed': OfProcess & { readonly end: BadEnd };
  readonly 'component.cleaned-up': OfProcess;
  readonly 'component.clean-up-failed': OfProcess & { readonly end: BadEnd };
  readonly 'component.left-behind': OfProcess & { readonly left: readonly string[] };
  readonly 'component.configured': OfProcess & {
    readonly objects: number;
    readonly operations?: number;
  };
  readonly 'component.unconfirmed': OfProcess & { readonly seconds: number };
  readonly 'component.late': OfProcess & { readonly latenessSeconds: number };
  readonly 'component.scheduled': OfProcess & { readonly words: readonly string[] };
  readonly 'component.may-be-swapped': OfProcess;
  readonly 'component.priority-raised': OfProcess & {
    readonly priority: number;
    readonly priorityMax: number;
    readonly latenessSeconds: number;
  };
  readonly trouble: OfProcess & Trouble;
}

/** Their entries. */
export const PROCESS_FACTS: FactEntries<ProcessFacts> = {
  'component.started': {
    component: 'any',
    level: 'info',
    text: ({ pid, restarts }) =>
      `${restarts === 0 ? 'started' : `started again (restart ${restarts})`}, pid ${pid}`,
    meaning: 'A process is ready and gets its configuration.',
    fields: { pid: 'process id', restarts: 'starts since the first' },
  },
  'component.start-failed': {
    component: 'any',
    level: 'error',
    text: ({ startError }) => `cannot be started: ${startError}`,
    meaning: 'The system has no room for another process; it is tried again.',
    fields: { startError: 'what the system said' },
  },
  'component.died': {
    component: 'any',
    level: 'error',
    text: ({ pid, exitCode, signal, livedSeconds }) => {
      const how = signal === null ? `exit status ${exitCode ?? 'unknown'}` : `signal ${signal}`;
      return `process ${pid} died after ${spanText(livedSeconds)}: ${how}`;
    },
    meaning:
      'A process ended without being asked. It is started again; the kernel keeps addresses and services meanwhile.',
    fields: {
      pid: 'process id',
      exitCode: 'exit status; null after a signal',
      signal: 'signal that ended it; null after an exit',
      livedSeconds: 'how long it lived',
    },
  },
  'component.hung': {
    component: 'any',
    level: 'error',
    text: ({ pid, silentSeconds }) =>
      `process ${pid} did not answer for ${spanText(silentSeconds)}; it was killed`,
    meaning: 'A process gave no sign of life, so the main process killed it and starts another.',
    fields: {
      pid: 'process id',
      silentSeconds: 'since its last sign of life',
      livedSeconds: 'how long it lived',
    },
  },
  'component.orphans-ended': {
    component: 'main',
    level: 'warning',
    text: ({ count: all, left }) =>
      left === 0
        ? `ended ${count(all, 'program')} that the dead runner process had left running; the next one starts programs again`
        : `${left} of ${count(all, 'program')} that the dead runner process had left running cannot be ended; the next one starts programs beside them`,
    meaning:
      'The runner process was killed while programs ran. They are ended, with SIGKILL where SIGTERM does not help, before another one is started: no two scripts of one instance run at a time.',
    fields: {
      count: 'how many ran',
      left: 'how many even SIGKILL did not end within its time',
    },
  },
  'component.restarting': {
    component: 'any',
    level: 'notice',
    text: ({ delaySeconds }) =>
      `will be started again ${delaySeconds === 0 ? 'at once' : `in ${spanText(delaySeconds)}`}`,
    meaning: 'A process that ended is started again. The pause grows to 10 s if it keeps dying.',
    fields: { delaySeconds: 'pause' },
  },
  'component.stop-failed': {
    component: 'any',
    level: 'error',
    text: ({ end }) => STOP_FAILED[end],
    meaning: 'At a stop a process did not put away what it holds; another process does it.',
    fields: { end: '`killed`, `died` or `absent`' },
  },
  'component.cleaned-up': {
    component: 'any',
    level: 'notice',
    text: ({ component }) => `another process removed its ${HELD[component]} from the kernel`,
    meaning:
      'What a process that is gone had held was removed; the kernel was read and has none of it.',
    fields: {},
  },
  'component.clean-up-failed': {
    component: 'any',
    level: 'error',
    text: ({ component, end }) =>
      `its ${HELD[component]} may still be in the kernel: the process that should remove them ${CLEAN_UP_FAILED[end]}`,
    meaning: 'Look with `ip address` and `ipvsadm -L -n`, and remove what is left by hand.',
    fields: { end: '`killed`, `died` or `absent`' },
  },
  'component.left-behind': {
    component: 'any',
    level: 'error',
    text: ({ left }) => `still in the kernel: ${named(left, LEFT_SHOWN_MAX)}`,
    meaning: 'The kernel was read at the end and still has these. Remove them by hand.',
    fields: { left: 'how many' },
    shown: ({ left }) => ({ left: left.length }),
  },
  'component.configured': {
    component: 'any',
    level: 'info',
    text: ({ component, objects, operations }) => {
      const what = count(objects, OBJECTS[component]);
      const kernel = operations === undefined ? '' : `, ${count(operations, 'kernel operation')}`;
      return `configured: ${what}${kernel}`;
    },
    meaning: 'A process has put its configuration into force.',
    fields: {
      objects: 'instances, virtual servers or trackers',
      operations: 'kernel operations that were needed',
    },
  },
  'component.unconfirmed': {
    component: 'any',
    level: 'warning',
    text: ({ seconds }) =>
      `has not confirmed the new configuration within ${spanText(seconds)}; the reload counts as applied without it`,
    meaning:
      'The process is down or hangs. It is given the configuration again when it starts again; earlier lines about this process say why.',
    fields: { seconds: 'how long the reload waited' },
  },
  'component.late': {
    component: 'any',
    level: 'warning',
    text: ({ latenessSeconds }) =>
      `a timer fired ${spanText(latenessSeconds)} late: this process did not get the CPU in time`,
    meaning:
      'The host was overloaded, stopped or asleep. Peers take over when advertisements are late for longer than their down timer.',
    fields: { latenessSeconds: 'the worst of the last second' },
    limit: ({ component }) => ({ kind: component }),
  },
  'component.scheduled': {
    component: 'any',
    level: 'info',
    text: ({ words }) => `runs with ${words.join(', ')}`,
    meaning:
      'A process got the scheduling that the configuration asks for: at a start, behind a restart, or at a reload that changes it.',
    fields: { words: 'what was set' },
  },
  'component.may-be-swapped': {
    component: 'any',
    level: 'warning',
    text: () =>
      'the configuration wants memory that is never swapped out, but this host can swap it: give the service MemorySwapMax=0, as the unit of Tandem has it',
    meaning:
      '`vrrp_no_swap`, `checker_no_swap` or `bfd_no_swap` is set. keepalived locks its memory for it; the runtime of Tandem would end when a lock refused it memory, so that the service manager has to keep the service out of the swap space. Nothing is said where the host has no swap or the service may use none.',
    fields: {},
  },
  'component.priority-raised': {
    component: 'any',
    level: 'warning',
    text: ({ priority, priorityMax, latenessSeconds }) =>
      `a timer fired ${spanText(latenessSeconds)} late: real-time priority raised to ${priority} (max_auto_priority is ${priorityMax})`,
    meaning:
      'The process did not get the CPU in time, and `max_auto_priority` wants its priority raised then, one step for each second with such a delay. It stays raised.',
    fields: {
      priority: 'real-time priority from now on',
      priorityMax: 'how far it may rise',
      latenessSeconds: 'the worst of the last second',
    },
  },
  trouble: {
    component: 'any',
    level: 'error',
    text: troubleText,
    meaning:
      'The kernel or the system refused an operation. It is tried again where that can help.',
    fields: {
      operation: `what was tried: ${TROUBLE_OPERATIONS.map((one) => `\`${one}\``).join(', ')}`,
      about: 'what it was about: an address, a service, a file, a process; of several the first',
      count: 'how many failed alike, when more than one',
      errno: 'name of the error, such as `EPERM`; may be empty',
      detail: 'what is known beyond that',
    },
    limit: ({ component, operation, about = '', errno }) => ({
      kind: `${component} ${operation} ${errno}`,
      about,
    }),
  },
};
