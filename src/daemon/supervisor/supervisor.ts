/**
 * The supervisor: owns the children, signals, the control socket, the metrics endpoint and the service manager's
 * protocol, and brings them up and down in order. It decides nothing about VRRP or health.
 */
import { ok, type Result } from '../../core/base/result.ts';
import type { ReplyOf } from '../../core/control/commands.ts';
import { type ControlError, controlSocketPath } from '../../core/control/messages.ts';
import type { RunningReport } from '../../core/control/running.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import { COMPONENT_NAMES } from '../../core/facts/entry.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { Config } from '../../core/model/config.ts';
import { mistakesOf } from '../../core/plan/reload-policy.ts';
import type { OwnProcess } from '../../drivers/own-process.ts';
import type { SchedulingPort } from '../../drivers/process-scheduling.ts';
import type { SdNotify } from '../../drivers/sd-notify.ts';
import { ipvsShare } from '../control/ipvs-share.ts';
import type { ControlHandlers, ControlOptions, ControlServer } from '../control/server.ts';
import { statusReport } from '../control/status.ts';
import type { RunOptions } from '../frame/run-options.ts';
import { VERSION } from '../frame/version.ts';
import type { Dumps, DumpsOptions } from '../outlets/dumps/dumps.ts';
import type { Logger } from '../outlets/log/log.ts';
import type { listenForMetrics } from '../outlets/metrics/listener.ts';
import { Notifier, type NotifierCore } from '../outlets/notify/notifier.ts';
import type { ChildRights } from './capabilities.ts';
import { childCommands } from './child-commands.ts';
import { Children, type MakeChild } from './children.ts';
import { Confirmations } from './confirmations.ts';
import { deliveryPort } from './delivery-port.ts';
import type { FactClock } from './fact-stream.ts';
import type { FirewallParts } from './firewall-keeper.ts';
import { Hearing } from './hearing.ts';
import type { Holdings, HoldingsRecord } from './holdings-record.ts';
import { Knowledge } from './knowledge.ts';
import { runLifecycleScript } from './lifecycle-script.ts';
import { OrderKeeper } from './order-keeper.ts';
import type { WrittenPidFiles } from './pid-files.ts';
import type { ProcessHintsOptions } from './process-hints.ts';
import { processName } from './process-settings.ts';
import { Publishing } from './publishing.ts';
import { ReloadClock, type ReloadClockOptions } from './reload-clock.ts';
import { ReloadTraces, type ReloadTracesOptions, type TracesSystem } from './reload-traces.ts';
import { type ReadConfig, Reloads } from './reloads.ts';
import { Rules } from './rules.ts';
import { type RunnableConfig, Running } from './running.ts';
import { runningReport } from './running-report.ts';
import type { RuntimeFacts, RuntimeRecord } from './runtime-record.ts';
import type { SignalHandlers } from './signals.ts';
import { snapshot } from './snapshot.ts';
import type { DaemonState } from './state.ts';

const EXIT_FATAL = 1;
const WATCH_MS = 1_000;
/** Log and metrics are loaded behind the first advertisements, which come sooner, milliseconds. */
const ALONE_MS_MAX = 3_000;
/** The spare and the warm-up wait for a start that all children confirm, and no longer, milliseconds. */
const SETTLED_MS_MAX = 20_000;

