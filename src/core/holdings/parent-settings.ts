/**
 * Settings of interfaces that are not ours, changed while an instance needs it: those of the parents of virtual
 * interfaces, and `promote_secondaries`. What they were before is remembered, also in the text on our interfaces, and
 * put back where the value is still ours.
 */
import type { LinkFact, LinkSetting, LinkSettings } from '../base/host.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import {
  type LinkOperation,
  PARENT_SETTINGS,
  settingsOfMark,
  settingsToChange,
} from './link-plan.ts';

/** One setting that was changed. */
export interface ChangedSetting {
  readonly interface: string;
  readonly setting: LinkSetting;
  readonly before: number;
  readonly now: number;
}

/** All of them. */
export class ParentSettings {
  #wanted: ReadonlyMap<string, LinkSettings> = new Map();
  readonly #before = new Map<string, Map<LinkSetting, ChangedSetting>>();
  /** Index of each interface when its settings were last right: another interface has its own values. */
  readonly #ifindex = new Map<string, number>();

  /** True when nothing is wanted and nothing is to be put back. */
  get isIdle(): boolean {
    return this.#wanted.size === 0 && this.#before.size === 0;
  }

  /** What a predecessor has changed. */
  inherit(settings: readonly ChangedSetting[]): void {
    for (const one of settings) this.#remember(one);
  }

  /** What these instances need. */
  configure(instances: readonly VrrpInstanceConfig[]): void {
    const wanted = new Map<string, LinkSettings>();
    const want = (name: string, settings: LinkSettings): void => {
      if (name !== '') wanted.set(name, { ...wanted.get(name), ...settings });
    };
    for (const { interface: base, links = [], options } of instances) {
      for (const { kind, family, parent } of links) {
        if (kind === 'macvlan' && family === 'ipv4') want(parent, PARENT_SETTINGS);
      }
      if (options?.promotesSecondaries) want(base, { promoteSecondaries: 1 });
    }
    this.#wanted = wanted;
  }

  /** What a parent had before; for the text on an interface of ours. */
  before(name: string): LinkSettings {
    const known = [...(this.#before.get(name)?.values() ?? [])];
    const ours = known.filter(({ setting }) => setting in PARENT_SETTINGS);
    return Object.fromEntries(ours.map(({ setting, before }) => [setting, before]));
  }

  /** Makes the settings right. */
  plan(facts: readonly LinkFact[]): LinkOperation[] {
    return [...this.#wanted].flatMap(([name, wanted]) => {
      const fact = facts.find((one) => one.name === name);
      if (fact === undefined) return [];
      this.#recall(fact, facts, wanted);
      const settings = settingsToChange(wanted, fact);
      if (settings === undefined) return [];
      return [{ type: 'change', name, ifindex: fact.ifindex, changes: { settings } }];
    });
  }

  /** Puts back what nobody needs any more, and forgets it. */
  release(facts: readonly LinkFact[]): LinkOperation[] {
    const operations: LinkOperation[] = [];
    for (const [name, settings] of this.#before) {
      const fact = facts.find((one) => one.name === name);
      const back: Partial<Record<LinkSetting, number>> = {};
      for (const [setting, { before, now }] of settings) {
        if (this.#wanted.get(name)?.[setting] !== undefined) continue;
        settings.delete(setting);
        if (fact?.settings[setting] === now && before !== now) back[setting] = before;
      }
      if (settings.size === 0) this.#before.delete(name);
      if (fact === undefined || Object.keys(back).length === 0) continue;
      const { ifindex } = fact;
      operations.push({ type: 'change', name, ifindex, changes: { settings: back } });
    }
    return operations;
  }

  /** What is changed now. */
  changed(): ChangedSetting[] {
    return [...this.#before.values()].flatMap((settings) => [...settings.values()]);
  }

  /** Takes note of what an interface has before it is changed: from a crashed process's mark, or as it is. */
  #recall(fact: LinkFact, facts: readonly LinkFact[], wanted: LinkSettings): void {
    const { name, ifindex } = fact;
    const last = this.#ifindex.get(name);
    // An interface that came back under its name is another one.
    if (last !== undefined && last !== ifindex) this.#before.delete(name);
    this.#ifindex.set(name, ifindex);
    const marked = facts
      .filter(({ parent }) => parent === ifindex)
      .map(settingsOfMark)
      .find((one) => Object.keys(one).length > 0);
    for (const [key, now] of Object.entries(wanted)) {
      const setting = key as LinkSetting;
      if (this.#before.get(name)?.has(setting)) continue;
      const before = marked?.[setting] ?? fact.settings[setting];
      if (before !== undefined) this.#remember({ interface: name, setting, before, now });
    }
  }

  #remember(one: ChangedSetting): void {
    const known = this.#before.get(one.interface) ?? new Map<LinkSetting, ChangedSetting>();
    this.#before.set(one.interface, known);
    known.set(one.setting, one);
  }
}
