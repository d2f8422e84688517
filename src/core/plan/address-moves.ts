/**
 * What becomes of the virtual addresses that an instance gives up: they leave the host, or another instance of
 * the new configuration has them. Then they stay on the interface when both are master (the vrrp process sees
 * all orders of a reload together), and are away until the new holder is master otherwise.
 */

import { addressIdentity } from '../language/settings/texts.ts';
import type { Config, VrrpInstanceConfig } from '../model/config.ts';
import { matchInstances, reloadVerdict } from '../vrrp/reload.ts';
import type { RunningFacts } from './config-plan.ts';

/** Sentences by name of the running instance. */
export function addressMoves(
  running: Config,
  next: Config,
  facts: RunningFacts,
): ReadonlyMap<string, readonly string[]> {
  const matches = matchInstances(running.vrrpInstances, next.vrrpInstances);
  const successors = new Map<string, VrrpInstanceConfig>();
  const holders = new Map<string, VrrpInstanceConfig>();
  for (const one of next.vrrpInstances) {
    const old = matches.get(one.name);
    if (old !== undefined) successors.set(old.name, one);
    for (const address of addressesOf(one)) {
      const key = addressIdentity(address);
      if (!holders.has(key)) holders.set(key, one);
    }
  }
  /** Whether an instance of the new configuration is master now and goes on; undefined when unknown. */
  const goesOnAsMaster = (one: VrrpInstanceConfig): boolean | undefined => {
    const old = matches.get(one.name);
    if (old === undefined || reloadVerdict(old, one) === 'restart') return false;
    return isMaster(facts, old.name);
  };
  const found = new Map<string, readonly string[]>();
  for (const one of running.vrrpInstances) {
    const kept = new Set(addressesOf(successors.get(one.name)).map(addressIdentity));
    const isHeld = isMaster(facts, one.name);
    const given = addressesOf(one).filter((address) => !kept.has(addressIdentity(address)));
    if (given.length === 0 || isHeld === false) continue;
    const sentences = new Map<string, string[]>();
    for (const address of given) {
      const holder = holders.get(addressIdentity(address));
      const stays = holder && and(isHeld, goesOnAsMaster(holder));
      const what = fate(holder?.name, address.interface, stays);
      sentences.set(what, [...(sentences.get(what) ?? []), address.address]);
    }
    found.set(
      one.name,
      Array.from(sentences, ([what, addresses]) =>
        what === LEAVES && addresses.length === addressesOf(one).length
          ? 'its addresses leave this host'
          : `${addresses.join(', ')}: ${what}`,
      ),
    );
  }
  return found;
}

const LEAVES = 'leaves this host';

function fate(holder: string | undefined, device: string, stays: boolean | undefined): string {
  if (holder === undefined) return LEAVES;
  if (stays === undefined) return `moves to ${holder}; stays on ${device} if both are master`;
  return stays
    ? `moves to ${holder} and stays on ${device}: both are master`
    : `moves to ${holder}; leaves ${device} until ${holder} is master here`;
}

function and(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function isMaster(facts: RunningFacts, name: string): boolean | undefined {
  const state = facts.vrrp?.get(name)?.state;
  return state === undefined ? undefined : state === 'MASTER';
}

function addressesOf(one: VrrpInstanceConfig | undefined): VrrpInstanceConfig['addresses'] {
  return one === undefined ? [] : [...one.addresses, ...one.excludedAddresses];
}
