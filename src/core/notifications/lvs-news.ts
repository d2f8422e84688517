/** What virtual and real servers tell of themselves: from the facts of their changes to news. */
import { checkMailText, type JudgedCheck } from '../checkers/mail-words.ts';
import { type Fact, type FactOf, factLine } from '../facts/catalogue.ts';
import { serverKey } from '../health/server-key.ts';
import type { CommandConfig } from '../model/command.ts';
import { type Config, endpointKey, type VirtualServerConfig } from '../model/config.ts';
import type { GlobalNotifyConfig, ServerNotifyConfig } from '../model/notify.ts';
import { mailsServer, mailsService } from './alerts.ts';
import { orderLetter, serverLetter, serviceLetter } from './lvs-letters.ts';
import type { Letter, News, ScriptCall } from './news.ts';
import { serverName, serviceNames } from './server-names.ts';

interface Service {
  readonly name: string;
  readonly config: VirtualServerConfig;
  /** Keys of its servers, in the order of the file. */
  readonly servers: readonly string[];
  /** What was told last. */
  told: boolean | undefined;
}

interface Server {
  readonly name: string;
  readonly service: Service;
  readonly notify: ServerNotifyConfig | undefined;
  alive: boolean;
  told: boolean | undefined;
  /** The check that changed last: it is the reason of a change that follows. */
  judged: JudgedCheck | undefined;
}

/** The teller of virtual and real servers. */
export class LvsNews {
  #services = new Map<string, Service>();
  #servers = new Map<string, Server>();
  /** Those that left with the configuration before, until the next one: their end is yet to be heard. */
  #goneServices = new Map<string, Service>();
  #goneServers = new Map<string, Server>();
  #global: GlobalNotifyConfig | undefined;

  /** Takes a configuration; what stays keeps what is known of it. */
  configure(config: Config): void {
    const [services, servers] = [this.#services, this.#servers];
    this.#global = config.global.notify;
    this.#services = new Map();
    this.#servers = new Map();
    const names = serviceNames(config.virtualServers);
    for (const [index, one] of config.virtualServers.entries()) {
      const old = services.get(one.key);
      const keys = one.realServers.map((server) => keyOf(one, server));
      const name = names[index] ?? one.title;
      const service: Service = { name, config: one, servers: keys, told: old?.told };
      this.#services.set(one.key, service);
      for (const [at, key] of keys.entries()) {
        const server = one.realServers[at];
        if (server === undefined || this.#servers.has(key)) continue;
        const known = servers.get(key);
        this.#servers.set(key, {
          name: serverName(server, one),
          service,
          notify: server.notify,
          alive: known?.alive ?? !server.checks.some(({ alpha }) => alpha),
          told: known?.told,
          judged: known?.judged,
        });
      }
    }
    this.#goneServices = without(services, this.#services);
    this.#goneServers = without(servers, this.#servers);
  }

