/** All trackers as one machine: when scripts run, what their results come to, quorums with their delays, numbers of files, and what a reload keeps. */
import { describe, expect, test } from 'vitest';
import { type Instant, instant, seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import { trackedText } from '../../../../src/core/facts/causes.ts';
import type { ProgramOutcome } from '../../../../src/core/model/program-outcome.ts';
import type { TrackerFact } from '../../../../src/core/model/tracker-fact.ts';
import type {
  TrackFileConfig,
  TrackProcessConfig,
  TrackScriptConfig,
} from '../../../../src/core/model/tracking.ts';
import type {
  TrackingAction,
  TrackingConfig,
  TrackingEvent,
} from '../../../../src/core/tracking/events-and-actions.ts';
import { TrackingMachine } from '../../../../src/core/tracking/machine.ts';

const START = instant(10_000_000);
const NONE: TrackingConfig = { scripts: [], processes: [], files: [] };

function script(changes: Partial<TrackScriptConfig> = {}): TrackScriptConfig {
  return {
    name: 'chk',
    command: { argv: ['/bin/chk'] },
    interval: seconds(2),
    timeout: seconds(1),
    rise: 2,
    fall: 3,
    failsAtStart: false,
    ...changes,
  };
}

function process(changes: Partial<TrackProcessConfig> = {}): TrackProcessConfig {
  return {
    name: 'web',
    program: 'haproxy',
    parameters: [],
    match: 'any',
    wholeCommand: false,
    quorum: 1,
    forkDelay: ZERO_DURATION,
    terminateDelay: ZERO_DURATION,
    ...changes,
  };
}

const file: TrackFileConfig = { name: 'load', path: '/run/load', overwrite: false };

/** A machine with a clock in seconds and programs that end when the test says. */
class Bench {
  readonly machine = new TrackingMachine();
  now: Instant = START;
  readonly lines: string[] = [];
  #key = '';

  send(event: TrackingEvent): this {
    for (const action of this.machine.handle(this.now, event)) this.#note(action);
    return this;
  }

  configure(config: Partial<TrackingConfig>, known: readonly TrackerFact[] = []): this {
    return this.send({ type: 'configure', config: { ...NONE, ...config }, known });
  }

  /** Runs the clock to `at` seconds after the start. */
  run(at: number): this {
    const end = instant(START + at * 1e6);
    for (;;) {
      const { deadline } = this.machine;
      if (deadline === undefined || deadline > end) break;
      this.now = instant(Math.max(deadline, this.now));
      this.send({ type: 'deadline' });
    }
    this.now = end;
    return this;
  }

  /** The program that was started last ends. */
  ends(outcome: ProgramOutcome | number): this {
    const told =
      typeof outcome === 'number' ? ({ kind: 'exited', status: outcome } as const) : outcome;
    return this.send({
      type: 'programEnded',
      end: { key: this.#key, outcome: told, ran: ZERO_DURATION },
    });
  }

  counted(count: number): this {
    return this.send({ type: 'processesCounted', counts: new Map([['web', count]]) });
  }

  /** What happened since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  #note(action: TrackingAction): void {
    const at = (this.now - START) / 1e6;
    switch (action.type) {
      case 'runProgram':
        this.#key = action.request.key;
        this.lines.push(`${at} run ${action.request.command.argv.join(' ')}`);
        break;
      case 'cancelProgram':
        this.lines.push(`${at} cancel`);
        break;
      case 'trackerChanged': {
        const { fact, isFirst } = action;
        const state = fact.kind === 'file' ? fact.value : fact.isUp ? 'up' : 'down';
        this.lines.push(`${at} ${isFirst ? 'first ' : ''}${fact.kind} ${fact.name} ${state}`);
        break;
      }
      case 'scriptResult':
        this.lines.push(`${at} result ${action.outcome.kind}`);
        break;
      case 'scriptBusy':
        this.lines.push(`${at} busy ${action.skipped}`);
        break;
      case 'fileIgnored':
        this.lines.push(`${at} ignored ${action.text}`);
        break;
    }
  }
}

describe('scripts', () => {
  test('start at once and at each multiple of the interval, whenever they end', () => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0.5)
      .ends(0)
      .run(4.9)
      .ends(0)
      .run(6);
    expect(bench.take()).toEqual([
      '0 run /bin/chk',
      '0.5 result exited',
      '0.5 first script chk up',
      '2 run /bin/chk',
      '4 busy 1',
      '6 run /bin/chk',
    ]);
  });

  test('starts that were slept through are not made up for', () => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0)
      .ends(0);
    bench.now = instant(START + 9_300_000);
    bench.take();
    expect(bench.send({ type: 'deadline' }).take()).toEqual(['9.3 run /bin/chk']);
    expect(bench.ends(0).run(11.2).take()).toEqual([]);
    expect(bench.run(11.3).take()).toEqual(['11.3 run /bin/chk']);
  });

  test('the first result decides; later ones count by rise 2 and fall 3', () => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0)
      .ends(1);
    const state = (): boolean | undefined => {
      const [fact] = bench.machine.view();
      return fact?.kind === 'script' ? fact.isUp : undefined;
    };
    let at = 0;
    const result = (status: number): boolean | undefined => {
      at += 2;
      bench.run(at).ends(status);
      return state();
    };
    expect(state()).toBe(false);
    expect([result(0), result(0)]).toEqual([false, true]);
    expect([result(1), result(1), result(0), result(1), result(1), result(1)]).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    // One failure takes back what one success has gained.
    expect([result(0), result(1), result(0), result(0)]).toEqual([false, false, false, true]);
  });

  test.each<[string, ProgramOutcome]>([
    ['a time-out', { kind: 'timed-out', limit: seconds(1) }],
    ['a signal', { kind: 'killed', signal: 'SIGSEGV' }],
    ['one that cannot be started', { kind: 'not-started', reason: 'no interpreter' }],
  ])('%s is a failure', (_, outcome) => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0)
      .ends(outcome);
    expect(bench.take().at(-1)).toBe('0 first script chk down');
  });

  test.each<ProgramOutcome>([
    { kind: 'cancelled' },
    { kind: 'lost' },
    { kind: 'refused', reason: 'too-many' },
  ])('a run that is $kind says nothing', (outcome) => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0)
      .ends(outcome);
    expect([bench.take(), bench.machine.view()]).toEqual([['0 run /bin/chk'], []]);
    expect(bench.run(2).take()).toEqual(['2 run /bin/chk']);
  });

  test('init_fail counts as a failure until the first result', () => {
    const bench = new Bench().configure({ scripts: [script({ failsAtStart: true })] });
    expect(bench.take()).toEqual(['0 first script chk down']);
    expect(bench.run(0).ends(0).take().at(-1)).toBe('0 first script chk up');
  });

  test('a reload keeps the result and the plan of a script with the same command', () => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0)
      .ends(0);
    bench.take();
    bench.run(1).configure({ scripts: [script({ fall: 1 })] });
    expect(bench.machine.view()).toMatchObject([{ isUp: true }]);
    expect(bench.run(2).ends(1).take()).toEqual([
      '2 run /bin/chk',
      '2 result exited',
      '2 script chk down',
    ]);
  });

  test('another command is another script: its run is taken back, nothing is known, and it starts at once', () => {
    const bench = new Bench()
      .configure({ scripts: [script()] })
      .run(0)
      .ends(0)
      .run(2);
    bench.take();
    bench.run(2.5).configure({ scripts: [script({ command: { argv: ['/bin/other'] } })] });
    expect([bench.take(), bench.machine.view()]).toEqual([['2.5 cancel'], []]);
    expect(bench.run(2.5).take()).toEqual(['2.5 run /bin/other']);
  });

  test('what a predecessor of the process knew counts, and results go on from there', () => {
    const known = [{ kind: 'script', name: 'chk', isUp: true }] as const;
    const bench = new Bench()
      .configure({ scripts: [script()] }, known)
      .run(0)
      .ends(1);
    expect(bench.take()).toEqual(['0 run /bin/chk', '0 result exited']);
    expect(bench.machine.view()).toMatchObject([{ isUp: true }]);
  });
});

describe('processes', () => {
  test('a quorum is gained and lost, and known after the first count', () => {
    const bench = new Bench().configure({ processes: [process()] });
    expect(bench.machine.view()).toEqual([]);
    expect(bench.counted(0).counted(1).counted(2).counted(0).take()).toEqual([
      '0 first process web down',
      '0 process web up',
      '0 process web down',
    ]);
  });

  test('quorum_max 1: a second process is one too many; quorum_max 0: none may run', () => {
    const limited = new Bench().configure({ processes: [process({ quorumMax: 1 })] });
    expect(limited.counted(1).counted(2).counted(1).take()).toEqual([
      '0 first process web up',
      '0 process web down',
      '0 process web up',
    ]);
    const none = new Bench().configure({ processes: [process({ quorumMax: 0 })] });
    expect(none.counted(1).counted(0).take()).toEqual([
      '0 first process web down',
      '0 process web up',
    ]);
  });

  test('delays: a process that comes back in time causes nothing; at the start none counts', () => {
    const delays = { terminateDelay: seconds(1), forkDelay: seconds(0.5) };
    const bench = new Bench().configure({ processes: [process(delays)] }).counted(1);
    expect(bench.take()).toEqual(['0 first process web up']);
    expect(bench.run(1).counted(0).run(1.9).counted(1).run(5).take()).toEqual([]);
    expect(bench.counted(0).run(5.4).counted(0).run(7).take()).toEqual(['6 process web down']);
    expect(bench.counted(1).run(8).take()).toEqual(['7.5 process web up']);
  });
});

describe('files', () => {
  const read = (bench: Bench, text: string | undefined): Bench =>
    bench.send({ type: 'fileRead', name: 'load', text });

  test('a number is told when it is another one; a file that is not there counts as 0', () => {
    const bench = new Bench().configure({ files: [file] });
    read(read(read(bench, undefined), '7\n'), '7');
    expect(bench.take()).toEqual(['0 first file load 0', '0 file load 7']);
    expect(read(bench, 'abc').take()).toEqual(['0 file load 0']);
  });

  test('a file that cannot be read, or holds no number, is not said to hold 0', () => {
    const bench = new Bench().configure({ files: [file] });
    const told = (text: string | undefined): string[] => {
      read(bench, text);
      return bench.machine.view().map(trackedText);
    };
    expect(told(undefined)).toEqual(['file load is not there or cannot be read: it counts as 0']);
    expect(told('')).toEqual(['file load holds no number: it counts as 0']);
    expect(bench.take()).toHaveLength(2);
    expect(told('0\n')).toEqual(['file load holds 0']);
  });

  test('a number that does not fit is not heeded', () => {
    const bench = new Bench().configure({ files: [file] });
    read(read(bench, '5'), '99999999999');
    expect(bench.take()).toEqual(['0 first file load 5', '0 ignored 99999999999']);
    expect(bench.machine.view()).toEqual([{ kind: 'file', name: 'load', value: 5 }]);
  });

  test('a number that does not fit is told once, however often the file is read', () => {
    const bench = new Bench().configure({ files: [file] });
    const tooMuch = '99999999999';
    read(read(read(read(bench, '5'), tooMuch), tooMuch), tooMuch);
    expect(bench.take()).toEqual(['0 first file load 5', `0 ignored ${tooMuch}`]);
    expect(read(read(bench, '6'), tooMuch).take()).toEqual([
      '0 file load 6',
      `0 ignored ${tooMuch}`,
    ]);
  });

  test('one that is not tracked any more says nothing', () => {
    const bench = new Bench().configure({ files: [file] }).configure({});
    expect(read(bench, '5').take()).toEqual([]);
  });
});
