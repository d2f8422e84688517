/** What instances and sync groups tell of themselves: from the facts of their changes to news. */
import type { Fact } from '../facts/catalogue.ts';
import type { Config, SyncGroupConfig, VrrpInstanceConfig } from '../model/config.ts';
import type {
  GlobalNotifyConfig,
  InstanceNotifyConfig,
  VrrpNotifyConfig,
} from '../model/notify.ts';
import type { VrrpState } from '../vrrp/events-and-actions.ts';
import { mailsVrrp } from './alerts.ts';
import type { Letter, News, ScriptCall, StateWord } from './news.ts';
import { groupLetter, instanceLetter, type VrrpTold } from './vrrp-letters.ts';

/** States that are told. */
type ToldState = Exclude<VrrpState, 'INIT'>;

interface Instance {
  name: string;
  config: VrrpInstanceConfig;
  priority: number;
  /** What was told last. */
  told: StateWord | undefined;
  /** The present state, also while nothing is told of it. */
  state: ToldState | undefined;
  /** It has left the configuration, and its end has not been heard yet. */
  isGone: boolean;
}

interface Group {
  config: SyncGroupConfig;
  told: StateWord | undefined;
}

/** The priority of a group in lines and arguments, always. */
const GROUP_PRIORITY = 0;

/** The teller of instances and groups. */
export class VrrpNews {
  #instances = new Map<string, Instance>();
  #groups = new Map<string, Group>();
  #global: GlobalNotifyConfig | undefined;
  #isStopping = false;

  /** Takes a configuration; what has left it is known until its end is heard. */
  configure(config: Config): void {
    const instances = new Map<string, Instance>();
    for (const one of config.vrrpInstances) {
      const old = this.#instances.get(one.name);
      if (old === undefined || old.isGone) instances.set(one.name, newInstance(one));
      else instances.set(one.name, Object.assign(old, { config: one }));
    }
    for (const [name, old] of this.#instances) {
      if (!instances.has(name) && !old.isGone)
        instances.set(name, Object.assign(old, { isGone: true }));
    }
    this.#instances = instances;
    this.#groups = new Map(
      config.syncGroups.map((one) => [
        one.name,
        { config: one, told: this.#groups.get(one.name)?.told },
      ]),
    );
    this.#global = config.global.notify;
  }

  /** What a fact is worth telling. */
  hear(fact: Fact): readonly News[] {
    switch (fact.id) {
      case 'vrrp.transition':
        return this.#transition(fact.instance, fact.to, fact.reason === 'shutdown');
      case 'vrrp.group-transition':
        return this.#groupTransition(fact.group, fact.to);
      case 'vrrp.priority-changed':
        return this.#priorityChanged(fact.instance, fact.to);
      case 'vrrp.lowerPriorityHeard':
        return this.#lowerPriority(fact.instance);
      case 'vrrp.renamed':
        for (const { from, to } of fact.renamed) this.#rename(from, to);
        return [];
      case 'component.started':
        // Its machines begin with the priority of the configuration, and tell what differs.
        if (fact.component === 'vrrp') this.#forgetPriorities();
        return [];
      case 'reload.applied':
        return this.#global?.statesOnReload === true ? this.#allStates() : [];
      case 'daemon.stopping':
        this.#isStopping = true;
        return [];
      default:
        return [];
    }
  }

  /** Everything has stopped: the STOP of all that has not told it yet. */
  stop(): readonly News[] {
    this.#isStopping = true;
    return [
      ...[...this.#instances.values()].flatMap((one) => this.#tellInstance(one, 'STOP')),
      ...[...this.#groups.values()].flatMap((one) => this.#tellGroup(one, 'STOP')),
    ];
  }

  #transition(name: string, to: VrrpState, isShutdown: boolean): readonly News[] {
    const instance = this.#instances.get(name);
    if (instance === undefined) return [];
    if (to !== 'INIT') {
      instance.state = to;
      return this.#tellInstance(instance, to);
    }
    instance.state = undefined;
    if (isShutdown) return this.#tellInstance(instance, 'STOP');
    if (!instance.isGone) return [];
    this.#instances.delete(name);
    return this.#tellGone(instance);
  }

  #groupTransition(name: string, to: VrrpState): readonly News[] {
    const group = this.#groups.get(name);
    if (group === undefined) return [];
    if (to !== 'INIT') return this.#tellGroup(group, to);
    return this.#isStopping ? this.#tellGroup(group, 'STOP') : [];
  }

  /** Only FIFOs get it. */
  #priorityChanged(name: string, priority: number): readonly News[] {
    const instance = this.#instances.get(name);
    if (instance === undefined) return [];
    instance.priority = priority;
    const { state } = instance;
    if ((state !== 'MASTER' && state !== 'BACKUP') || !this.#tellsPriority(instance)) return [];
    const word = state === 'MASTER' ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY';
    return [instanceNews(instance, word, [])];
  }

  #tellsPriority({ name, config }: Instance): boolean {
    const group = [...this.#groups.values()].find((one) => one.config.members.includes(name));
    return (
      config.notify?.priorityChanges ??
      group?.config.notify?.priorityChanges ??
      this.#global?.priorityChanges ??
      false
    );
  }

