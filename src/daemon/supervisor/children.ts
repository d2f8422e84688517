/** The children of the supervisor: which there are, what each is given, and how they are configured and put away. */

import { instant } from '../../core/base/time.ts';
import type { BfdContinuation } from '../../core/bfd/neighbour.ts';
import type { RequestTo } from '../../core/control/commands.ts';
import type { OrderBook } from '../../core/health/server-orders.ts';
import type { ProbeLimits } from '../../core/model/check-limits.ts';
import type { Config } from '../../core/model/config.ts';
import { receiveBuffer } from '../../core/model/global-options.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import { trackingOf } from '../../core/tracking/tracked.ts';
import type { SchedulingPort } from '../../drivers/process-scheduling.ts';
import type { ProgramGroup } from '../../drivers/programs/program-group.ts';
import type { Message } from '../frame/dispatch.ts';
import {
  type FromHealth,
  type FromRunner,
  type FromVrrp,
  type KnownHealth,
  type ToChild,
  type ToHealth,
  type ToRunner,
  type ToVrrp,
  vrrpConfigOf,
} from '../frame/messages.ts';
import type { RunOptions } from '../frame/run-options.ts';
import { ToldVirtualServers } from '../frame/virtual-server-news.ts';
import { BfdFacts } from './bfd-facts.ts';
import type { ChildRights } from './capabilities.ts';
import { CheckPrograms } from './check-programs.ts';
import type { Child, ChildDeath, ChildOptions } from './child.ts';
import type { ChildReply } from './child-commands.ts';
import { deathFact } from './child-facts.ts';
import { ChildRequests } from './child-requests.ts';
import type { Hearing } from './hearing.ts';
import type { LeftHoldings } from './holdings-record.ts';
import type { Knowledge } from './knowledge.ts';
import { bindsLowPorts } from './low-ports.ts';
import { Orphans } from './orphans.ts';
import type { WrittenPidFiles } from './pid-files.ts';
import { ProcessHints, type ProcessHintsOptions } from './process-hints.ts';
import { childSettings, programSettings, stopMsMax } from './process-settings.ts';
import { Programs } from './programs.ts';
import type { Publishing } from './publishing.ts';
import {
  cleanUp,
  healthPutAway,
  type PutAwayOptions,
  type PutAwayOutcome,
  putAway,
  runnerPutAway,
  vrrpPutAway,
} from './put-away.ts';
import { needsRunner } from './runner-needs.ts';
import type { Running } from './running.ts';
import { NO_HEALTH } from './runtime-record.ts';
import { Scheduling } from './scheduling.ts';
import { ROLE_PROGRAMS } from './start-ahead.ts';
import type { ChildName, ComponentState } from './state.ts';
import { SyncFollower } from './sync-follower.ts';

/** One child as the supervisor uses it. */
export type ChildPort<Out> = Pick<
  Child<never, Out>,
  | 'lostAt'
  | 'start'
  | 'send'
  | 'watch'
  | 'state'
  | 'keepSpare'
  | 'renew'
  | 'stop'
  | 'substitute'
  | 'close'
>;

/** Makes a child, which is not started yet. */
export type MakeChild = <In extends Message, Out>(options: ChildOptions<In>) => ChildPort<Out>;

/** What children are made of, and who hears of them. */
export interface ChildrenOptions {
  readonly roles: RunOptions['roles'];
  /** Traffic is reported, for the level `debug`. */
  readonly isTraced: boolean;
  readonly makeChild: MakeChild;
  readonly rights: Pick<ChildRights, 'of' | 'take'>;
  readonly scheduling: SchedulingPort;
  /** Hears which processes of the host change; throws when the kernel does not tell. */
  readonly hearProcesses: ProcessHintsOptions['open'];
  /** File creation mask that the configuration does not change. */
  readonly umask: number | undefined;
  readonly pidFiles: Pick<WrittenPidFiles, 'child'>;
  /** Monotonic microseconds. */
  readonly now: () => number;
  readonly running: Running;
  readonly knowledge: Knowledge;
  readonly publishing: Publishing;
  readonly hearing: Hearing;
  /** What operators have ordered for real servers, and who leaves. */
  readonly orders: () => OrderBook;
  /** The runner process is configured, or gone. */
  readonly onRunner: (isUp: boolean) => void;
  /** A process has died; with this none is started again. */
  readonly onLastDied?: (component: ChildName) => void;
}

