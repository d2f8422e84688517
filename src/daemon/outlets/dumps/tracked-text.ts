/** Sync groups, scripts, files, processes, BFD sessions and interfaces in `keepalived.data`. */
import { type TrackerFact, trackerKey } from '../../../core/model/tracker-fact.ts';
import type {
  TrackedConfig,
  TrackerConfig,
  TrackFileConfig,
  TrackProcessConfig,
  TrackScriptConfig,
} from '../../../core/model/tracking.ts';
import type { DaemonState } from '../../supervisor/state.ts';
import { block, type DumpLine, items, section } from './dump-lines.ts';
import type { DumpedInstance } from './dumped-instances.ts';
import { commandWords, comparesCommandLine, intervalWords } from './words.ts';

/** All sections behind that of the instances. */
export function trackedSections(
  state: DaemonState,
  instances: readonly DumpedInstance[],
): readonly string[] {
  const { scripts, files, processes, bfd } = state.config.tracked;
  const known = new Map(state.trackers.map((fact) => [trackerKey(fact), fact]));
  const about = new About(known, state);
  return [
    ...section('VRRP Sync groups', groups(state)),
    ...section(
      'VRRP Scripts',
      scripts.flatMap((one) => script(one, about)),
    ),
    ...section(
      'VRRP Track files',
      files.flatMap((one) => file(one, about)),
    ),
    ...section(
      'VRRP Track processes',
      processes.flatMap((one) => process(one, about)),
    ),
    ...section(
      'VRRP Track BFDs',
      bfd.filter(({ forVrrp }) => forVrrp).flatMap((one) => session(one, about)),
    ),
    ...section('Interfaces', interfaces(instances)),
  ];
}

/** What is known of tracked things, and who tracks them. */
class About {
  readonly #known: ReadonlyMap<string, TrackerFact>;
  readonly #state: DaemonState;

  constructor(known: ReadonlyMap<string, TrackerFact>, state: DaemonState) {
    this.#known = known;
    this.#state = state;
  }

  fact<Kind extends TrackerFact['kind']>(
    kind: Kind,
    name: string,
  ): Extract<TrackerFact, { kind: Kind }> | undefined {
    return this.#known.get(trackerKey({ kind, name })) as
      | Extract<TrackerFact, { kind: Kind }>
      | undefined;
  }

  /** `running` or `idle`, words that exporters know; undefined while the runner process does not tell. */
  stateOfScript(script: string): string | undefined {
    const keys = this.#state.programs?.filter((key) => key.startsWith(`${script} `));
    return (
      keys &&
      (keys.some((key) => /^\d+ \d+$/.test(key.slice(script.length + 1))) ? 'running' : 'idle')
    );
  }

  /** Whether a BFD session is up; undefined: not known. */
  isSessionUp(name: string): boolean | undefined {
    const found = this.#state.bfd?.sessions.find((one) => one.name === name);
    return found?.isUp;
  }

  trackedBy(kind: TrackerConfig['kind'], name: string): readonly DumpLine[] {
    const { vrrpInstances } = this.#state.config;
    return items(
      'Tracking instances :',
      vrrpInstances.flatMap((instance) =>
        (instance.trackers ?? [])
          .filter((one) => one.kind === kind && one.name === name)
          .map(
            ({ weight, reverse }) =>
              `${instance.name}, weight ${weight}${reverse === true ? ' reverse' : ''}`,
          ),
      ),
    );
  }
}

function groups({ config, groups: views }: DaemonState): readonly string[] {
  return config.syncGroups.flatMap(({ name, members }) => {
    const view = views.find((one) => one.name === name);
    const head = `VRRP Sync Group = ${name}${view === undefined ? '' : `, ${view.state}`}`;
    return block(head, items('VRRP member instances :', members));
  });
}

function script({ name, command, ...times }: TrackScriptConfig, about: About): readonly string[] {
  const fact = about.fact('script', name);
  return block(`VRRP Script = ${name}`, [
    ['Command', commandWords(command)],
    ['Interval', intervalWords(times.interval)],
    ['Timeout', intervalWords(times.timeout)],
    ['Rise', times.rise],
    ['Fall', times.fall],
    ['Init state', fact === undefined ? 'INIT' : 'unknown'],
    ['Status', fact && (fact.isUp ? 'GOOD' : 'BAD')],
    ...about.trackedBy('script', name),
    ['State', about.stateOfScript(name)],
  ]);
}

function file({ name, path }: TrackFileConfig, about: About): readonly string[] {
  return block(`Track file = ${name}`, [
    ['File', path],
    ['Status', about.fact('file', name)?.value],
    ...about.trackedBy('file', name),
  ]);
}

function process(one: TrackProcessConfig, about: About): readonly string[] {
  const { name, program, parameters, match } = one;
  const fact = about.fact('process', name);
  return block(`VRRP Track process = ${name}`, [
    ['Process', program],
    ['Parameters', parameters.length === 0 ? undefined : parameters.join(' ')],
    ['Param match', match === 'any' ? 'none' : match],
    ['Min processes', one.quorum],
    ['Max processes', one.quorumMax],
    ['Current processes', fact?.running],
    ['Have quorum', fact?.isUp],
    ['Terminate delay', `${(one.terminateDelay / 1e6).toFixed(6)}s`],
    ['Fork delay', `${(one.forkDelay / 1e6).toFixed(6)}s`],
    ['Full command', comparesCommandLine(one)],
    ...about.trackedBy('process', name),
  ]);
}

function session({ name }: TrackedConfig['bfd'][number], about: About): readonly string[] {
  const isUp = about.isSessionUp(name);
  return block(`VRRP Track BFD = ${name}`, [
    ...(isUp === undefined ? [] : [`Bfd is ${isUp ? 'up' : 'down'}`]),
    ...about.trackedBy('bfd', name),
  ]);
}

/** Those that instances run on or track: the vrrp process tells of no others. */
function interfaces(instances: readonly DumpedInstance[]): readonly string[] {
  const found = new Map<string, { lines: DumpLine[]; instances: string[] }>();
  const of = (name: string): { lines: DumpLine[]; instances: string[] } => {
    const one = found.get(name) ?? { lines: [], instances: [] };
    found.set(name, one);
    return one;
  };
  for (const { config, view } of instances) {
    const own = of(view.interface);
    if (own.lines.length === 0) own.lines.push(['index', view.ifindex]);
    own.instances.push(config.name);
    for (const { tracker, weight } of view.trackers) {
      if (tracker.kind !== 'interface') continue;
      const one = of(tracker.name);
      one.instances.push(`${config.name}, weight ${weight}`);
      const state: DumpLine = ['State', tracker.state];
      if (!one.lines.some((line) => line[0] === 'State')) one.lines.push(state);
    }
  }
  return [...found].flatMap(([name, one]) =>
    block(`Name = ${name}`, [...one.lines, ...items('Tracking VRRP instances :', one.instances)]),
  );
}