/** What the supervisor works with. `daemon/compose/supervisor.ts` opens the real things. */
export interface SupervisorParts {
  readonly options: RunOptions;
  /** The configuration to start with. */
  readonly loaded: RunnableConfig;
  readonly clock: FactClock;
  readonly logger: Logger;
  readonly notify: SdNotify;
  readonly makeChild: MakeChild;
  readonly rights: Pick<ChildRights, 'of' | 'take' | 'closedPath'>;
  readonly scheduling: SchedulingPort;
  readonly hearProcesses: ProcessHintsOptions['open'];
  readonly readConfig: ReadConfig;
  /** Makes the machine of notifications. */
  readonly notifications: () => Promise<NotifierCore>;
  /** Loads what writes the files that signals ask for. */
  readonly openDumps: (
    options: Omit<DumpsOptions, 'write'>,
  ) => Promise<Pick<Dumps, 'write' | 'data'>>;
  /** Loads the module of IPVS; what kept it from that, in an operator's words, or undefined. */
  readonly loadIpvsModule: () => Promise<string | undefined>;
  /** Programs that write firewall rules, and what tells that somebody changed them. */
  readonly firewall: FirewallParts;
  readonly startControl: (options: ControlOptions) => Promise<Result<ControlServer, ControlError>>;
  readonly listenForMetrics: typeof listenForMetrics;
  /** Takes all signals, for the rest of the process's life. */
  readonly catchSignals: (handlers: SignalHandlers) => void;
  readonly pidFiles: Pick<WrittenPidFiles, 'main' | 'child' | 'remove'>;
  readonly own: Pick<OwnProcess, 'rename' | 'mask'>;
  readonly traces: TracesSystem & Pick<ReloadTracesOptions, 'besides'>;
  readonly reloadClock: Pick<ReloadClockOptions, 'watch' | 'remove'>;
  readonly openRecord: (
    collect: () => RuntimeFacts,
    onTrouble: (trouble: Trouble) => void,
  ) => Pick<RuntimeRecord, 'read' | 'touch' | 'write' | 'remove'>;
  readonly openHoldings: (
    collect: () => Holdings,
    onTrouble: (trouble: Trouble) => void,
  ) => Pick<HoldingsRecord, 'read' | 'touch' | 'remove'>;
}

