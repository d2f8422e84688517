/** Reloads, one after another: the file is read, judged, put into force in all children, and only then called applied. */
import { ok, type Result } from '../../core/base/result.ts';
import { sameData } from '../../core/base/same-data.ts';
import type { ReplyOf } from '../../core/control/commands.ts';
import type { ControlError } from '../../core/control/messages.ts';
import { troubleText } from '../../core/facts/troubles.ts';
import type { Config } from '../../core/model/config.ts';
import { mayReload, mistakesOf, servingParts } from '../../core/plan/reload-policy.ts';
import type { SdNotify } from '../../drivers/sd-notify.ts';
import type { RunOptions } from '../frame/run-options.ts';
import type { Children } from './children.ts';
import type { Confirmations } from './confirmations.ts';
import type { FactClock } from './fact-stream.ts';
import type { Knowledge } from './knowledge.ts';
import type { LoadLimits } from './load-apart.ts';
import { findingsText, type LoadedConfig, type LoadOrder } from './load-config.ts';
import type { OrderKeeper } from './order-keeper.ts';
import type { Publishing } from './publishing.ts';
import { firstLoad, nextLoad, type ReloadOutcome, type ReloadWish } from './reload-record.ts';
import type { ReloadTraces } from './reload-traces.ts';
import type { Rules } from './rules.ts';
import type { Running } from './running.ts';
import type { ReloadState } from './state.ts';

/**
 * A child confirms within moments. One that is down is configured when it is back, and nobody waits for that:
 * `tandem reload` gives up after a minute, of which the reading may take 45 seconds.
 */
const CONFIRM_MS_MAX = 10_000;

/** Reads a configuration beside the running supervisor. Never rejects. */
export type ReadConfig = (
  order: LoadOrder,
  limits: Pick<LoadLimits, 'signal'>,
) => Promise<LoadedConfig>;

/** What reloads work with. */
export interface ReloadsOptions {
  readonly options: RunOptions;
  readonly clock: FactClock;
  readonly notify: SdNotify;
  /** False until all has run for the first time: a service manager still waits for READY. */
  readonly isRunning: () => boolean;
  readonly readConfig: ReadConfig;
  readonly running: Running;
  readonly children: Pick<Children, 'names' | 'serial' | 'reconfigure'>;
  readonly confirmations: Confirmations;
  readonly knowledge: Knowledge;
  readonly publishing: Publishing;
  readonly rules: Pick<Rules, 'prepare' | 'settle'>;
  readonly orders: Pick<OrderKeeper, 'follow'>;
  /** Hears of a configuration before the children get it. */
  readonly onReplaced: (config: Config) => void;
  readonly traces: Pick<ReloadTraces, 'begin' | 'end' | 'loaded'>;
  /** Aborted when the supervisor is to stop. */
  readonly stop: AbortSignal;
}

/** The reloads of one run. */
export class Reloads {
  readonly #options: ReloadsOptions;
  #state: ReloadState;
  #last: Promise<unknown> = Promise.resolve();
  /** A SIGHUP waits for the reload before it: more of them ask for nothing more. */
  #hangupWaits = false;

  constructor(options: ReloadsOptions) {
    this.#options = options;
    this.#state = firstLoad(options.running.loaded, options.clock.wall());
  }

  /** How the last one went. */
  get state(): ReloadState {
    return this.#state;
  }