  /** What a fact is worth telling. */
  hear(fact: Fact): readonly News[] {
    switch (fact.id) {
      case 'check.changed':
        return this.#checkChanged(fact);
      case 'server.changed':
        return this.#serverChanged(fact);
      case 'server.ordered':
      case 'server.drained':
        return this.#ordered(fact);
      case 'quorum.changed':
        return this.#quorumChanged(fact.virtualServer, fact.up, fact.aliveWeight);
      case 'virtual-server.removed':
        return this.#quorumChanged(fact.virtualServer, false, 0);
      case 'component.configured':
        if (fact.component !== 'health' || this.#global?.serversAtStart !== true) return [];
        return [...this.#services.values()].flatMap((service) => this.#atStart(service));
      default:
        return [];
    }
  }

  /** Everything has stopped: virtual servers with `omega` tell that they and their servers are down. */
  stop(): readonly News[] {
    return [...this.#services.values()].flatMap((service) => {
      if (!service.config.omega) return [];
      const servers = service.servers.flatMap((key): readonly News[] => {
        const server = this.#servers.get(key);
        return server?.alive === true ? this.#tellServer(server, false, 'Shutting down') : [];
      });
      return [...servers, ...(service.told === true ? this.#tellService(service, false, 0) : [])];
    });
  }

  /** A verdict that changes nothing for its server is mailed when it is bad news; a change tells it itself. */
  #checkChanged(fact: FactOf<'check.changed'>): readonly News[] {
    const { virtualServer, realServer, check, up, result } = fact;
    const server = this.#serverOf(virtualServer, realServer);
    if (server === undefined) return [];
    server.judged = { check, up, detail: result.detail };
    if (up || server.alive) return [];
    // It waited for its first success, and failed: that is told once, and not mailed.
    if (server.told === undefined) return this.#tellServer(server, false);
    if (this.#global?.mail?.everyCheck === false || !this.#isMailed(server)) return [];
    const letter = serverLetter(
      server.name,
      server.service.name,
      false,
      checkMailText(server.judged),
    );
    const name = `${server.name} ${server.service.name}`;
    return [{ subject: { kind: 'server', name }, state: 'DOWN', scripts: [], letter }];
  }

  #serverChanged(fact: FactOf<'server.changed'>): readonly News[] {
    const { virtualServer, realServer, up, reason, removed } = fact;
    const server = this.#serverOf(virtualServer, realServer);
    if (server === undefined) return [];
    const wasAlive = server.alive;
    server.alive = up;
    if (up === server.told || (server.told === undefined && wasAlive === up)) return [];
    return this.#tellServer(server, up, removed === true ? 'Removing' : bodyOf(server, up, reason));
  }

  /** Lines have a first word of their own: a reader that knows `RS` alone is not told of a state that keepalived does not have. */
  #ordered(fact: FactOf<'server.ordered'> | FactOf<'server.drained'>): readonly News[] {
    const server = this.#serverOf(fact.virtualServer, fact.realServer);
    if (server === undefined) return [];
    const state = fact.id === 'server.drained' ? 'DRAINED' : ORDER_WORDS[fact.order.kind];
    const name = `${server.name} ${server.service.name}`;
    const letter = this.#isMailed(server)
      ? orderLetter(server.name, server.service.name, state, factLine(fact).text)
      : undefined;
    const line = { side: 'lvs', text: `ORDER ${name} ${state}` } as const;
    const subject = { kind: 'order', name } as const;
    return [{ subject, state, scripts: [], line, ...(letter && { letter }) }];
  }

  #quorumChanged(key: string, up: boolean, aliveWeight: number): readonly News[] {
    const service = this.#services.get(key) ?? this.#goneServices.get(key);
    if (service === undefined || service.told === up) return [];
    return [...this.#atStart(service), ...this.#tellService(service, up, aliveWeight)];
  }

  /** Keyword `rs_init_notifies`: those that are up from the start are told before their virtual server. */
  #atStart({ servers }: Service): readonly News[] {
    if (this.#global?.serversAtStart !== true) return [];
    return servers.flatMap((key) => {
      const server = this.#servers.get(key);
      return server?.alive === true && server.told === undefined
        ? this.#tellServer(server, true)
        : [];
    });
  }

  #tellServer(server: Server, up: boolean, body?: string): readonly News[] {
    const { name, service, notify } = server;
    server.told = up;
    const isMailed = body !== undefined && this.#isMailed(server);
    const scripts = up ? call('notify_up', notify?.up) : call('notify_down', notify?.down);
    const line = `RS ${name} ${service.name}`;
    const letter = isMailed ? serverLetter(name, service.name, up, body) : undefined;
    return [lvsNews('server', `${name} ${service.name}`, up, { line, scripts, letter })];
  }

  #tellService(service: Service, up: boolean, aliveWeight: number): readonly News[] {
    const { name, config, told } = service;
    const { quorum, hysteresis, notify } = config;
    service.told = up;
    const isStart = told === undefined;
    const numbers = { up, quorum, hysteresis, aliveWeight, isStart };
    const isMailed = mailsService(notify?.mail, this.#global?.mail);
    const scripts = up
      ? call('quorum_up', notify?.quorumUp)
      : call('quorum_down', notify?.quorumDown);
    const letter = isMailed ? serviceLetter(name, numbers) : undefined;
    return [lvsNews('service', name, up, { line: `VS ${name}`, scripts, letter })];
  }

  #isMailed({ notify }: Server): boolean {
    return mailsServer(notify?.mail, this.#global?.mail);
  }

  #serverOf(virtualServer: string, realServer: string): Server | undefined {
    const key = serverKey(virtualServer, realServer);
    return this.#servers.get(key) ?? this.#goneServers.get(key);
  }
}

const ORDER_WORDS = {
  drain: 'DRAIN',
  maintenance: 'MAINTENANCE',
  weight: 'WEIGHT',
  none: 'ENABLE',
} as const;

function keyOf(
  service: VirtualServerConfig,
  server: VirtualServerConfig['realServers'][number],
): string {
  return serverKey(service.key, endpointKey(server.address, server.port));
}

function without<V>(
  old: ReadonlyMap<string, V>,
  next: ReadonlyMap<string, unknown>,
): Map<string, V> {
  return new Map([...old].filter(([key]) => !next.has(key)));
}

/** The check that decided, where it is one; else the reason as the log has it. */
function bodyOf({ judged }: Server, up: boolean, reason: string): string {
  return judged?.up === up ? checkMailText(judged) : reason;
}

function lvsNews(
  kind: 'server' | 'service',
  name: string,
  up: boolean,
  out: {
    readonly line: string;
    readonly scripts: readonly ScriptCall[];
    readonly letter: Letter | undefined;
  },
): News {
  const state = up ? 'UP' : 'DOWN';
  const { scripts, letter } = out;
  const line = { side: 'lvs', text: `${out.line} ${state}` } as const;
  return { subject: { kind, name }, state, scripts, line, ...(letter && { letter }) };
}

function call(keyword: string, command: CommandConfig | undefined): readonly ScriptCall[] {
  return command === undefined ? [] : [{ keyword, turn: 'specific', command, more: [] }];
}
