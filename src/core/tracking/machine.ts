/**
 * Everything that is tracked beside interfaces, as one pure machine: it says when a script runs and tells a fact when it is new or changes. Processes and
 * files are looked at by others, who tell what they have seen.
 */
import { unreachable } from '../base/assert.ts';
import { equalData } from '../base/equal-data.ts';
import type { Machine } from '../base/machine.ts';
import type { Instant } from '../base/time.ts';
import { DeadlineHeap } from '../base/timing/deadline-heap.ts';
import type { FileFact, TrackedKind, TrackerFact } from '../model/tracker-fact.ts';
import type { ProgramEnd } from '../programs/program-request.ts';
import type { TrackingAction, TrackingConfig, TrackingEvent } from './events-and-actions.ts';
import { fileValue, hasFileValue } from './file-value.ts';
import { ProcessTracker } from './process-tracker.ts';
import { ScriptTracker } from './script-tracker.ts';

/** Trackers handled in one event; the rest comes with the next. */
const DUE_PER_EVENT_MAX = 256;

/** All trackers. */
export class TrackingMachine
  implements Machine<TrackingEvent, TrackingAction, readonly TrackerFact[]>
{
  readonly #heap = new DeadlineHeap<ScriptTracker | ProcessTracker>();
  #scripts: ReadonlyMap<string, ScriptTracker> = new Map();
  #processes: ReadonlyMap<string, ProcessTracker> = new Map();
  /** What is known of files, by name; undefined before a file was read. */
  #files: Map<string, FileFact | undefined> = new Map();
  /** Numbers that do not fit and have been told, by the name of their file. */
  readonly #ignored = new Map<string, string>();
  /** Scripts with a run under way, by its key. */
  readonly #runs = new Map<string, ScriptTracker>();
  /** Counts scripts, so that no two runs have one key. */
  #scriptCount = 0;
  #out: TrackingAction[] = [];

  /** When the next script starts or the next delay is over. */
  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  /** Runs one event to completion. */
  handle(now: Instant, event: TrackingEvent): readonly TrackingAction[] {
    const out: TrackingAction[] = [];
    this.#out = out;
    switch (event.type) {
      case 'configure':
        this.#configure(event.config, new Known(event.known), now);
        break;
      case 'programEnded':
        this.#programEnded(event.end);
        break;
      case 'processesCounted':
        for (const [name, tracker] of this.#processes) {
          tracker.counted(event.counts.get(name) ?? 0, now, out);
          this.#heap.update(tracker);
        }
        break;
      case 'fileRead':
        this.#fileRead(event.name, event.text);
        break;
      case 'deadline':
        this.#deadlineReached(now);
        break;
      default:
        unreachable(event);
    }
    return out;
  }

  /** All facts that are known. */
  view(): readonly TrackerFact[] {
    const trackers = [...this.#scripts.values(), ...this.#processes.values()];
    return [
      ...trackers.flatMap(({ fact }): readonly TrackerFact[] => (fact === undefined ? [] : [fact])),
      ...[...this.#files.values()].filter((fact) => fact !== undefined),
    ];
  }

  // ---- configuration

  #configure(config: TrackingConfig, known: Known, now: Instant): void {
    const before = [...this.#scripts.values(), ...this.#processes.values()];
    this.#configureScripts(config, known, now);
    this.#configureProcesses(config, known);
    this.#files = new Map(
      config.files.map(({ name }) => [name, this.#files.get(name) ?? known.of('file', name)]),
    );
    const kept = new Set<unknown>([...this.#scripts.values(), ...this.#processes.values()]);
    for (const tracker of before) {
      if (kept.has(tracker)) continue;
      this.#heap.remove(tracker);
      if (tracker instanceof ScriptTracker) tracker.close(this.#out);
    }
  }

  #configureScripts({ scripts }: TrackingConfig, known: Known, now: Instant): void {
    const before = this.#scripts;
    this.#scripts = new Map(
      scripts.map((script) => {
        const old = before.get(script.name);
        const isSame = old?.isSame(script) === true;
        const tracker = isSame ? old : this.#newScript(script, known, now);
        if (isSame) tracker.configure(script, now);
        this.#heap.update(tracker);
        return [script.name, tracker];
      }),
    );
  }

  #newScript(script: TrackingConfig['scripts'][number], known: Known, now: Instant): ScriptTracker {
    this.#scriptCount += 1;
    const prefix = `${script.name} ${this.#scriptCount}`;
    const before = known.of('script', script.name);
    const tracker = new ScriptTracker(script, prefix, now, before);
    // What `init_fail` assumes is told at once.
    if (before === undefined && tracker.fact !== undefined) this.#tell(tracker.fact, true);
    return tracker;
  }

  #configureProcesses({ processes }: TrackingConfig, known: Known): void {
    const before = this.#processes;
    this.#processes = new Map(
      processes.map((config) => {
        const { name } = config;
        const tracker = before.get(name) ?? new ProcessTracker(config, known.of('process', name));
        tracker.configure(config);
        return [name, tracker];
      }),
    );
  }

  // ---- what comes in

  #programEnded(end: ProgramEnd): void {
    const script = this.#runs.get(end.key);
    this.#runs.delete(end.key);
    // A script that is no longer configured has nothing to say.
    if (script !== undefined && this.#isCurrent(script)) script.ended(end, this.#out);
  }

  #isCurrent(script: ScriptTracker): boolean {
    return this.#scripts.get(script.name) === script;
  }

  #fileRead(name: string, text: string | undefined): void {
    if (!this.#files.has(name)) return;
    const value = fileValue(text ?? '');
    if (value === undefined) {
      this.#ignore(name, (text ?? '').trim().slice(0, 40));
      if (this.#files.get(name) !== undefined) return;
    } else this.#ignored.delete(name);
    const before = this.#files.get(name);
    const lacks: FileFact['lacks'] =
      text === undefined ? 'file' : hasFileValue(text) ? undefined : 'number';
    const fact: FileFact = { kind: 'file', name, value: value ?? 0, ...(lacks && { lacks }) };
    this.#files.set(name, fact);
    if (!equalData(fact, before)) this.#tell(fact, before === undefined);
  }

  /** The file is read once a second, and what it holds is told once. */
  #ignore(file: string, text: string): void {
    if (this.#ignored.get(file) === text) return;
    this.#ignored.set(file, text);
    this.#out.push({ type: 'fileIgnored', file, text });
  }

  #deadlineReached(now: Instant): void {
    for (let count = 0; count < DUE_PER_EVENT_MAX; count++) {
      const tracker = this.#heap.first;
      const due = this.#heap.deadline;
      if (tracker === undefined || due === undefined || due > now) return;
      if (tracker instanceof ScriptTracker) {
        const key = tracker.due(now, this.#out);
        if (key !== undefined) this.#runs.set(key, tracker);
      } else tracker.due(this.#out);
      this.#heap.update(tracker);
    }
  }

  #tell(fact: TrackerFact, isFirst: boolean): void {
    this.#out.push({ type: 'trackerChanged', fact, isFirst });
  }
}

/** What a predecessor of this process had found out. */
class Known {
  readonly #facts: readonly TrackerFact[];

  constructor(facts: readonly TrackerFact[]) {
    this.#facts = facts;
  }

  of<Kind extends TrackedKind>(
    kind: Kind,
    name: string,
  ): Extract<TrackerFact, { readonly kind: Kind }> | undefined {
    return this.#facts.find(
      (fact): fact is Extract<TrackerFact, { readonly kind: Kind }> =>
        fact.kind === kind && fact.name === name,
    );
  }
}