/** All children. */
export class Children {
  /** What each is asked. */
  readonly questions: {
    readonly vrrp: ChildRequests<RequestTo<'vrrp'>, ChildReply>;
    readonly health: ChildRequests<RequestTo<'health'>, ChildReply>;
  } = {
    vrrp: new ChildRequests<RequestTo<'vrrp'>, ChildReply>((asked) => this.#vrrp?.send(asked)),
    health: new ChildRequests<RequestTo<'health'>, ChildReply>((asked) =>
      this.#health?.send(asked),
    ),
  };
  /** What the runner process is to run. */
  readonly programs: Programs = new Programs({
    send: (message) => this.#runner?.send(message),
    need: () => this.#startRunner(),
  });
  readonly #bfd = new BfdFacts();
  readonly #checkPrograms = new CheckPrograms(this.programs, (message) =>
    this.#health?.send(message),
  );
  /** What a runner process leaves behind that is killed, this supervisor's or another's. */
  readonly #orphans = new Orphans({ tell: (fact) => this.#options.publishing.tell(fact) });
  readonly #options: ChildrenOptions;
  readonly #scheduling: Scheduling;
  readonly #hints: ProcessHints;
  readonly #vrrp: ChildPort<ToVrrp> | undefined;
  readonly #health: ChildPort<ToHealth> | undefined;
  /** There is one once a configuration, or a program that is to be run, has needed it. */
  #runner: ChildPort<ToRunner> | undefined;
  readonly #sync = new SyncFollower();
  /** `lvs_flush`: the table is taken when Tandem starts, not when a process does. */
  #takesAll = true;
  /** What the health process has. */
  readonly #told = new ToldVirtualServers();
  #serial = 1;
  #othersWait = false;
  /** Until a runner process has put a first configuration into force, it is the start that it works for. */
  #makesFiles = true;
  /** The children are being stopped: no other one is started. */
  #isStopping = false;

