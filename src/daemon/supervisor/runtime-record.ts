/**
 * What a successor must know if this supervisor is killed: which IPVS services in the kernel are ours,
 * which servers were down, what operators have ordered, and where firewall rules of ours stand.
 */
import type { Trouble } from '../../core/facts/troubles.ts';
import {
  IPTABLES_PROGRAMS,
  type RulePlace,
  type SetNames,
} from '../../core/firewall/rule-writer.ts';
import type { KnownShare } from '../../core/health/events-and-actions.ts';
import { orderBookOf } from '../../core/health/order-record.ts';
import { NO_ORDERS, type OrderBook } from '../../core/health/server-orders.ts';
import type { KnownHealth } from '../frame/messages.ts';
import { RecordFile } from './record-file.ts';
import type { RulePlaces } from './rules.ts';

/** A record larger than this is not ours: 40,000 servers need 3 MB. */
const RECORD_BYTES_MAX = 32 * 1024 * 1024;

/** The content. */
export interface RuntimeFacts {
  readonly owned: readonly string[];
  readonly health: KnownHealth;
  /** What operators have ordered for real servers, and who leaves. */
  readonly orders: OrderBook;
  /** Where firewall rules of ours may stand; absent: nowhere. */
  readonly rules?: RulePlaces;
}

/** No verdict is known. */
export const NO_HEALTH: KnownHealth = { down: [], alive: [], quorumUp: [] };

const NOTHING: RuntimeFacts = { owned: [], health: NO_HEALTH, orders: NO_ORDERS };

/** The record of one runtime directory. */
export class RuntimeRecord {
  readonly #file: RecordFile;

  /**
   * @param collect called when the record is written
   * @param onTrouble told what could not be read or written, and why
   */
  constructor(
    runtimeDir: string,
    collect: () => RuntimeFacts,
    onTrouble: (trouble: Trouble) => void,
  ) {
    const bytesMax = RECORD_BYTES_MAX;
    this.#file = new RecordFile({ runtimeDir, name: 'state.json', bytesMax, collect, onTrouble });
  }

  /** What a predecessor left in this boot; nothing when there is none or it can't be read. */
  read(): RuntimeFacts {
    const parsed = this.#file.read();
    if (parsed === undefined) return NOTHING;
    const { owned, health, orders, rules, firewall } = parsed;
    const places: RulePlaces = {
      // A version before this one kept the places of closed addresses alone.
      ...(Array.isArray(firewall) && { closed: firewall.filter(isRulePlace) }),
      ...rulePlaces(rules),
    };
    return {
      owned: strings(owned),
      health: knownHealth(health),
      orders: orderBookOf(orders),
      ...(Object.keys(places).length > 0 && { rules: places }),
    };
  }

  /** Something may have changed: writes soon, once for many calls. */
  touch(): void {
    this.#file.touch();
  }

  /** Something has changed that nobody may hear of before it is on disk: writes now. */
  write(): void {
    this.#file.write();
  }

  /** An orderly stop removed everything: what operators have ordered is all that is left to know. */
  remove(orders: OrderBook['orders'] = []): void {
    this.#file.remove();
    if (orders.length > 0) this.#file.write({ ...NOTHING, orders: { ...NO_ORDERS, orders } });
  }
}

function knownHealth(value: unknown): KnownHealth {
  if (typeof value !== 'object' || value === null) return NO_HEALTH;
  return {
    down: 'down' in value ? strings(value.down) : [],
    alive: 'alive' in value ? strings(value.alive) : [],
    quorumUp: 'quorumUp' in value ? strings(value.quorumUp) : [],
    ...('shares' in value && Array.isArray(value.shares)
      ? { shares: value.shares.filter(isKnownShare) }
      : {}),
  };
}

function isKnownShare(value: unknown): value is KnownShare {
  const { server, check, share } = (value ?? {}) as Partial<KnownShare>;
  if (typeof server !== 'string' || typeof check !== 'string') return false;
  if (share?.kind === 'add') return Number.isFinite(share.amount);
  return share?.kind === 'replace' && Number.isFinite(share.weight);
}

function rulePlaces(value: unknown): RulePlaces {
  if (typeof value !== 'object' || value === null) return {};
  const places = Object.entries(value).flatMap(([purpose, all]: [string, unknown]) =>
    Array.isArray(all) ? [[purpose, all.filter(isRulePlace)] as const] : [],
  );
  return Object.fromEntries(places);
}

function isRulePlace(value: unknown): value is RulePlace {
  const place = (value ?? {}) as Partial<Record<string, unknown>>;
  if (place['method'] === 'nftables') return typeof place['table'] === 'string';
  const { method, program, table, input, output = '', sets } = place;
  if (method === 'chain') return isProgram(program) && (table === 'nat' || table === 'mangle');
  if (method !== 'iptables' || typeof input !== 'string' || typeof output !== 'string')
    return false;
  if (!isProgram(program)) return false;
  if (sets === undefined) return true;
  const { ipv4, ipv6, linkLocal } = (sets ?? {}) as Partial<SetNames>;
  return [ipv4, ipv6, linkLocal].every((name) => typeof name === 'string');
}

function isProgram(value: unknown): boolean {
  return IPTABLES_PROGRAMS.some((program) => program === value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
