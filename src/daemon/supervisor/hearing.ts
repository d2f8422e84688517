/** What children say: taken into what is known, published, answered. One function for each kind of message. */
import { coreFact } from '../../core/facts/from-cores.ts';
import type { Left } from '../../core/health/server-orders.ts';
import { syncText } from '../../core/lvs/sync-daemons.ts';
import type { ProgramEnd } from '../../core/programs/program-request.ts';
import type { ChildPlace, CommandReply } from '../frame/child-commands.ts';
import type { DeliveryReport } from '../frame/deliveries.ts';
import { dispatch, kindOf, type MessageHandlers } from '../frame/dispatch.ts';
import type { FromChild, FromHealth, FromRunner, FromVrrp, IpvsStatus } from '../frame/messages.ts';
import { preconditionChanges } from '../health/precondition-watch.ts';
import { ipvsFact, preconditionFact, troubleFact } from './child-facts.ts';
import type { Knowledge } from './knowledge.ts';
import type { Publishing } from './publishing.ts';
import type { ChildName } from './state.ts';

/** A loop that is later than this is worth a line, microseconds. */
const LATE_US = 100_000;

/** Who is told what. */
export interface HearingOptions {
  readonly knowledge: Knowledge;
  readonly publishing: Publishing;
  /** The answer to something that a child was asked. */
  readonly onReply: (child: ChildPlace, reply: CommandReply) => void;
  /** A program that the runner process was asked to run has ended. */
  readonly onProgramEnded: (end: ProgramEnd) => void;
  /** What came of lines and mails of notifications. */
  readonly onDelivered: (report: DeliveryReport) => void;
  /** Something that a successor must know may have changed. */
  readonly touchRecord: () => void;
  /** What is held, or which programs run, may have changed. */
  readonly touchHoldings: () => void;
  /** The health process asks for the module of IPVS, which it has no right to load. */
  readonly loadModule: () => void;
  /** Servers of a predecessor leave. */
  readonly onServersLeft: (left: Left) => void;
  readonly onConfigured: (child: ChildName, serial: number) => void;
}

/** The ears of the supervisor. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #vrrp: MessageHandlers<FromVrrp>;
  readonly #health: MessageHandlers<FromHealth>;
  readonly #runner: MessageHandlers<FromRunner>;
  #ipvsAvailable: boolean | undefined;

  constructor(options: HearingOptions) {
    this.#options = options;
    this.#vrrp = this.#vrrpHandlers();
    this.#health = this.#healthHandlers();
    this.#runner = this.#runnerHandlers();
  }

  /** Takes in what the vrrp process says. */
  vrrp(message: FromVrrp): void {
    this.#options.knowledge.hearVrrp(message);
    if (!dispatch(message, this.#vrrp)) this.#unknown('vrrp', message);
  }

  /** Takes in what the health process says. */
  health(message: FromHealth): void {
    this.#options.knowledge.hearHealth(message);
    if (!dispatch(message, this.#health)) this.#unknown('health', message);
  }

  /** Takes in what the runner process says. */
  runner(message: FromRunner): void {
    this.#options.knowledge.hearRunner(message);
    if (!dispatch(message, this.#runner)) this.#unknown('runner', message);
  }

  #unknown(child: ChildName, message: unknown): void {
    const kind = JSON.stringify(kindOf(message) ?? typeof message);
    this.#options.publishing.troubled({
      operation: 'hear-process',
      about: child,
      errno: '',
      detail: `the main process does not know the message ${kind}`,
    });
  }

  #handlersOf(child: ChildName): MessageHandlers<FromChild> {
    const { publishing } = this.#options;
    return {
      ready: () => undefined,
      stopped: () => undefined,
      trouble: ({ trouble }) => publishing.tell(troubleFact(child, trouble)),
      heartbeat: ({ latenessUs }) => {
        publishing.metrics.observe.heartbeat(child, latenessUs);
        if (latenessUs <= LATE_US) return;
        const latenessSeconds = latenessUs / 1e6;
        publishing.tell({ id: 'component.late', component: child, latenessSeconds });
      },
    };
  }

  #vrrpHandlers(): MessageHandlers<FromVrrp> {
    const { publishing, onReply, onConfigured, touchHoldings } = this.#options;
    return {
      ...this.#handlersOf('vrrp'),
      reply: (reply) => onReply('vrrp', reply),
      facts: ({ facts }) => {
        for (const { at, report } of facts) publishing.facts.publish(coreFact(report), at);
      },
      views: () => touchHoldings(),
      configured: ({ serial, instances: objects }) => {
        publishing.tell({ id: 'component.configured', component: 'vrrp', objects });
        onConfigured('vrrp', serial);
      },
    };
  }

  #healthHandlers(): MessageHandlers<FromHealth> {
    const { knowledge, publishing, touchRecord, loadModule, onReply, onConfigured } = this.#options;
    const { onServersLeft } = this.#options;
    return {
      ...this.#handlersOf('health'),
      reply: (reply) => onReply('health', reply),
      facts: ({ facts }) => {
        touchRecord();
        for (const { at, report } of facts) publishing.facts.publish(coreFact(report), at);
      },
      views: ({ virtualServers }) => publishing.metrics.observe.healthViews(virtualServers),
      ipvs: ({ status }) => {
        touchRecord();
        this.#onIpvs(status);
      },
      traffic: () => undefined,
      programmed: () => undefined,
      runProgram: () => undefined,
      cancelProgram: () => undefined,
      preconditions: ({ preconditions }) => {
        for (const change of preconditionChanges(knowledge.preconditions, preconditions)) {
          publishing.tell(preconditionFact(change));
        }
        knowledge.preconditions = preconditions;
      },
      loadModule,
      serversLeft: ({ left }) => onServersLeft(left),
      repaired: ({ operations, repairs }) =>
        publishing.tell({ id: 'ipvs.repaired', operations, repairs }),
      syncChanged: ({ running, isRepair }) =>
        publishing.tell({ id: 'ipvs.sync-changed', running: running.map(syncText), isRepair }),
      settingChanged: ({ setting, value }) =>
        publishing.tell({ id: 'ipvs.setting-changed', setting, value }),
      refusalsEnded: () => publishing.tell({ id: 'ipvs.refusals-ended' }),
      configured: ({ serial, virtualServers: objects, operations }) => {
        publishing.tell({
          id: 'component.configured',
          component: 'health',
          objects,
          operations,
        });
        onConfigured('health', serial);
      },
    };
  }

  #runnerHandlers(): MessageHandlers<FromRunner> {
    const { publishing, onProgramEnded, onDelivered, onConfigured, touchHoldings } = this.#options;
    return {
      ...this.#handlersOf('runner'),
      facts: ({ facts }) => {
        for (const { at, report } of facts) publishing.facts.publish(coreFact(report), at);
      },
      trackers: () => undefined,
      programEnded: ({ end }) => onProgramEnded(end),
      running: () => touchHoldings(),
      fifoOpened: onDelivered,
      written: onDelivered,
      mailEnded: onDelivered,
      configured: ({ serial, trackers: objects }) => {
        publishing.tell({ id: 'component.configured', component: 'runner', objects });
        onConfigured('runner', serial);
      },
    };
  }

  #onIpvs(status: IpvsStatus): void {
    if (status.available === this.#ipvsAvailable) return;
    this.#ipvsAvailable = status.available;
    this.#options.publishing.tell(ipvsFact(status));
  }
}
