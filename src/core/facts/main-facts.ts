/** Facts of the main process: start and stop, configuration and reload, operators, sockets. */
import { spanText } from '../base/span-text.ts';
import type { FactEntries } from './entry.ts';
import { count } from './words.ts';

/** Who asked for something. */
export type Origin = 'signal' | 'cli' | 'time';

/** What a signal had written. */
export type Dumped = 'state' | 'statistics' | 'statistics-clear' | 'json';

const ORIGIN = 'who asked: `signal`, `cli`, or `time` for `reload_time_file`';

/** Fields of the facts of the main process, by id. */
export interface MainFacts {
  readonly 'daemon.starting': {
    readonly version: string;
    readonly configFile: string;
    readonly pid: number;
  };
  readonly 'daemon.running': {
    readonly instances: number;
    readonly virtualServers: number;
    readonly seconds: number;
  };
  readonly 'daemon.stopping': { readonly reason: string };
  readonly 'daemon.stopped': { readonly status: number };
  readonly 'daemon.program-closed': { readonly path: string };
  readonly 'daemon.script-ended': {
    readonly moment: 'startup' | 'shutdown';
    readonly program: string;
    readonly succeeded: boolean;
    readonly end: string;
  };
  readonly 'dump.written': { readonly dump: Dumped; readonly files: readonly string[] };
  readonly 'signal.without-effect': { readonly signal: number; readonly purpose: string };
  readonly 'metrics.listening': { readonly where: string };
  readonly 'metrics.listen-failed': { readonly where: string; readonly reason: string };
  readonly 'control.listen-failed': { readonly where: string; readonly reason: string };
  readonly 'reload.started': { readonly origin: Origin };
  readonly 'reload.applied': {
    readonly origin: Origin;
    readonly changed: boolean;
    readonly seconds: number;
    readonly warnings: number;
  };
  readonly 'reload.refused': {
    readonly origin: Origin;
    readonly seconds: number;
    readonly errors: number;
    readonly warnings: number;
    readonly reasons: readonly string[];
  };
  readonly 'reload.scheduled': { readonly at: string };
  readonly 'reload.unscheduled': Record<never, never>;
  readonly 'reload.time-ignored': { readonly text: string; readonly reason: string };
  readonly 'operator.resign': {
    readonly target: string;
    readonly origin: Origin;
    readonly outcome: string;
  };
  readonly 'operator.server': {
    readonly target: string;
    readonly origin: Origin;
    readonly outcome: string;
  };
}

const DUMPED: Readonly<Record<Dumped, string>> = {
  state: 'state',
  statistics: 'statistics',
  'statistics-clear': 'statistics, which are counted anew from here,',
  json: 'JSON',
};

