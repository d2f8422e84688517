/**
 * The supervisor: owns configuration and reload, the two children, signals, the control socket, the
 * metrics endpoint and the service manager's protocol. It decides nothing about VRRP or health.
 */
import { builtFile, monotonicUs } from 'dgram-extensions';
import { ok, type Result } from '../../core/base/result.ts';
import { instant } from '../../core/base/time.ts';
import type { ReplyOf, RequestTo } from '../../core/control/commands.ts';
import { type ControlError, controlSocketPath } from '../../core/control/messages.ts';
import type { RunningReport } from '../../core/control/running.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import { findingFact } from '../../core/facts/config-facts.ts';
import { coreFact } from '../../core/facts/from-cores.ts';
import type { Diagnostic } from '../../core/language/diagnostic.ts';
import type { Config } from '../../core/model/config.ts';
import { mayReload, mistakesOf, servingParts } from '../../core/plan/reload-policy.ts';
import { loadIpvsModule } from '../../drivers/ipvs-module.ts';
import { createSdNotify, type SdNotify } from '../../drivers/sd-notify.ts';
import { type ControlServer, startControl } from '../control/server.ts';
import { statusReport } from '../control/status.ts';
import {
  type FromHealth,
  type FromVrrp,
  type ToHealth,
  type ToVrrp,
  type TroubleFact,
  vrrpConfigOf,
} from '../frame/messages.ts';
import { PROGRAM } from '../frame/places.ts';
import type { RunOptions } from '../frame/run-options.ts';
import { VERSION } from '../frame/version.ts';
import { preconditionChanges } from '../health/precondition-watch.ts';
import { createFactLog, type FactLog } from '../outlets/log/fact-log.ts';
import type { Logger } from '../outlets/log/log.ts';
import { listenForMetrics } from '../outlets/metrics/listener.ts';
import { createMetrics, type Metrics } from '../outlets/metrics/metrics.ts';
import { ChildRights } from './capabilities.ts';
import { Child } from './child.ts';
import { type ChildReply, childCommands } from './child-commands.ts';
import { deathFact, ipvsFact, preconditionFact, troubleFact } from './child-facts.ts';
import { ChildRequests } from './child-requests.ts';
import { FactStream } from './fact-stream.ts';
import { Knowledge } from './knowledge.ts';
import { loadApart } from './load-apart.ts';
import { findingsText, type LoadedConfig } from './load-config.ts';
import { cleanUp, healthPutAway, type PutAwayOptions, putAway, vrrpPutAway } from './put-away.ts';
import { RealTime } from './real-time.ts';
import { firstLoad, nextLoad, type ReloadOutcome, type ReloadWish } from './reload-record.ts';
import { runningReport } from './running-report.ts';
import { removePidFile, writePidFile } from './runtime-files.ts';
import { NO_HEALTH, RuntimeRecord } from './runtime-record.ts';
import { catchSignals, type ListenRealTime } from './signals.ts';
import type { ComponentName, DaemonState, ReloadState } from './state.ts';

const EXIT_FATAL = 1;
const WATCH_MS = 1_000;
/** Each process gives itself less time than this, so that longer means that it hangs. */
const STOP_MS_MAX = { vrrp: 3_000, health: 5_000 } as const;
/** A loop that is later than this is worth a line, microseconds. */
const LATE_US = 100_000;

/** What the supervisor is given. */
export interface SupervisorParts {
  readonly options: RunOptions;
  readonly logger: Logger;
  /** The configuration to start with. */
  readonly loaded: RunnableConfig;
  readonly listenRealTime: ListenRealTime;
}

/** A configuration that runs. */
export type RunnableConfig = LoadedConfig & { readonly config: Config };

