/**
 * Notifications as one machine: facts in, deliveries out. It decides who is told what, in which order, what takes the
 * place of what, what is tried again, and what is said about that which was not delivered. The process that carries its
 * orders out may die at any time: what was under way then is ordered again, once.
 */
import { unreachable } from '../base/assert.ts';
import { equalData } from '../base/equal-data.ts';
import type { Machine } from '../base/machine.ts';
import { earliest, type Instant } from '../base/time.ts';
import type { Config } from '../model/config.ts';
import type { FifosConfig } from '../model/notify.ts';
import { canMail } from './alerts.ts';
import { FifoLane } from './fifo-lane.ts';
import { FifoReader } from './fifo-readers.ts';
import { LvsNews } from './lvs-news.ts';
import { type MailOrigin, MailQueue } from './mail-queue.ts';
import { tellsOfServers } from './need.ts';
import { type News, subjectKey } from './news.ts';
import { FIFO_NAMES, type FifoName, type NotifyAction, type NotifyEvent } from './orders.ts';
import { ScriptTurns } from './script-turns.ts';
import { VrrpNews } from './vrrp-news.ts';

/** How much is under way. */
export interface NotifyView {
  /** Nothing waits and nothing runs, but the programs that read FIFOs. */
  readonly isIdle: boolean;
  /** After `stop`: everything is delivered or given up, and no program of ours runs. */
  readonly isDone: boolean;
}