  /** Reloads for a SIGHUP. */
  onHangup(): void {
    if (this.#hangupWaits || this.#options.stop.aborted) return;
    this.#hangupWaits = true;
    void this.#enqueue({ origin: 'signal', allowEmpty: false });
  }

  /** Reloads because its time has come. */
  onTime(): void {
    if (!this.#options.stop.aborted) void this.#enqueue({ origin: 'time', allowEmpty: false });
  }

  /** Reloads for `tandem reload`; the error says why it is refused. */
  async byOperator(allowEmpty: boolean): Promise<Result<ReplyOf<'reload'>, ControlError>> {
    const { verdict, changed } = await this.#enqueue({ origin: 'cli', allowEmpty });
    const diagnostics = findingsText(verdict.findings);
    if (verdict.isRefused) {
      const message = `the reload is refused, the running configuration stays: ${verdict.reasons.join('; ')}`;
      return { ok: false, error: { code: 'refused', message, details: { diagnostics } } };
    }
    const refusals = this.#options.knowledge.ipvs.refused.causes.map(troubleText);
    return ok({
      changed,
      warnings: verdict.warnings,
      diagnostics,
      ...(refusals.length > 0 && { refusals }),
    });
  }

  /** Resolves when no reload is under way. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** A refused file changes nothing. */
  #enqueue(wish: ReloadWish): Promise<ReloadOutcome> {
    const { traces } = this.#options;
    const next = this.#last
      .then(() => traces.begin())
      .then(() => this.#reload(wish))
      .finally(() => traces.end());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #reload({ origin, allowEmpty }: ReloadWish): Promise<ReloadOutcome> {
    if (origin === 'signal') this.#hangupWaits = false;
    const { clock, notify, publishing, running, options, stop, isRunning } = this.#options;
    if (isRunning()) notify.reloading(clock.monotonic());
    publishing.tell({ id: 'reload.started', origin });
    const { configFile: file, configId, strictIncludes = false } = options;
    const { namespace } = running.config.place ?? {};
    const order = { file, options: { configId, strictIncludes, namespace } };
    const loaded = await this.#options.readConfig(order, { signal: stop });
    this.#options.traces.loaded(loaded);
    const { config, seconds } = loaded;
    const before = {
      config: servingParts(running.config, options.roles),
      mistakes: mistakesOf(running.loaded),
    };
    const verdict = mayReload(before, loaded, { allowEmpty });
    const { errors, warnings, reasons } = verdict;
    const isApplied = !verdict.isRefused && config !== undefined;
    this.#state = nextLoad(this.#state, { verdict, isApplied, seconds, wallMs: clock.wall() });
    publishing.findings(verdict.findings);
    if (!isApplied) {
      publishing.tell({ id: 'reload.refused', origin, seconds, errors, warnings, reasons });
      this.#say(`reload refused; ${running.summary}`);
      return { verdict, changed: false };
    }
    const changed = !sameData(config, running.config);
    await this.#apply({ ...loaded, config });
    publishing.tell({ id: 'reload.applied', origin, changed, seconds, warnings });
    this.#say(running.summary);
    return { verdict, changed };
  }

  /** READY comes when all runs for the first time, not by way of a reload before that. */
  #say(status: string): void {
    const { notify, isRunning, stop } = this.#options;
    if (isRunning() && !stop.aborted) notify.ready(status);
  }

  /** Resolves when all children have confirmed it, or are not to be waited for. */
  async #apply(loaded: Parameters<Running['replace']>[0]): Promise<void> {
    const { running, knowledge, publishing, children, confirmations, stop } = this.#options;
    const { rules } = this.#options;
    await rules.prepare(loaded.config);
    if (stop.aborted) return;
    // Before the views of virtual servers that are gone are forgotten.
    this.#options.orders.follow(running.config, loaded.config);
    const renamed = knowledge.follow(running.config, loaded.config);
    if (renamed.length > 0) publishing.tell({ id: 'vrrp.renamed', renamed });
    running.replace(loaded);
    this.#options.onReplaced(loaded.config);
    publishing.unsupported(loaded.config, this.#options.options.roles);
    const limit = { milliseconds: CONFIRM_MS_MAX, signal: stop };
    children.reconfigure();
    const missing = await confirmations.wait(children.names, children.serial, limit);
    if (stop.aborted) return;
    rules.settle(loaded.config, missing);
    for (const component of missing) {
      publishing.tell({
        id: 'component.unconfirmed',
        component,
        seconds: CONFIRM_MS_MAX / 1_000,
      });
    }
  }
}
