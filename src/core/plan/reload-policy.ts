/**
 * Whether a running director takes another configuration: the one answer to that question. The reload by signal, the
 * one by command and `tandem plan` all ask here.
 *
 * What runs is worth more than half of what was meant, so a mistake is a reason to stay with it. Three things are not
 * such a mistake: one that the running configuration has as well, because refusing would not make it better; a state
 * of the host that passes; and anything that is a warning. A start is not as strict: a director that does not start
 * helps nobody.
 */
import type { Diagnostic } from '../language/diagnostic.ts';
import type { Config } from '../model/config.ts';
import { isListOutgrown } from './over-mtu.ts';

/** The parts of a configuration that may not get lost. */
export type ServingParts = Pick<Config, 'vrrpInstances' | 'virtualServers' | 'place'>;

/** What runs. */
export interface RunningConfig {
  /** Only what this director was started for: see `servingParts`. */
  readonly config: ServingParts;
  /** `mistakesOf` its findings. */
  readonly mistakes: Mistakes;
}

/** What was read. */
export interface LoadedFile {
  /** Absent when nothing can be run from the file. */
  readonly config: ServingParts | undefined;
  readonly findings: readonly Diagnostic[];
  /** All errors, those beyond the limit of findings included. */
  readonly errors: number;
}

/** The errors of a configuration, in a form that outlives its line numbers. JSON. */
export interface Mistakes {
  /** What each is and where it stands. */
  readonly known: readonly string[];
  /** Errors beyond the limit of findings, of which only the number is known. */
  readonly further: number;
}

/** What a director was started for. */
export interface ServingRoles {
  readonly vrrp: boolean;
  readonly health: boolean;
}

/** What the operator asked for by name. */
export interface ReloadWishes {
  /** That all instances, or all virtual servers, may go. */
  readonly allowEmpty: boolean;
}

/** The answer. */
export interface ReloadVerdict {
  readonly isRefused: boolean;
  /** Why it is refused; a phrase each, to stand behind a colon. Empty otherwise. */
  readonly reasons: readonly string[];
  /** The findings as they are to be said: errors that are no reason to refuse are warnings that say why. */
  readonly findings: readonly Diagnostic[];
  /** Of the findings above and those beyond the limit. */
  readonly errors: number;
  readonly warnings: number;
}

/** How a reload that takes everything away is asked for. */
export const ALLOW_EMPTY = 'tandem reload --allow-empty';

/** What a director serves of its configuration: one that was started without VRRP, for instance, has no instance to lose. */
export function servingParts(
  { vrrpInstances, virtualServers, place }: ServingParts,
  roles: ServingRoles,
): ServingParts {
  return {
    vrrpInstances: roles.vrrp ? vrrpInstances : [],
    virtualServers: roles.health ? virtualServers : [],
    ...(place === undefined ? {} : { place }),
  };
}

/** Decides. */
export function mayReload(
  running: RunningConfig,
  loaded: LoadedFile,
  wishes: ReloadWishes,
): ReloadVerdict {
  const known = new Set(running.mistakes.known);
  const before = running.config.vrrpInstances;
  const after = loaded.config?.vrrpInstances ?? [];
  const findings = loaded.findings.map((item) =>
    isListOutgrown(item, before, after) ? item : asSaid(item, known),
  );
  const further = Math.max(0, mistakesOf(loaded).further - running.mistakes.further);
  const errors = findings.filter(isError).length + further;
  const reasons: string[] = [];
  if (errors > 0) reasons.push(errors === 1 ? '1 error' : `${errors} errors`);
  else if (loaded.config === undefined) reasons.push('nothing can be run from it');
  else if (moves(running.config, loaded.config).length > 0)
    reasons.push(...moves(running.config, loaded.config));
  else if (!wishes.allowEmpty) reasons.push(...losses(running.config, loaded.config));
  return {
    isRefused: reasons.length > 0,
    reasons,
    findings,
    errors,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
  };
}

/** The mistakes of what was read, for the reload after it. */
export function mistakesOf({ findings, errors }: Omit<LoadedFile, 'config'>): Mistakes {
  const kept = findings.filter(isError);
  return {
    known: [...new Set(kept.map(mistakeKey))],
    further: Math.max(0, errors - kept.length),
  };
}

/**
 * The same for one mistake in two versions of a file: the code, the blocks around it, the words it is about and what
 * is said of them.
 */
function mistakeKey({ code, within = [], message, span, sourceLine = '' }: Diagnostic): string {
  const start = (span?.column ?? 1) - 1;
  const words = sourceLine.slice(start, start + (span?.length ?? 0));
  return [code, ...within, words, message].join('\n');
}

function asSaid(item: Diagnostic, known: ReadonlySet<string>): Diagnostic {
  if (!isError(item) || item.refuses) return item;
  if (item.cause === 'host') return asWarning(item, 'this state of the host may pass');
  if (known.has(mistakeKey(item)))
    return asWarning(item, 'the running configuration has this mistake too');
  return item;
}

function asWarning(item: Diagnostic, why: string): Diagnostic {
  return { ...item, severity: 'warning', message: `${item.message} (no reason to refuse: ${why})` };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** A file that was emptied or cut off while it was written is valid, and hardly ever meant. */
/** Words that name where a director runs, by their field; it can't be moved while it runs. */
const PLACE_WORDS = {
  namespace: 'net_namespace',
  ipvsNamespace: 'net_namespace_ipvs',
  instance: 'instance',
} as const;

function moves(
  { place: before = {} }: ServingParts,
  { place: after = {} }: ServingParts,
): string[] {
  const fields = Object.keys(PLACE_WORDS) as (keyof typeof PLACE_WORDS)[];
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => `${PLACE_WORDS[field]} changes, which takes a restart`);
}

function losses(running: ServingParts, next: ServingParts): string[] {
  const lost = [
    lostAll(running.vrrpInstances.length, next.vrrpInstances.length, 'VRRP instance'),
    lostAll(running.virtualServers.length, next.virtualServers.length, 'virtual server'),
  ].filter((part) => part !== undefined);
  if (lost.length === 0) return [];
  return [`it would remove ${lost.join(' and ')}; if that is meant: ${ALLOW_EMPTY}`];
}

function lostAll(before: number, after: number, what: string): string | undefined {
  if (before === 0 || after > 0) return undefined;
  return before === 1 ? `the only ${what}` : `all ${before} ${what}s`;
}
