/**
 * One probe for all checks that ask the same at the same rhythm, in whatever virtual server: its result is that of each. A host that
 * serves under a hundred virtual addresses is asked once. Each check judges the result on its own, so what differs
 * (`alpha`, `inhibit_on_failure`, what was known before) stays its own. A check that connects to nothing is not shared: a program may count
 * its runs, or change something.
 */
import { checkerOf } from '../checkers/table.ts';
import { type CheckConfig, endpointKey } from '../model/config.ts';
import { OWN_MATTERS } from './check-matching.ts';
import type { Check, ProbeGroup } from './server-tree.ts';

/** What is known of one question: the check that alone asks it, or those that share it. */
type Askers = Check | ProbeGroup;

/** Which checks share probes with which. */
export class SharedProbes {
  /** By endpoint; the questions that it is asked are told apart only where there are several checks. */
  readonly #known = new Map<string, Check | Map<string, Askers>>();

  /** Takes a check in; gives one of those that it shares probes with, if there are any. */
  add(check: Check): Check | undefined {
    const place = placeOf(check.config);
    if (place === undefined) return undefined;
    const known = this.#known.get(place);
    if (known === undefined) {
      this.#known.set(place, check);
      return undefined;
    }
    const questions =
      known instanceof Map ? known : new Map<string, Askers>([[questionOf(known.config), known]]);
    this.#known.set(place, questions);
    const question = questionOf(check.config);
    const askers = questions.get(question);
    if (askers === undefined) {
      questions.set(question, check);
      return undefined;
    }
    const group = 'members' in askers ? askers : { members: new Set([askers]), asking: undefined };
    questions.set(question, group);
    const [other] = group.members;
    group.members.add(check);
    for (const one of [other, check]) if (one !== undefined) one.group = group;
    return other;
  }

  /** Takes a check out, with the configuration that it was taken in with. */
  remove(check: Check): void {
    const place = placeOf(check.config);
    if (place === undefined) return;
    const known = this.#known.get(place);
    if (known === check) this.#known.delete(place);
    if (!(known instanceof Map)) return;
    check.group?.members.delete(check);
    if (check.group === undefined || check.group.members.size === 0) {
      known.delete(questionOf(check.config));
      if (known.size === 0) this.#known.delete(place);
    }
    check.group = undefined;
  }
}

/** Where a check connects to first; undefined for one that connects to nothing. */
function placeOf(config: CheckConfig): string | undefined {
  const target = checkerOf(config).endpoints(config)[0];
  return target === undefined ? undefined : endpointKey(target.address, target.port);
}

/** What has to be the same: what is asked, of whom, from where, and the rhythm. */
function questionOf(config: CheckConfig): string {
  return JSON.stringify(Object.entries(config).filter(([name]) => !OWN_MATTERS.has(name)));
}