/** The main process. */
export class Supervisor {
  readonly #options: RunOptions;
  readonly #logger: Logger;
  readonly #listenRealTime: ListenRealTime;
  readonly #facts = new FactStream({
    monotonic: () => instant(monotonicUs()),
    wall: () => Date.now(),
  });
  readonly #log: FactLog;
  readonly #metrics: Metrics;
  readonly #notify: SdNotify = createSdNotify();
  readonly #knowledge = new Knowledge();
  readonly #record: RuntimeRecord;
  readonly #rights = new ChildRights([PROGRAM, process.execPath, builtFile('dgx.node')]);
  readonly #realTime = new RealTime();
  #moduleLoading: Promise<void> | undefined;
  readonly #startedWallMs = Date.now();
  readonly #startedUs = monotonicUs();
  readonly #vrrp: Child<FromVrrp, ToVrrp> | undefined;
  readonly #health: Child<FromHealth, ToHealth> | undefined;
  readonly #questions = {
    vrrp: new ChildRequests<RequestTo<'vrrp'>, ChildReply>((asked) => this.#vrrp?.send(asked)),
    health: new ChildRequests<RequestTo<'health'>, ChildReply>((asked) =>
      this.#health?.send(asked),
    ),
  };
  readonly #watch: NodeJS.Timeout;
  readonly #waiting = new Set<ComponentName>();
  #loaded: RunnableConfig;
  #reload: ReloadState;
  #control: ControlServer | undefined;
  #http: { close(): Promise<void> } | undefined;
  #ipvsAvailable: boolean | undefined;
  #reloading: Promise<unknown> = Promise.resolve();
  #stopped: ((status: number) => void) | undefined;
  #stopping = false;
  readonly #stopRequest = new AbortController();
  /** A SIGHUP waits for the reload before it: more of them ask for nothing more. */
  #hangupWaits = false;

  constructor({ options, logger, loaded, listenRealTime }: SupervisorParts) {
    this.#options = options;
    this.#logger = logger;
    this.#loaded = loaded;
    this.#listenRealTime = listenRealTime;
    this.#metrics = createMetrics(() => this.state(), {
      ...(options.configId === undefined ? {} : { configId: options.configId }),
    });
    this.#log = createFactLog(logger, {
      onLine: (component, level) => this.#metrics.observe.logLine(component, level),
      onSuppressed: (component, count) => this.#metrics.observe.logSuppressed(component, count),
    });
    this.#facts.subscribe((envelope) => this.#log.take(envelope));
    this.#facts.subscribe((envelope) => this.#metrics.observe.fact(envelope));
    this.#record = new RuntimeRecord(
      options.runtimeDir,
      () => ({ owned: this.#knowledge.owned, health: this.#knowledge.health() }),
      (trouble) => this.#troubled(trouble),
    );
    this.#reload = firstLoad(loaded, Date.now());
    if (options.roles.vrrp) this.#vrrp = this.#child<FromVrrp, ToVrrp>('vrrp', 'vrrp');
    if (options.roles.health) this.#health = this.#child<FromHealth, ToHealth>('checker', 'health');
    this.#watch = setInterval(() => this.#onWatch(), WATCH_MS);
  }

  /** Runs until a signal stops it; resolves with the exit status. */
  async run(): Promise<number> {
    const end = new Promise<number>((resolve) => {
      this.#stopped = resolve;
    });
    this.#tell({
      id: 'daemon.starting',
      version: VERSION,
      configFile: this.#options.configFile,
      pid: process.pid,
    });
    const control = await startControl({
      path: controlSocketPath(this.#options.runtimeDir),
      handlers: {
        status: async () => ok(statusReport(this.state())),
        config: async () => ok(this.#runningReport()),
        reload: (request) => this.#reloadByOperator(request.allowEmpty === true),
        ...childCommands(this.#questions, (fact) => this.#tell(fact)),
        stop: async ({ keepTable }) => this.#stopByOperator(keepTable),
        version: async () => ok({ version: VERSION, pid: process.pid }),
      },
    });
    if (!control.ok) {
      const where = controlSocketPath(this.#options.runtimeDir);
      const reason = control.error.message;
      this.#tell({ id: 'control.listen-failed', where, reason });
      clearInterval(this.#watch);
      return EXIT_FATAL;
    }
    this.#control = control.value;
    const trouble = writePidFile(this.#options.pidFile);
    if (trouble !== undefined) {
      this.#troubled(trouble);
      clearInterval(this.#watch);
      await control.value.close();
      return EXIT_FATAL;
    }
    const { problem: message } = this.#notify;
    const operation = 'reaching the service manager through NOTIFY_SOCKET';
    if (message !== undefined) this.#troubled({ operation, errno: '', message });
    const { closedPath: path } = this.#rights;
    if (path !== undefined) this.#tell({ id: 'daemon.program-closed', path });
    this.#rights.take(this.#loaded.config.virtualServers);
    this.#knowledge.inherit(this.#record.read());
    this.#catchSignals();
    if (this.#stopping) return end;
    this.#sayFindings(this.#loaded.findings);
    this.#sayUnsupported();
    for (const child of [this.#vrrp, this.#health]) {
      if (child === undefined) continue;
      this.#waiting.add(child === this.#vrrp ? 'vrrp' : 'checker');
      child.start();
    }
    await this.#listen();
    return end;
  }

  /** Everything that is known now. */
  state(): DaemonState {
    const knowledge = this.#knowledge;
    const vrrpUp = this.#vrrp?.state().up === true;
    const healthUp = this.#health?.state().up === true;
    const now = monotonicUs();
    const main = {
      name: 'main' as const,
      up: true,
      pid: process.pid,
      heartbeatAt: now,
      restarts: 0,
      latenessUs: 0,
    };
    return {
      now,
      wallMs: Date.now(),
      version: VERSION,
      startedWallMs: this.#startedWallMs,
      configFile: this.#options.configFile,
      config: this.#loaded.config,
      components: [
        main,
        ...(this.#vrrp === undefined ? [] : [this.#vrrp.state()]),
        ...(this.#health === undefined ? [] : [this.#health.state()]),
      ],
      reload: this.#reload,
      vrrp: vrrpUp ? knowledge.vrrp : new Map(),
      groups: vrrpUp ? knowledge.groups : [],
      vrrpRouter: knowledge.router,
      vips: vrrpUp ? knowledge.vips : [],
      virtualServers: healthUp ? knowledge.virtualServers : new Map(),
      ipvs: knowledge.ipvs,
      preconditions: healthUp ? knowledge.preconditions : [],
      traffic: healthUp ? knowledge.traffic : new Map(),
    };
  }

  #troubled(trouble: TroubleFact | undefined): void {
    if (trouble !== undefined) this.#tell(troubleFact('main', trouble));
  }

  #tell(fact: Fact): void {
    this.#facts.publish(fact);
  }

  #child<In extends FromVrrp | FromHealth, Out>(
    name: ComponentName,
    role: 'vrrp' | 'health',
  ): Child<In, Out> {
    const child: Child<In, Out> = new Child<In, Out>({
      name,
      role,
      modulePath: PROGRAM,
      execArgv: role === 'vrrp' ? ['--single-threaded-gc'] : [],
      capabilities: () => this.#rights.of(role),
      spare: role === 'vrrp',
      stopMsMax: STOP_MS_MAX[role],
      onMessage: (message) => this.#onMessage(name, message),
      onReady: (restarted) => {
        const { pid, restarts } = child.state();
        this.#tell({ id: 'component.started', component: name, pid: pid ?? 0, restarts });
        this.#configure(name, restarted);
      },
      onDied: (death) => {
        this.#questions[role].abandon();
        this.#tell(deathFact(name, death));
        this.#tell({
          id: 'component.restarting',
          component: name,
          delaySeconds: death.restartInSeconds,
        });
      },
      // Checks may wait: the kernel's table serves meanwhile. Peers do not.
      ...(role === 'vrrp' && {
        patienceUs: () => this.#knowledge.peersWaitUs(),
        onPatienceOver: async () => {
          const options = this.#vrrpPutAway();
          return options === undefined || cleanUp(options);
        },
      }),
    });
    return child;
  }

  #vrrpPutAway(): PutAwayOptions<ToVrrp> | undefined {
    return vrrpPutAway(this.#vrrp, this.#loaded.config, {
      masters: () => this.#adoptable(),
      tell: (fact) => this.#tell(fact),
    });
  }

  #configure(name: ComponentName, restarted: boolean): void {
    if (name === 'vrrp') this.#configureVrrp(restarted);
    else this.#configureHealth(true);
  }

  #configureVrrp(restarted: boolean): void {
    const { config } = this.#loaded;
    const trouble = this.#realTime.apply(
      this.#vrrp?.state().pid,
      config.global.vrrpRealTimePriority,
    );
    if (trouble !== undefined) this.#tell(troubleFact('vrrp', trouble));
    this.#vrrp?.send({
      type: 'configure',
      config: vrrpConfigOf(config),
      adopt: restarted ? this.#adoptable() : [],
    });
  }

  /** Masters whose peers cannot have noticed the gap yet: they go on as if nothing had happened. */
  #adoptable(): string[] {
    return this.#knowledge.mastersAfter(monotonicUs() - (this.#vrrp?.lostAt ?? 0));
  }

  /** @param isNew whether the process has yet to be told what is known */
  #configureHealth(isNew: boolean): void {
    const { config } = this.#loaded;
    this.#health?.send({
      type: 'configure',
      virtualServers: config.virtualServers,
      ...(config.global.lvsTimeouts === undefined
        ? {}
        : { lvsTimeouts: config.global.lvsTimeouts }),
      owned: this.#knowledge.owned,
      known: isNew ? this.#knowledge.health() : NO_HEALTH,
    });
  }

  #onMessage(name: ComponentName, message: FromVrrp | FromHealth): void {
    if (name === 'vrrp') this.#knowledge.hearVrrp(message as FromVrrp);
    else this.#knowledge.hearHealth(message as FromHealth);
    if (name === 'checker' && (message.type === 'facts' || message.type === 'ipvs')) {
      this.#record.touch();
    }
    switch (message.type) {
      case 'heartbeat':
        this.#metrics.observe.heartbeat(name, message.latenessUs);
        if (message.latenessUs > LATE_US) {
          const latenessSeconds = message.latenessUs / 1e6;
          this.#tell({ id: 'component.late', component: name, latenessSeconds });
        }
        break;
      case 'trouble':
        this.#tell(troubleFact(name, message.trouble));
        break;
      case 'facts':
        for (const { at, report } of message.facts) this.#facts.publish(coreFact(report), at);
        break;
      case 'views':
        if ('virtualServers' in message) {
          this.#metrics.observe.healthViews(message.virtualServers);
        }
        break;
      case 'ipvs':
        this.#onIpvs(message.status);
        break;
      case 'preconditions':
        for (const change of preconditionChanges(
          this.#knowledge.preconditions,
          message.preconditions,
        )) {
          this.#tell(preconditionFact(change));
        }
        this.#knowledge.preconditions = message.preconditions;
        break;
      case 'loadModule':
        this.#loadModule();
        break;
      case 'repaired':
        this.#tell({
          id: 'ipvs.repaired',
          operations: message.operations,
          repairs: message.repairs,
        });
        break;
      case 'refusalsEnded':
        this.#tell({ id: 'ipvs.refusals-ended' });
        break;
      case 'configured':
        this.#onConfigured(name, message);
        break;
      case 'reply':
        this.#questions[name === 'vrrp' ? 'vrrp' : 'health'].answer(message.id, message.reply);
        break;
    }
  }

  /** For the health process, which has no right to. */
  #loadModule(): void {
    this.#moduleLoading ??= loadIpvsModule().then((problem) => {
      this.#moduleLoading = undefined;
      this.#health?.send({ type: 'moduleLoaded', ...(problem === undefined ? {} : { problem }) });
    });
  }

  #onIpvs(status: Extract<FromHealth, { type: 'ipvs' }>['status']): void {
    if (status.available === this.#ipvsAvailable) return;
    this.#ipvsAvailable = status.available;
    this.#tell(ipvsFact(status));
  }

  #onConfigured(
    name: ComponentName,
    message: Extract<FromVrrp | FromHealth, { type: 'configured' }>,
  ): void {
    this.#tell({
      id: 'component.configured',
      component: name,
      ...('operations' in message
        ? { objects: message.virtualServers, operations: message.operations }
        : { objects: message.instances }),
    });
    if (!this.#waiting.delete(name) || this.#waiting.size > 0) return;
    const { config } = this.#loaded;
    this.#tell({
      id: 'daemon.running',
      instances: config.vrrpInstances.length,
      virtualServers: config.virtualServers.length,
      seconds: (monotonicUs() - this.#startedUs) / 1e6,
    });
    this.#notify.ready(this.#summary());
  }

  #summary(): string {
    const { vrrpInstances, virtualServers } = this.#loaded.config;
    return `${vrrpInstances.length} VRRP instances, ${virtualServers.length} virtual servers`;
  }

  #sayFindings(findings: readonly Diagnostic[]): void {
    for (const finding of findings) this.#tell(findingFact(finding));
  }

  #sayUnsupported(): void {
    const { notSupportedYet } = this.#loaded.config;
    if (notSupportedYet.length > 0) {
      this.#tell({ id: 'config.words-without-effect', keywords: notSupportedYet });
    }
  }

  async #listen(): Promise<void> {
    const { global } = this.#loaded.config;
    const where = this.#options.metrics ?? (global.metrics.enabled ? global.metrics : false);
    if (where === false) return;
    this.#http = await listenForMetrics(where, this.#metrics, (fact) => this.#tell(fact));
  }

  #catchSignals(): void {
    catchSignals({
      onHangup: () => {
        if (this.#hangupWaits || this.#stopping) return;
        this.#hangupWaits = true;
        void this.#reloadNow({ origin: 'signal', allowEmpty: false });
      },
      onStop: (signal) => void this.#stop(signal),
      listenRealTime: this.#listenRealTime,
      onDump: (signal, purpose) => this.#tell({ id: 'signal.without-effect', signal, purpose }),
    });
  }

  #onWatch(): void {
    this.#vrrp?.watch();
    this.#health?.watch();
    if (this.#notify.enabled) {
      this.#notify.watchdog();
      this.#metrics.observe.watchdogPing();
    }
  }

  #runningReport(): RunningReport {
    const { configId = null, strictIncludes = false, roles } = this.#options;
    return runningReport(this.state(), {
      options: { configId, strictIncludes },
      roles,
      mistakes: mistakesOf(this.#loaded),
      health: this.#knowledge.health(),
    });
  }

  async #reloadByOperator(allowEmpty: boolean): Promise<Result<ReplyOf<'reload'>, ControlError>> {
    const { verdict, changed } = await this.#reloadNow({ origin: 'cli', allowEmpty });
    const diagnostics = findingsText(verdict.findings);
    if (verdict.isRefused) {
      const message = `the reload is refused, the running configuration stays: ${verdict.reasons.join('; ')}`;
      return { ok: false, error: { code: 'refused', message, details: { diagnostics } } };
    }
    return ok({ changed, warnings: verdict.warnings, diagnostics });
  }

  /** Reloads one after another; a refused file changes nothing. */
  #reloadNow(wish: ReloadWish): Promise<ReloadOutcome> {
    const next = this.#reloading.then(() => this.#reloadOnce(wish));
    this.#reloading = next.catch(() => undefined);
    return next;
  }

  async #reloadOnce({ origin, allowEmpty }: ReloadWish): Promise<ReloadOutcome> {
    if (origin === 'signal') this.#hangupWaits = false;
    this.#notify.reloading(monotonicUs());
    this.#tell({ id: 'reload.started', origin });
    const { configFile: file, configId, strictIncludes = false } = this.#options;
    const options = { configId, strictIncludes };
    const { signal } = this.#stopRequest;
    const loaded = await loadApart({ file, options }, { signal });
    const { config, seconds } = loaded;
    const running = {
      config: servingParts(this.#loaded.config, this.#options.roles),
      mistakes: mistakesOf(this.#loaded),
    };
    const verdict = mayReload(running, loaded, { allowEmpty });
    const { errors, warnings, reasons } = verdict;
    const isApplied = !verdict.isRefused && config !== undefined;
    this.#reload = nextLoad(this.#reload, { verdict, isApplied, seconds, wallMs: Date.now() });
    this.#sayFindings(verdict.findings);
    if (!isApplied) {
      this.#tell({ id: 'reload.refused', origin, seconds, errors, warnings, reasons });
      this.#notify.ready(`reload refused; ${this.#summary()}`);
      return { verdict, changed: false };
    }
    const changed = JSON.stringify(config) !== JSON.stringify(this.#loaded.config);
    const renamed = this.#knowledge.follow(this.#loaded.config, config);
    if (renamed.length > 0) this.#tell({ id: 'vrrp.renamed', renamed });
    this.#loaded = { ...loaded, config };
    this.#sayUnsupported();
    this.#configureVrrp(false);
    // The one that takes its place is configured when it is ready.
    if (!this.#rights.take(config.virtualServers)) this.#configureHealth(false);
    else this.#health?.renew({ type: 'shutdown', keepTable: true });
    this.#tell({ id: 'reload.applied', origin, changed, seconds, warnings });
    this.#notify.ready(this.#summary());
    return { verdict, changed };
  }

  #stopByOperator(keepTable: boolean): Result<ReplyOf<'stop'>, ControlError> {
    // The answer goes out first: the stop closes the socket.
    setImmediate(() => void this.#stop('tandem stop', keepTable));
    return ok({ pid: process.pid });
  }

  /** VRRP first: the peer takes over while our IPVS table still serves the last packets. */
  async #stop(reason: string, keepIpvs: boolean = false): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#tell({ id: 'daemon.stopping', reason });
    this.#notify.stopping(`stopping: ${reason}`);
    clearInterval(this.#watch);
    this.#stopRequest.abort();
    await this.#reloading;
    const vrrp = await putAway(this.#vrrpPutAway());
    const keepTable =
      keepIpvs ||
      this.#options.keepIpvsOnStop === true ||
      !this.#loaded.config.global.removeIpvsOnStop;
    const health = await putAway(
      healthPutAway(this.#health, keepTable, {
        owned: () => this.#knowledge.owned,
        tell: (fact) => this.#tell(fact),
      }),
    );
    if (!keepTable && health.clean) this.#record.remove();
    const status = [vrrp, health].every((end) => end.orderly && end.clean) ? 0 : EXIT_FATAL;
    await this.#http?.close();
    await this.#control?.close();
    this.#metrics.close();
    this.#troubled(removePidFile(this.#options.pidFile));
    this.#tell({ id: 'daemon.stopped', status });
    this.#log.close();
    this.#notify.close();
    await this.#logger.close();
    this.#stopped?.(status);
  }
}