/** Their entries. */
export const MAIN_FACTS: FactEntries<MainFacts> = {
  'daemon.starting': {
    component: 'main',
    level: 'info',
    text: ({ version, configFile }) => `tandem ${version} starts with ${configFile}`,
    meaning: 'The first line of a run.',
    fields: {
      version: 'version of Tandem',
      configFile: 'the configuration',
      pid: 'of the main process',
    },
  },
  'daemon.running': {
    component: 'main',
    level: 'notice',
    text: ({ instances, virtualServers, seconds }) =>
      `running: ${count(instances, 'VRRP instance')}, ${count(virtualServers, 'virtual server')} (after ${spanText(seconds)})`,
    meaning: 'Every process has confirmed its configuration: the start is over.',
    fields: {
      instances: 'number of VRRP instances',
      virtualServers: 'number of virtual servers',
      seconds: 'since the start of the main process',
    },
  },
  'daemon.stopping': {
    component: 'main',
    level: 'notice',
    text: ({ reason }) => `stopping (${reason})`,
    meaning: 'The stop begins: first VRRP, so that a peer takes over, then the IPVS table.',
    fields: { reason: 'the signal or the command that asked for it' },
  },
  'daemon.stopped': {
    component: 'main',
    level: 'info',
    text: ({ status }) => `stopped with status ${status}`,
    meaning:
      'The last line of a run. Status 0 means that everything of ours was removed from the kernel, or kept as asked.',
    fields: { status: 'the exit status' },
  },
  'daemon.script-ended': {
    component: 'main',
    level: ({ succeeded }) => (succeeded ? 'info' : 'error'),
    text: ({ moment, program, succeeded, end }) =>
      `${moment}_script ${succeeded ? 'succeeded' : `failed (${end})`}: ${program}`,
    meaning:
      'The program of `startup_script` or `shutdown_script` has ended. Tandem goes on whatever came of it.',
    fields: {
      moment: '`startup` or `shutdown`',
      program: 'the command',
      succeeded: 'whether it ended with status 0',
      end: 'how it ended',
    },
  },
  'daemon.program-closed': {
    component: 'main',
    level: 'warning',
    text: ({ path }) =>
      `root can use ${path} only with CAP_DAC_READ_SEARCH: the vrrp and checker processes keep this right; install Tandem in a place that is open to root`,
    meaning: 'The processes give up every right that they do not need, and had to keep this one.',
    fields: { path: 'the directory or file that is closed' },
  },
  'dump.written': {
    component: 'main',
    // Exporters ask for JSON at each scrape.
    level: ({ dump }) => (dump === 'json' ? 'debug' : 'info'),
    text: ({ dump, files }) =>
      files.length === 0
        ? 'a signal asks for a dump of VRRP: no VRRP instance is configured, so nothing is written'
        : `${DUMPED[dump]} written, as a signal asked: ${files.join(' ')}`,
    meaning:
      'Somebody sent USR1 (state), USR2 or 63 (statistics) or 36 (JSON), and the files were written as keepalived writes them. They are as old as what the processes told last: a second at most.',
    fields: {
      dump: '`state`, `statistics`, `statistics-clear` (counted anew from here) or `json`',
      files: 'their paths',
    },
    limit: ({ dump }) => ({ kind: dump }),
  },
  'signal.without-effect': {
    component: 'main',
    level: 'warning',
    text: ({ signal, purpose }) =>
      `signal ${signal} asks for ${purpose}: Tandem has nothing like that, see tandem status`,
    meaning: 'Somebody sent a signal with which some builds of keepalived write a file.',
    fields: { signal: 'number of the signal', purpose: 'what keepalived would write' },
    limit: ({ signal }) => ({ kind: String(signal) }),
  },
  'metrics.listening': {
    component: 'main',
    level: 'info',
    text: ({ where }) => `metrics on ${where}`,
    meaning: 'The metrics can be scraped.',
    fields: { where: 'address and port' },
  },
  'metrics.listen-failed': {
    component: 'main',
    level: 'error',
    text: ({ where, reason }) => `no metrics on ${where}: ${reason}`,
    meaning: 'Tandem runs without its metrics. Look for another program on this port.',
    fields: { where: 'address and port', reason: 'what the system said' },
  },
  'control.listen-failed': {
    component: 'main',
    level: 'error',
    text: ({ where, reason }) => `no control on ${where}: ${reason}`,
    meaning: 'The control socket cannot be opened; Tandem does not start without it.',
    fields: { where: 'path of the socket', reason: 'what the system said' },
  },
  'reload.started': {
    component: 'main',
    level: 'info',
    text: ({ origin }) => `reload (${origin})`,
    meaning: 'The configuration is read again.',
    fields: { origin: ORIGIN },
  },
  'reload.applied': {
    component: 'main',
    level: 'notice',
    text: ({ changed, seconds, warnings }) =>
      `${changed ? 'reload applied' : 'reload: nothing changed'} in ${spanText(seconds)}${warned(warnings)}`,
    meaning: 'The configuration that was read is in force.',
    fields: {
      origin: ORIGIN,
      changed: 'false when it says the same as the one before',
      seconds: 'reading and checking',
      warnings: 'number of warnings',
    },
  },
  'reload.refused': {
    component: 'main',
    level: 'error',
    text: ({ warnings, reasons }) =>
      `reload refused, the running configuration stays${warned(warnings)}: ${reasons.join('; ')}`,
    meaning: 'Nothing changed. `tandem check` shows the same findings for the file.',
    fields: {
      origin: ORIGIN,
      seconds: 'reading and checking',
      errors: 'number of errors',
      warnings: 'number of warnings',
      reasons: 'why',
    },
  },
  'reload.scheduled': {
    component: 'main',
    level: 'notice',
    text: ({ at }) => `the next reload comes at ${at}`,
    meaning: 'The file of `reload_time_file` names a time.',
    fields: { at: 'when, in UTC' },
  },
  'reload.unscheduled': {
    component: 'main',
    level: 'notice',
    text: () => 'the reload that was planned does not come: the file with its time is gone',
    meaning: 'The file of `reload_time_file` was removed.',
    fields: {},
  },
  'reload.time-ignored': {
    component: 'main',
    level: 'warning',
    text: ({ text, reason }) =>
      `the time of the next reload is not used, ${reason}: ${JSON.stringify(text)}; what was planned before stays`,
    meaning:
      'The file of `reload_time_file` has something else than `HH:MM:SS` or `YYYY-MM-DD HH:MM:SS`, with `Z` behind it for UTC, or a time that is over.',
    fields: { text: 'its first line', reason: 'why not' },
    limit: () => ({}),
  },
  'operator.resign': {
    component: 'main',
    level: 'notice',
    text: ({ target, outcome }) => `an operator asked ${target} to resign: ${outcome}`,
    meaning: 'An operator asked an instance to give mastership away.',
    fields: {
      target: 'the instance',
      origin: ORIGIN,
      outcome: 'what came of it, as the operator is told',
    },
    shown: ({ target, origin }) => ({ action: 'resign', target, origin, outcome: undefined }),
  },
  'operator.server': {
    component: 'main',
    level: 'notice',
    text: ({ target, outcome }) => `an operator asked for ${target}: ${outcome}`,
    meaning: 'An operator ordered something for real servers (`tandem server`).',
    fields: {
      target: 'what was asked for',
      origin: ORIGIN,
      outcome: 'what came of it, as the operator is told',
    },
    shown: ({ target, origin }) => ({ action: 'server', target, origin, outcome: undefined }),
  },
};

function warned(warnings: number): string {
  return warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
}