/** The main process. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #running: Running;
  readonly #publishing: Publishing;
  readonly #knowledge = new Knowledge();
  readonly #record: ReturnType<SupervisorParts['openRecord']>;
  readonly #holdings: ReturnType<SupervisorParts['openHoldings']>;
  readonly #confirmations = new Confirmations();
  readonly #children: Children;
  readonly #reloads: Reloads;
  readonly #traces: ReloadTraces;
  readonly #reloadClock: ReloadClock;
  readonly #notifier: Notifier;
  readonly #rules: Rules;
  readonly #orders: OrderKeeper;
  readonly #startedWallMs: number;
  readonly #startedUs: number;
  /** Every child has once confirmed a configuration. */
  #isRunning = false;
  #watch: NodeJS.Timeout | undefined;
  #moduleLoading: Promise<void> | undefined;
  #control: ControlServer | undefined;
  /** Opened at most once, and never behind the beginning of a stop, which waits for it. */
  #http: Promise<{ close(): Promise<void> } | undefined> | undefined;
  #dumps: Promise<Pick<Dumps, 'write' | 'data'>> | undefined;
  #stopped: ((status: number) => void) | undefined;
  readonly #stopRequest = new AbortController();

  constructor(parts: SupervisorParts) {
    const { options, clock, logger, notify, readConfig } = parts;
    this.#parts = parts;
    this.#startedWallMs = clock.wall();
    this.#startedUs = clock.monotonic();
    this.#running = new Running(parts.loaded);
    const configId = options.configId;
    this.#publishing = new Publishing({ clock, logger, configId, state: () => this.state() });
    this.#record = parts.openRecord(
      () => ({
        owned: this.#knowledge.owned,
        health: this.#knowledge.health(),
        rules: this.#rules.places,
        orders: this.#orders.book,
      }),
      (trouble) => this.#publishing.troubled(trouble),
    );
    this.#holdings = parts.openHoldings(
      () => ({
        held: this.#knowledge.held,
        links: this.#knowledge.heldLinks,
        programs: this.#children.runningPrograms,
      }),
      (trouble) => this.#publishing.troubled(trouble),
    );
    this.#rules = new Rules(
      {
        ...parts.firewall,
        now: () => clock.monotonic(),
        tell: (fact) => this.#publishing.tell(fact),
        touchRecord: () => this.#record.touch(),
      },
      options.roles,
    );
    const shared = {
      knowledge: this.#knowledge,
      publishing: this.#publishing,
      running: this.#running,
    };
    this.#orders = new OrderKeeper({
      ...shared,
      hasHealth: options.roles.health,
      record: () => this.#record,
      send: (message) => this.#children.sendHealth(message),
      tell: (fact) => this.#publishing.tell(fact),
      now: () => clock.monotonic(),
    });
    this.#publishing.facts.subscribe(({ fact }) => this.#orders.hear(fact));
    const hearing = new Hearing({
      ...shared,
      onReply: (child, { id, reply }) => this.#children.questions[child].answer(id, reply),
      onProgramEnded: (end) => this.#children.programs.ended(end),
      onDelivered: (report) => this.#notifier.delivered(report),
      touchRecord: () => this.#record.touch(),
      touchHoldings: () => this.#holdings.touch(),
      loadModule: () => this.#loadModule(),
      onServersLeft: (left) => this.#orders.adopt(left),
      onConfigured: (child, serial) => this.#confirmations.confirmed(child, serial),
    });
    this.#children = new Children({
      ...shared,
      roles: options.roles,
      isTraced: options.logLevel === 'debug',
      makeChild: parts.makeChild,
      rights: parts.rights,
      scheduling: parts.scheduling,
      hearProcesses: parts.hearProcesses,
      umask: options.umask,
      pidFiles: parts.pidFiles,
      now: () => clock.monotonic(),
      hearing,
      orders: () => this.#orders.book,
      onRunner: (isUp) => this.#notifier.runner(isUp),
      ...(options.stopsWithChild === true && {
        onLastDied: (name) =>
          void this.#stop(
            `the ${COMPONENT_NAMES[name]} process has died, and --dont-respawn is set`,
          ),
      }),
    });
    this.#notifier = new Notifier({
      open: parts.notifications,
      clock,
      port: deliveryPort(this.#children, (end) => this.#notifier.programEnded(end)),
      tell: (fact) => this.#publishing.tell(fact),
    });
    this.#publishing.facts.subscribe((envelope) => this.#notifier.take(envelope));
    this.#notifier.configure(this.#running.config);
    this.#traces = new ReloadTraces({
      ...parts.traces,
      pid: process.pid,
      files: () => this.#running.config.global.files ?? {},
      data: async () => (await this.#openDumps()).data(),
      troubled: (trouble) => this.#publishing.troubled(trouble),
    });
    this.#reloadClock = new ReloadClock({
      ...parts.reloadClock,
      wall: clock.wall,
      onDue: () => this.#reloads.onTime(),
      tell: (fact) => this.#publishing.tell(fact),
    });
    this.#reloads = new Reloads({
      ...shared,
      options,
      clock,
      notify,
      isRunning: () => this.#isRunning,
      readConfig,
      children: this.#children,
      confirmations: this.#confirmations,
      rules: this.#rules,
      orders: this.#orders,
      onReplaced: (config) => {
        this.#settle(config);
        this.#reloadClock.configure(config.global.files);
        this.#notifier.configure(config);
      },
      traces: this.#traces,
      stop: this.#stopRequest.signal,
    });
  }

  /** Runs until a signal stops it; resolves with the exit status. */
  async run(): Promise<number> {
    const { options, notify, rights, pidFiles } = this.#parts;
    const end = new Promise<number>((resolve) => {
      this.#stopped = resolve;
    });
    const { configFile } = options;
    this.#settle(this.#running.config);
    this.#publishing.tell({
      id: 'daemon.starting',
      version: VERSION,
      configFile,
      pid: process.pid,
    });
    if (!(await this.#openControl())) return this.#giveUp();
    const trouble = pidFiles.main();
    if (trouble !== undefined) {
      this.#publishing.troubled(trouble);
      await this.#control?.close();
      return this.#giveUp();
    }
    this.#watch = setInterval(() => this.#onWatch(), WATCH_MS);
    const { problem: detail } = notify;
    const operation = 'reach-service-manager';
    if (detail !== undefined) this.#publishing.troubled({ operation, errno: '', detail });
    const { closedPath: path } = rights;
    if (path !== undefined) this.#publishing.tell({ id: 'daemon.program-closed', path });
    const inherited = this.#record.read();
    const left = this.#holdings.read();
    this.#knowledge.inherit(inherited, left);
    this.#children.endPrograms(left);
    this.#rules.inherit(inherited.rules ?? {});
    this.#orders.inherit(inherited.orders);
    this.#catchSignals();
    if (this.#isStopping) return end;
    this.#publishing.findings(this.#running.loaded.findings);
    this.#publishing.unsupported(this.#running.config, this.#parts.options.roles);
    await this.#runScript('startup');
    await this.#rules.start(this.#running.config);
    if (this.#isStopping) return end;
    void this.#sayRunning();
    this.#children.start();
    await this.#begun();
    this.#publishing.open();
    void this.#openDumps();
    this.#traces.loaded(this.#running.loaded);
    if (!this.#isStopping) this.#reloadClock.configure(this.#running.config.global.files);
    if (!this.#isStopping) this.#http = this.#listen();
    return end;
  }

  /** Resolves when the first advertisements are out, or will not be for a while: the rest of the start may have the processor. */
  async #begun(): Promise<void> {
    const first = this.#children.names.filter((name) => name === 'vrrp');
    const limit = { milliseconds: ALONE_MS_MAX, signal: this.#stopRequest.signal };
    await this.#confirmations.wait(first, this.#children.serial, limit);
  }

  /** Name and file mode mask of this process. */
  #settle(config: Config): void {
    const { own, options } = this.#parts;
    own.rename(processName('main', config));
    own.mask(options.umask ?? config.global.processes?.umask);
  }

  #runScript(moment: 'startup' | 'shutdown'): Promise<void> {
    const { programs } = this.#children;
    const tell = (fact: Fact): void => this.#publishing.tell(fact);
    return runLifecycleScript(moment, this.#running.config, { programs, tell });
  }

  async #giveUp(): Promise<number> {
    await this.#publishing.close();
    return EXIT_FATAL;
  }

  /** Everything that is known now. */
  state(): DaemonState {
    const { clock, options } = this.#parts;
    return snapshot(
      { children: this.#children, knowledge: this.#knowledge },
      {
        now: clock.monotonic(),
        wallMs: clock.wall(),
        startedWallMs: this.#startedWallMs,
        configFile: options.configFile,
        config: this.#running.config,
        reload: {
          ...this.#reloads.state,
          ...(this.#reloadClock.dueMs !== undefined && {
            nextAt: this.#reloadClock.dueMs / 1_000,
          }),
        },
        rules: this.#rules.views,
        orders: this.#orders.book,
      },
    );
  }

  get #isStopping(): boolean {
    return this.#stopRequest.signal.aborted;
  }

  /** False, with a line, when the control socket cannot be had. */
  async #openControl(): Promise<boolean> {
    const path = controlSocketPath(this.#parts.options.runtimeDir);
    const control = await this.#parts.startControl({ path, handlers: this.#commands() });
    if (control.ok) {
      this.#control = control.value;
      return true;
    }
    const reason = control.error.message;
    this.#publishing.tell({ id: 'control.listen-failed', where: path, reason });
    return false;
  }

  #commands(): ControlHandlers {
    return {
      status: async () => ok(statusReport(this.state())),
      config: async () => ok(this.#runningReport()),
      'ipvs-share': async () => ok(ipvsShare(this.#running.config)),
      reload: (request) => this.#reloads.byOperator(request.allowEmpty === true),
      server: (request) => this.#orders.byOperator(request),
      ...childCommands(this.#children.questions, (fact) => this.#publishing.tell(fact)),
      stop: async ({ keepTable }) => this.#stopByOperator(keepTable),
      version: async () => ok({ version: VERSION, pid: process.pid }),
    };
  }

  /** Says that all runs, when every child has confirmed the configuration. */
  async #sayRunning(): Promise<void> {
    const { names, serial } = this.#children;
    const { signal } = this.#stopRequest;
    void this.#confirmations
      .wait(names, serial, { milliseconds: SETTLED_MS_MAX, signal })
      .then(() => {
        if (!this.#isStopping) this.#children.settled();
      });
    await this.#confirmations.wait(names, serial, { signal });
    if (this.#isStopping) return;
    const { vrrpInstances, virtualServers } = this.#running.config;
    this.#publishing.tell({
      id: 'daemon.running',
      instances: vrrpInstances.length,
      virtualServers: virtualServers.length,
      seconds: (this.#parts.clock.monotonic() - this.#startedUs) / 1e6,
    });
    this.#isRunning = true;
    this.#parts.notify.ready(this.#running.summary);
  }

  /** For the health process, which has no right to. */
  #loadModule(): void {
    this.#moduleLoading ??= this.#parts.loadIpvsModule().then((problem) => {
      this.#moduleLoading = undefined;
      const answer = problem === undefined ? {} : { problem };
      this.#children.sendHealth({ type: 'moduleLoaded', ...answer });
    });
  }

  async #listen(): Promise<{ close(): Promise<void> } | undefined> {
    const { metrics } = this.#running.config.global;
    const where = this.#parts.options.metrics ?? (metrics.enabled ? metrics : false);
    if (where === false) return undefined;
    return await this.#parts.listenForMetrics(where, this.#publishing.metrics, (fact) =>
      this.#publishing.tell(fact),
    );
  }

  #catchSignals(): void {
    this.#parts.catchSignals({
      onHangup: () => this.#reloads.onHangup(),
      onStop: (signal) => void this.#stop(signal),
      onDump: (dump) => void this.#openDumps().then((dumps) => dumps.write(dump)),
      onOther: (signal, purpose) =>
        this.#publishing.tell({ id: 'signal.without-effect', signal, purpose }),
    });
  }

  /** Loads what writes them, once; a program that asks for a dump reads it milliseconds later. */
  #openDumps(): Promise<Pick<Dumps, 'write' | 'data'>> {
    this.#dumps ??= this.#parts.openDumps({
      state: () => this.state(),
      roles: this.#parts.options.roles,
      tell: (fact) => this.#publishing.tell(fact),
      troubled: (trouble) => this.#publishing.troubled(trouble),
    });
    return this.#dumps;
  }

  #onWatch(): void {
    this.#children.watch();
    this.#rules.watch();
    if (!this.#parts.notify.enabled) return;
    this.#parts.notify.watchdog();
    this.#publishing.metrics.observe.watchdogPing();
  }

  #runningReport(): RunningReport {
    const { configId = null, strictIncludes = false, roles } = this.#parts.options;
    return runningReport(this.state(), {
      options: { configId, strictIncludes },
      roles,
      mistakes: mistakesOf(this.#running.loaded),
      health: this.#knowledge.health(),
    });
  }

  #stopByOperator(keepTable: boolean): Result<ReplyOf<'stop'>, ControlError> {
    // The answer goes out first: the stop closes the socket.
    setImmediate(() => void this.#stop('tandem stop', keepTable));
    return ok({ pid: process.pid });
  }

  async #stop(reason: string, keepIpvs: boolean = false): Promise<void> {
    if (this.#isStopping) return;
    this.#stopRequest.abort();
    const { notify, options } = this.#parts;
    this.#publishing.tell({ id: 'daemon.stopping', reason });
    notify.stopping(`stopping: ${reason}`);
    clearInterval(this.#watch);
    this.#reloadClock.close();
    await this.#reloads.settled();
    const keepTable =
      keepIpvs || options.keepIpvsOnStop === true || !this.#running.config.global.removeIpvsOnStop;
    const status = await this.#putAway(keepTable);
    await (await this.#http)?.close();
    await this.#control?.close();
    this.#publishing.closeMetrics();
    for (const trouble of this.#parts.pidFiles.remove()) this.#publishing.troubled(trouble);
    this.#publishing.tell({ id: 'daemon.stopped', status });
    notify.close();
    await this.#publishing.close();
    this.#stopped?.(status);
  }

  /** VRRP first: the peer takes over while our IPVS table still serves the last packets. The exit status. */
  async #putAway(keepTable: boolean): Promise<number> {
    const vrrp = await this.#children.putAwayVrrp();
    const areOpened = await this.#rules.removeBehindVrrp();
    const health = await this.#children.putAwayHealth(keepTable);
    const areRulesGone = (await this.#rules.removeBehindServices(keepTable)) && areOpened;
    await this.#notifier.finish();
    await this.#runScript('shutdown');
    const runner = await this.#children.putAwayRunner();
    if (!keepTable && health.clean) this.#record.remove(this.#orders.book.orders);
    if (vrrp.clean && runner.clean) this.#holdings.remove();
    const isOrderly = [vrrp, health, runner].every((end) => end.orderly && end.clean);
    return isOrderly && areRulesGone ? 0 : EXIT_FATAL;
  }
}