/** The machine. */
export class NotificationMachine implements Machine<NotifyEvent, NotifyAction, NotifyView> {
  readonly #vrrp = new VrrpNews();
  readonly #lvs = new LvsNews();
  readonly #push = (action: NotifyAction): void => void this.#out.push(action);
  readonly #scripts = new ScriptTurns(this.#push);
  readonly #mails: MailQueue;
  readonly #readers: ReadonlyMap<FifoName, FifoReader> = new Map(
    FIFO_NAMES.map((name) => [name, new FifoReader(name, this.#push)]),
  );
  #lanes: readonly FifoLane[] = [];
  #routerId: string | undefined;
  #isUp = false;
  #isStopping = false;
  /** At a stop the FIFOs are closed behind their last line. */
  #isClosed = false;
  #out: NotifyAction[] = [];

  constructor(origin: MailOrigin) {
    this.#mails = new MailQueue(origin, this.#push);
  }

  get deadline(): Instant | undefined {
    const parts = [this.#scripts, this.#mails, ...this.#lanes, ...this.#readers.values()];
    return parts.reduce<Instant | undefined>(
      (soonest, part) => earliest(soonest, part.deadline),
      undefined,
    );
  }

  /** Runs one event to completion. */
  handle(now: Instant, event: NotifyEvent): readonly NotifyAction[] {
    const out: NotifyAction[] = [];
    this.#out = out;
    switch (event.type) {
      case 'configure':
        this.#configure(event.config, now);
        break;
      case 'fact': {
        const { fact, date } = event;
        this.#tell([...this.#vrrp.hear(fact), ...this.#lvs.hear(fact)], date, now);
        break;
      }
      case 'runner':
        this.#runner(event.isUp, now);
        break;
      case 'programEnded':
        if (this.#scripts.ended(event.end, now)) break;
        for (const reader of this.#readers.values()) if (reader.ended(event.end, now)) break;
        break;
      case 'fifoOpened':
        this.#lane(event.name)?.opened(event);
        if (event.problem === undefined) this.#readers.get(event.name)?.opened(now);
        break;
      case 'written':
        this.#lane(event.name)?.written(event, now);
        break;
      case 'mailEnded':
        this.#mails.ended(event.id, event.result, now);
        break;
      case 'stop':
        this.#stop(event.date, now);
        break;
      case 'giveUp':
        this.#giveUp();
        break;
      case 'deadline':
        this.#scripts.deadlineReached(now);
        this.#mails.deadlineReached(now);
        for (const lane of this.#lanes) lane.deadlineReached(now);
        for (const reader of this.#readers.values()) reader.deadlineReached(now);
        break;
      default:
        unreachable(event);
    }
    if (this.#isStopping) this.#closeFifos(now);
    return out;
  }

  /** What is under way. */
  view(): NotifyView {
    const isIdle =
      this.#scripts.isIdle && this.#mails.isIdle && this.#lanes.every((lane) => lane.isIdle);
    const readers = [...this.#readers.values()];
    return { isIdle, isDone: isIdle && this.#isClosed && readers.every((one) => one.isIdle) };
  }

  #configure(config: Config, now: Instant): void {
    const { routerId, notify } = config.global;
    this.#routerId = routerId;
    this.#vrrp.configure(config);
    this.#lvs.configure(tellsOfServers(config) ? config : { ...config, virtualServers: [] });
    this.#mails.configure(canMail(notify?.mail) ? notify.mail : undefined);
    this.#configureFifos(notify?.fifos ?? {}, now);
  }

  /** A FIFO that stays what it is keeps its lines and its reader. */
  #configureFifos(fifos: FifosConfig, now: Instant): void {
    const before = this.#lanes;
    const paths = new Set<string>();
    this.#lanes = FIFO_NAMES.flatMap((name) => {
      const fifo = fifos[name];
      const isTwice = fifo !== undefined && paths.has(fifo.path);
      const command = isTwice ? undefined : fifos[`${name}Script`];
      const reader = fifo && command && { path: fifo.path, command };
      this.#readers.get(name)?.configure(reader, now);
      // One pipe gets each line once.
      if (fifo === undefined || isTwice) return [];
      paths.add(fifo.path);
      const old = before.find((lane) => lane.name === name && equalData(lane.fifo, fifo));
      const lane = old ?? new FifoLane(name, fifo, this.#push);
      if (old === undefined && this.#isUp) lane.runner(true, now);
      return [lane];
    });
    if (this.#isUp && before.length + this.#lanes.length > 0) this.#openFifos();
  }

  #openFifos(): void {
    this.#out.push({
      type: 'fifos',
      fifos: this.#lanes.map(({ name, fifo, isOurs }) => ({ name, fifo, isOurs })),
    });
  }

  #runner(isUp: boolean, now: Instant): void {
    this.#isUp = isUp;
    if (isUp && this.#lanes.length > 0) this.#openFifos();
    if (!isUp) for (const reader of this.#readers.values()) reader.lost(now);
    for (const lane of this.#lanes) lane.runner(isUp, now);
    this.#scripts.runner(isUp, now);
    this.#mails.runner(isUp, now);
  }

  #tell(all: readonly News[], date: string, now: Instant): void {
    for (const news of all) {
      this.#scripts.add(news, now);
      const { line, letter } = news;
      if (line !== undefined) {
        const key = `${subjectKey(news.subject)} ${turnOf(news)}`;
        for (const lane of this.#lanes) {
          if (lane.name === 'all' || lane.name === line.side) lane.add(key, line.text, now);
        }
      }
      if (letter !== undefined) this.#mails.add(letter, { routerId: this.#routerId, date }, now);
    }
  }

  #stop(date: string, now: Instant): void {
    this.#tell([...this.#vrrp.stop(), ...this.#lvs.stop()], date, now);
    this.#isStopping = true;
    this.#scripts.stop(now);
    this.#mails.stop(now);
  }

  #closeFifos(now: Instant): void {
    if (this.#isClosed || !this.#lanes.every((lane) => lane.isIdle)) return;
    this.#isClosed = true;
    if (this.#lanes.length > 0) this.#out.push({ type: 'fifos', fifos: [] });
    for (const reader of this.#readers.values()) reader.stop(now);
  }

  #giveUp(): void {
    const lines = this.#lanes.flatMap((lane) =>
      lane.lines === 0 ? [] : [`${lane.lines} lines of ${lane.fifo.path}`],
    );
    const left = [...this.#scripts.left, ...lines, ...this.#mails.left];
    if (left.length > 0) this.#out.push({ type: 'tell', fact: { id: 'notify.unfinished', left } });
    this.#scripts.giveUp();
    for (const reader of this.#readers.values()) reader.giveUp();
  }

  #lane(name: FifoName): FifoLane | undefined {
    return this.#lanes.find((lane) => lane.name === name);
  }
}

/** Lines for a state take each other's place, those for what was heard, and those for a priority. */
function turnOf({ state }: News): string {
  if (state === 'MASTER_RX_LOWER_PRI') return 'heard';
  return state === 'MASTER_PRIORITY' || state === 'BACKUP_PRIORITY' ? 'priority' : 'state';
}