  #lowerPriority(name: string | undefined): readonly News[] {
    const instance = name === undefined ? undefined : this.#instances.get(name);
    if (instance === undefined) return [];
    const command = instance.config.notify?.lowerPriority;
    const scripts: ScriptCall[] =
      command === undefined
        ? []
        : [{ keyword: 'notify_master_rx_lower_pri', turn: 'heard', command, more: [] }];
    return [instanceNews(instance, 'MASTER_RX_LOWER_PRI', scripts)];
  }

  #rename(from: string, to: string): void {
    const instance = this.#instances.get(from);
    if (instance === undefined) return;
    this.#instances.delete(from);
    this.#instances.set(to, Object.assign(instance, { name: to }));
  }

  #forgetPriorities(): void {
    for (const instance of this.#instances.values()) instance.priority = instance.config.priority;
  }

  /** Lines only: scripts and mails are for changes. */
  #allStates(): readonly News[] {
    const instances = [...this.#instances.values()].flatMap((one) =>
      one.told === undefined ? [] : [instanceNews(one, one.told, [])],
    );
    const groups = [...this.#groups.values()].flatMap((one) =>
      one.told === undefined ? [] : [groupNews(one, one.told, [])],
    );
    return [...instances, ...groups];
  }

  #tellInstance(instance: Instance, state: VrrpTold): readonly News[] {
    if (instance.told === state || (state === 'STOP' && instance.told === undefined)) return [];
    instance.told = state;
    const { name, config, priority } = instance;
    const scripts = scriptsOf(config.notify, state, ['INSTANCE', name, state, String(priority)]);
    return [instanceNews(instance, state, scripts, this.#letterOf(instance, state))];
  }

  /** A deleted instance reports what `notify_deleted` says: DELETED, or FAULT without its script. */
  #tellGone(instance: Instance): readonly News[] {
    const { name, config, priority, told } = instance;
    const { deleted, any } = config.notify ?? {};
    const state = deleted === undefined ? 'FAULT' : 'DELETED';
    if (told === undefined || told === state) return [];
    const more = ['INSTANCE', name, state, String(priority)];
    const scripts =
      state === 'DELETED'
        ? scriptsOf(config.notify, state, more)
        : call('notify', 'generic', any, more);
    return [instanceNews(instance, state, scripts, this.#letterOf(instance, state))];
  }

  #tellGroup(group: Group, state: Exclude<VrrpTold, 'DELETED'>): readonly News[] {
    if (group.told === state || (state === 'STOP' && group.told === undefined)) return [];
    group.told = state;
    const { name, notify } = group.config;
    const more = ['GROUP', name, state, String(GROUP_PRIORITY)];
    const letter = this.#isMailed(notify?.mail, state) ? groupLetter(name, state) : undefined;
    return [groupNews(group, state, scriptsOf(notify, state, more), letter)];
  }

  #letterOf({ name, config }: Instance, state: VrrpTold): Letter | undefined {
    return this.#isMailed(config.notify?.mail, state) ? instanceLetter(name, state) : undefined;
  }

  #isMailed(own: boolean | undefined, state: VrrpTold): boolean {
    const mail = this.#global?.mail;
    return mailsVrrp(own, mail) && (state !== 'FAULT' || mail?.faults !== false);
  }
}

function newInstance(config: VrrpInstanceConfig): Instance {
  const { name, priority } = config;
  return { name, config, priority, told: undefined, state: undefined, isGone: false };
}

function instanceNews(
  { name, priority }: Instance,
  state: StateWord,
  scripts: readonly ScriptCall[],
  letter?: Letter,
): News {
  const text = `INSTANCE "${name}" ${state} ${priority}`;
  return vrrpNews('instance', name, state, { text, scripts, letter });
}

function groupNews(
  { config: { name } }: Group,
  state: StateWord,
  scripts: readonly ScriptCall[],
  letter?: Letter,
): News {
  const text = `GROUP "${name}" ${state} ${GROUP_PRIORITY}`;
  return vrrpNews('group', name, state, { text, scripts, letter });
}

function vrrpNews(
  kind: 'instance' | 'group',
  name: string,
  state: StateWord,
  out: {
    readonly text: string;
    readonly scripts: readonly ScriptCall[];
    readonly letter: Letter | undefined;
  },
): News {
  const { text, scripts, letter } = out;
  const line = { side: 'vrrp', text } as const;
  return { subject: { kind, name }, state, scripts, line, ...(letter && { letter }) };
}

/** The script of the state first, then the one for every state. */
function scriptsOf(
  notify: (VrrpNotifyConfig & Pick<InstanceNotifyConfig, 'deleted'>) | undefined,
  state: VrrpTold,
  more: readonly string[],
): readonly ScriptCall[] {
  if (notify === undefined) return [];
  const commands = {
    MASTER: notify.master,
    BACKUP: notify.backup,
    FAULT: notify.fault,
    STOP: notify.stop,
    DELETED: notify.deleted?.command,
  };
  const keyword = `notify_${state.toLowerCase()}`;
  return [
    ...call(keyword, 'specific', commands[state]),
    ...call('notify', 'generic', notify.any, more),
  ];
}

function call(
  keyword: string,
  turn: ScriptCall['turn'],
  command: ScriptCall['command'] | undefined,
  more: readonly string[] = [],
): readonly ScriptCall[] {
  return command === undefined ? [] : [{ keyword, turn, command, more }];
}