  constructor(options: ChildrenOptions) {
    this.#options = options;
    this.#hints = new ProcessHints({
      open: options.hearProcesses,
      send: (pids) => this.#runner?.send({ type: 'processesChanged', pids }),
      tell: (fact) => options.publishing.tell(fact),
    });
    this.#scheduling = new Scheduling(options.scheduling, (fact) => options.publishing.tell(fact));
    if (options.roles.vrrp) this.#vrrp = this.#makeVrrp();
    if (options.roles.health) this.#health = this.#makeHealth();
  }

  /** The number of the configuration that they are given, from 1: what they confirm. */
  get serial(): number {
    return this.#serial;
  }

  /** The names of those that there are. */
  get names(): readonly ChildName[] {
    const { vrrp, health } = this.#options.roles;
    const runner = this.#runner !== undefined || this.#needsRunner();
    return Object.entries({ vrrp, health, runner }).flatMap(([name, isThere]) =>
      isThere ? [name as ChildName] : [],
    );
  }

  /** How each stands. */
  states(): readonly ComponentState[] {
    return [this.#vrrp, this.#health, this.#runner].flatMap((child) => child?.state() ?? []);
  }

  /** True when the child is heard of. */
  isUp(name: ChildName): boolean {
    return this.states().some((state) => state.name === name && state.up);
  }

  /**
   * Starts them; each is configured when it is ready. The others come behind the first configuration of the vrrp process, whose
   * advertisements their start would delay; for a vrrp process that can't begin they wait until `watch`.
   */
  start(): void {
    this.#takeRights();
    this.#vrrp?.start();
    this.#othersWait = true;
    if (this.#vrrp === undefined) this.#startOthers();
  }

  /** True when the health process lacks a right that the configuration needs. */
  #takeRights(): boolean {
    const { rights, running } = this.#options;
    return rights.take({ lowPorts: bindsLowPorts(running.config.virtualServers) });
  }

  #startOthers(): void {
    if (!this.#othersWait) return;
    this.#othersWait = false;
    // Instances wait for the first results of what they track.
    if (this.#needsRunner()) this.#startRunner();
    this.#health?.start();
  }

  #needsRunner(): boolean {
    return needsRunner(this.#options.running.config);
  }

  #startRunner(): void {
    if (this.#runner !== undefined || this.#othersWait || this.#isStopping) return;
    this.#runner = this.#makeRunner();
    this.#runner.start();
  }

  /** Kills those that are silent for too long; called once a second. */
  watch(): void {
    this.#startOthers();
    if (this.programs.pending > 0) this.#startRunner();
    this.#vrrp?.watch();
    this.#watchBfd();
    this.#health?.watch();
    this.#runner?.watch();
  }

  /** The start is over: what makes a later failure shorter has its turn. */
  settled(): void {
    this.#vrrp?.send({ type: 'warmUp' });
    this.#vrrp?.keepSpare();
  }

  /** Sends to the runner process; lost when it is down. */
  sendRunner(message: ToRunner): void {
    this.#runner?.send(message);
  }

  /** Keys of the programs that the runner process runs now. */
  get programKeys(): readonly string[] {
    return this.#orphans.keys;
  }

  /** The programs that run now, those of a dead process too. */
  get runningPrograms(): readonly ProgramGroup[] {
    return this.#orphans.running;
  }

  /** Ends programs that a predecessor of this supervisor left running, before any is started. */
  endPrograms({ programs, seenAt }: Pick<LeftHoldings, 'programs' | 'seenAt'>): void {
    this.#orphans.inherit(programs, seenAt);
  }

  /** Sends to the health process; lost when it is down. */
  sendHealth(message: ToHealth): void {
    this.#health?.send(message);
  }

  /**
   * Numbers the configuration that runs now, and gives it to all of them. One that is loading gets it when it is ready, with what its predecessor did and held: without
   * that a vrrp process would give up what is MASTER.
   */
  reconfigure(): void {
    this.#bfd.keep(this.#options.running.config.tracked.bfd);
    this.#serial += 1;
    if (!isLoading(this.#vrrp)) this.#configureVrrp(false);
    if (this.#runner !== undefined) {
      if (!isLoading(this.#runner) && !this.#orphans.areThere) this.#configureRunner();
    } else {
      this.#makesFiles = false;
      if (this.#needsRunner()) this.#startRunner();
    }
    // The one that takes its place is configured when it is ready.
    if (!this.#takeRights()) {
      if (!isLoading(this.#health)) this.#configureHealth(NO_HEALTH);
    } else this.#health?.renew({ type: 'shutdown', keepTable: true });
  }

  /** Stops the vrrp process and cleans up behind it. */
  putAwayVrrp(): Promise<PutAwayOutcome> {
    this.#othersWait = false;
    return putAway(this.#vrrpPutAway());
  }

  /** Stops the health process, and cleans up behind it unless the kernel's table is to be kept. */
  putAwayHealth(keepTable: boolean): Promise<PutAwayOutcome> {
    const { knowledge, publishing, running } = this.#options;
    return putAway(
      healthPutAway(this.#health, keepTable, {
        owned: () => knowledge.owned,
        flushes: flushesAtStop(running.config),
        tell: (fact) => publishing.tell(fact),
      }),
    );
  }

  /** Stops the runner process and all programs with it: the last of all, because others may have something run at the end. */
  async putAwayRunner(): Promise<PutAwayOutcome> {
    this.#isStopping = true;
    this.#hints.close();
    this.programs.close();
    await new Promise<void>((resolve) => this.#orphans.whenGone(resolve));
    const { publishing } = this.#options;
    return putAway(runnerPutAway(this.#runner, (fact) => publishing.tell(fact)));
  }

  #makeVrrp(): ChildPort<ToVrrp> {
    const { makeChild, knowledge, hearing, running } = this.#options;
    const vrrp: ChildPort<ToVrrp> = makeChild<FromVrrp, ToVrrp>({
      ...this.#common('vrrp'),
      onMessage: (message) => {
        hearing.vrrp(message);
        this.#tellHealth(this.#bfd.take(message));
        const roles = this.#sync.follow(running.config, knowledge);
        if (roles !== undefined) this.#health?.send({ type: 'syncRoles', roles });
        if (message.type === 'configured') this.#startOthers();
        if (message.type === 'heartbeat') this.#late('vrrp', message.latenessUs);
      },
      onReady: (restarted) => {
        this.#sayStarted('vrrp', vrrp.state());
        this.#configureVrrp(restarted);
      },
      // Checks may wait: the kernel's table serves meanwhile. Peers do not.
      patienceUs: () => knowledge.peersWaitUs(),
      onPatienceOver: async () => {
        const options = this.#vrrpPutAway();
        return options === undefined || cleanUp(options);
      },
    });
    return vrrp;
  }

  #makeHealth(): ChildPort<ToHealth> {
    const { makeChild, knowledge, hearing } = this.#options;
    const health: ChildPort<ToHealth> = makeChild<FromHealth, ToHealth>({
      ...this.#common('health'),
      inherits: () => knowledge.owned.length > 0,
      onMessage: (message) => {
        hearing.health(message);
        if (message.type === 'configured') this.#takesAll = false;
        if (message.type === 'runProgram') this.#checkPrograms.run(message.id, message.program);
        else if (message.type === 'cancelProgram') this.#checkPrograms.cancel(message.id);
        else if (message.type === 'heartbeat') this.#late('health', message.latenessUs);
      },
      onReady: () => {
        this.#sayStarted('health', health.state());
        this.#told.forget();
        this.#configureHealth(knowledge.health());
      },
    });
    return health;
  }

  #makeRunner(): ChildPort<ToRunner> {
    const { makeChild, hearing } = this.#options;
    const runner: ChildPort<ToRunner> = makeChild<FromRunner, ToRunner>({
      ...this.#common('runner'),
      onMessage: (message) => {
        hearing.runner(message);
        if (message.type === 'running') this.#orphans.take(message.groups);
        else if (message.type === 'configured') this.#makesFiles = false;
        else if (message.type === 'trackers') {
          this.#vrrp?.send(message);
          this.#health?.send(message);
        }
      },
      onReady: () => {
        const { pid } = runner.state();
        this.#sayStarted('runner', runner.state());
        this.#orphans.whenGone(() => {
          if (runner.state().pid !== pid || this.#isStopping) return;
          this.#configureRunner();
          this.programs.ready();
          this.#options.onRunner(true);
        });
      },
    });
    return runner;
  }

  #common(name: ChildName) {
    return {
      ...ROLE_PROGRAMS[name],
      name,
      capabilities: () => this.#options.rights.of(name),
      stopMsMax: () => stopMsMax(name, this.#options.running.config),
      onDied: (death: ChildDeath) => this.#onDied(name, death),
      isLast: this.#options.onLastDied !== undefined,
    };
  }

  #settingsOf(name: ChildName): ToChild {
    const { umask, running } = this.#options;
    return childSettings(name, running.config, umask);
  }

  #sayStarted(name: ChildName, { pid = 0, restarts }: ComponentState): void {
    const { publishing, pidFiles, running } = this.#options;
    publishing.tell({ id: 'component.started', component: name, pid, restarts });
    const runsBfd = running.config.tracked.bfd.length > 0;
    for (const trouble of pidFiles.child(name, pid, runsBfd)) publishing.troubled(trouble);
  }

  #onDied(component: ChildName, death: ChildDeath): void {
    const { publishing } = this.#options;
    if (component === 'runner') {
      this.#orphans.died();
      this.programs.died();
      this.#options.onRunner(false);
    } else this.questions[component].abandon();
    if (component === 'health') this.#checkPrograms.abandon();
    publishing.tell(deathFact(component, death));
    const { restartInSeconds: delaySeconds } = death;
    if (delaySeconds === undefined) this.#options.onLastDied?.(component);
    else publishing.tell({ id: 'component.restarting', component, delaySeconds });
  }

  #late(child: 'vrrp' | 'health', latenessUs: number): void {
    this.#scheduling.late(child, latenessUs, this.#options.running.config);
  }

  #vrrpPutAway(): PutAwayOptions<ToVrrp> | undefined {
    const { running, publishing, knowledge } = this.#options;
    return vrrpPutAway(this.#vrrp, running.config, {
      masters: () => this.#adoptable(),
      held: () => knowledge.held,
      heldLinks: () => knowledge.heldLinks,
      tell: (fact) => publishing.tell(fact),
    });
  }

  /** A process that takes another's place is told what that one did and held; the first of all, what another main process left. */
  #configureVrrp(succeeds: boolean): void {
    const { running, isTraced, knowledge } = this.#options;
    const { config } = running;
    const inherits = succeeds || knowledge.isFirst;
    this.#scheduling.configure('vrrp', this.#vrrp?.state().pid, config);
    this.#vrrp?.send(this.#settingsOf('vrrp'));
    // What is known goes first: an instance does not wait for what is known already.
    const { trackers: facts } = knowledge;
    if (facts.length > 0) this.#vrrp?.send({ type: 'trackers', facts, isComplete: true });
    if (succeeds) knowledge.isVrrpInForce = false;
    this.#vrrp?.send({
      type: 'configure',
      serial: this.#serial,
      isTraced,
      config: vrrpConfigOf(config),
      adopt: succeeds ? this.#adoptable() : [],
      held: inherits ? knowledge.held : [],
      ...(inherits && { heldLinks: knowledge.heldLinks }),
      ...(succeeds && { bfd: this.#bfdLeft() }),
    });
  }

  #configureRunner(): void {
    const { running, knowledge } = this.#options;
    const { config } = running;
    const serial = this.#serial;
    // What makes files makes them when Tandem starts, not when a process does.
    const isStart = this.#makesFiles;
    const tracking = trackingOf(config);
    const { processMonitor, processMonitorForced } = config.global.buffers ?? {};
    const buffer = receiveBuffer(processMonitor, processMonitorForced);
    this.#hints.configure(config.tracked.processes.length > 0, buffer);
    const { trackers: known } = knowledge;
    const programs = programSettings(config, this.#options.umask);
    this.#runner?.send(this.#settingsOf('runner'));
    this.#runner?.send({ type: 'configure', serial, isStart, tracking, programs, known });
  }

  /** Masters whose peers cannot have noticed the gap yet: they go on as if nothing had happened. */
  #adoptable(): string[] {
    const { knowledge, now } = this.#options;
    return knowledge.mastersAfter(now() - (this.#vrrp?.lostAt ?? 0));
  }

  /** What the vrrp process that was lost last had of BFD. */
  #bfdLeft(): readonly BfdContinuation[] {
    const { knowledge, running } = this.#options;
    return this.#bfd.left(
      knowledge.bfd,
      running.config.tracked.bfd,
      instant(this.#vrrp?.lostAt ?? 0),
    );
  }

  /** While no vrrp process is there, its sessions are believed no longer than a successor would believe them. */
  #watchBfd(): void {
    if (this.#vrrp === undefined || this.#vrrp.state().up || this.#vrrp.lostAt === 0) return;
    this.#tellHealth(this.#bfd.outlive(this.#bfdLeft(), instant(this.#options.now())));
  }

  #tellHealth(facts: readonly TrackerFact[]): void {
    if (facts.length > 0) this.#health?.send({ type: 'trackers', facts, isComplete: false });
  }

  #configureHealth(known: KnownHealth): void {
    const { running, knowledge } = this.#options;
    const { virtualServers, global } = running.config;
    this.#scheduling.configure('health', this.#health?.state().pid, running.config);
    this.#health?.send(this.#settingsOf('health'));
    const { buffers, lvsTimeouts } = global;
    const commandBuffer = receiveBuffer(buffers?.lvsCommands, buffers?.lvsCommandsForced);
    const { trackers: facts } = knowledge;
    if (facts.length > 0) this.#health?.send({ type: 'trackers', facts, isComplete: true });
    this.#tellHealth(this.#bfd.all);
    this.#health?.send({
      type: 'configure',
      serial: this.#serial,
      isTraced: this.#options.isTraced,
      virtualServers: this.#told.next(virtualServers),
      ...(lvsTimeouts === undefined ? {} : { lvsTimeouts }),
      ...(commandBuffer === undefined ? {} : { commandBuffer }),
      owned: knowledge.owned,
      known,
      orders: this.#options.orders(),
      takesAll: this.#takesAll && global.ipvs?.flushesAtStart === true,
      flushesAtStop: flushesAtStop(running.config),
      limits: probeLimits(running.config),
      switchesConntrack: global.switchesConntrack,
      sync: this.#sync.goal(running.config, knowledge),
    });
  }
}

/** True from the start of a process until it is ready for a configuration. */
function isLoading(child: Pick<ChildPort<never>, 'state'> | undefined): boolean {
  return child?.state().heartbeatAt === 0;
}

function probeLimits({
  global: { checksAtOnce: all, checksPerAddress: perAddress },
}: Config): ProbeLimits {
  return {
    ...(all === undefined ? {} : { all }),
    ...(perAddress === undefined ? {} : { perAddress }),
  };
}

function flushesAtStop({ global }: Config): boolean {
  return global.ipvs?.flushesAtStop === 'all';
}
