/**
 * What a successor must know if this supervisor is killed: which IPVS services in the kernel are ours,
 * which servers were down, and where firewall rules of ours stand. Kept in the runtime directory, which a reboot empties; the boot id in it
 * guards against runtime directories that survive one.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { RulePlace, SetNames } from '../../core/firewall/rule-writer.ts';
import type { KnownShare } from '../../core/health/events-and-actions.ts';
import type { KnownHealth } from '../frame/messages.ts';
import { fileTrouble, readOwnFile, writeNewFile } from './runtime-files.ts';

/** A record larger than this is not ours: 40,000 servers need 3 MB. */
const RECORD_BYTES_MAX = 32 * 1024 * 1024;
/** Changes are gathered this long before they are written, milliseconds. */
const GATHER_MS = 200;

/** The content. */
export interface RuntimeFacts {
  readonly owned: readonly string[];
  readonly health: KnownHealth;
  /** Where firewall rules of ours may stand; absent: nowhere. */
  readonly firewall?: readonly RulePlace[];
}

/** No verdict is known. */
export const NO_HEALTH: KnownHealth = { down: [], alive: [], quorumUp: [] };

const NOTHING: RuntimeFacts = { owned: [], health: NO_HEALTH };

/** The record of one runtime directory. */
export class RuntimeRecord {
  readonly #path: string;
  readonly #bootId: string;
  readonly #collect: () => RuntimeFacts;
  readonly #onTrouble: (trouble: Trouble) => void;
  #timer: NodeJS.Timeout | undefined;
  #written = '';

  /**
   * @param collect called when the record is written
   * @param onTrouble told what could not be read or written, and why
   */
  constructor(
    runtimeDir: string,
    collect: () => RuntimeFacts,
    onTrouble: (trouble: Trouble) => void,
  ) {
    this.#onTrouble = onTrouble;
    this.#path = join(runtimeDir, 'state.json');
    this.#bootId = bootId();
    this.#collect = collect;
  }

  /** What a predecessor left in this boot; nothing when there is none or it can't be read. */
  read(): RuntimeFacts {
    try {
      const text = readOwnFile(this.#path, RECORD_BYTES_MAX);
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== 'object' || parsed === null) return NOTHING;
      if (!('bootId' in parsed) || parsed.bootId !== this.#bootId) return NOTHING;
      return {
        owned: 'owned' in parsed ? strings(parsed.owned) : [],
        health: 'health' in parsed ? knownHealth(parsed.health) : NO_HEALTH,
        ...('firewall' in parsed && Array.isArray(parsed.firewall)
          ? { firewall: parsed.firewall.filter(isRulePlace) }
          : {}),
      };
    } catch (error) {
      // Absent at every first start; unreadable means that we know nothing, which is safe.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#failed('read', error);
      return NOTHING;
    }
  }

  /** Something may have changed: writes soon, once for many calls. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, GATHER_MS);
  }

  /** An orderly stop removed everything: nothing is left to know. */
  remove(): void {
    clearTimeout(this.#timer);
    try {
      rmSync(this.#path, { force: true });
    } catch (error) {
      this.#failed('remove', error);
    }
  }

  #write(): void {
    const text = JSON.stringify({ bootId: this.#bootId, ...this.#collect() });
    if (text === this.#written) return;
    const draft = `${this.#path}.new`;
    let isDrafted = false;
    try {
      writeNewFile(draft, text);
      isDrafted = true;
      renameSync(draft, this.#path);
      this.#written = text;
    } catch (error) {
      // A full disk must not stop us: the record only helps a successor; the next change tries again.
      this.#written = '';
      this.#failed('write', error);
      if (isDrafted) rmSync(draft, { force: true });
    }
  }

  #failed(what: 'read' | 'write' | 'remove', error: unknown): void {
    this.#onTrouble(fileTrouble(`${what}-record`, this.#path, error));
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

function isRulePlace(value: unknown): value is RulePlace {
  const place = (value ?? {}) as Partial<Record<string, unknown>>;
  if (place['method'] === 'nftables') return typeof place['table'] === 'string';
  const { method, program, input, output = '', sets } = place;
  if (method !== 'iptables' || typeof input !== 'string' || typeof output !== 'string')
    return false;
  if (program !== 'iptables' && program !== 'iptables-legacy') return false;
  if (sets === undefined) return true;
  const { ipv4, ipv6, linkLocal } = (sets ?? {}) as Partial<SetNames>;
  return [ipv4, ipv6, linkLocal].every((name) => typeof name === 'string');
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
