/** Chains of our own in a table of iptables, and the lines that make them and remove them, in one transaction for each family (iptables-restore(8)). */
import { equalData } from '../base/equal-data.ts';
import type { IptablesProgram, ToolCall, ToolEnd } from './rule-writer.ts';

/** IPv4 or IPv6: each has programs and rules of its own. */
export type IptablesFamily = 'ipv4' | 'ipv6';

/** Both, in the order in which they are written. */
export const IPTABLES_FAMILIES: readonly IptablesFamily[] = ['ipv4', 'ipv6'];

/** Rules of one family. */
export interface IptablesRules {
  /** Our chains that exist. */
  readonly chains: readonly string[];
  /** Lines of our chains, in order, chain by chain. */
  readonly lines: readonly string[];
  /** Lines of other chains that lead to ours. */
  readonly jumps: readonly string[];
}

/** Nothing of ours. */
export const NO_RULES: IptablesRules = { chains: [], lines: [], jumps: [] };

/** A chain of ours and the one that leads to it. */
export interface ChainLink {
  readonly parent: string;
  readonly own: string;
}

/** Seconds to wait for another program that changes rules. */
const LOCK_SECONDS = '3';

/** The call that reads a table. */
export function saveCall(
  program: IptablesProgram,
  family: IptablesFamily,
  table: string,
): ToolCall {
  return { argv: [`${programOf(program, family)}-save`, '-t', table] };
}

/** The call that carries out lines in a table, all or none. */
export function restoreCall(
  program: IptablesProgram,
  family: IptablesFamily,
  { table, lines }: { readonly table: string; readonly lines: readonly string[] },
): ToolCall {
  return {
    argv: [`${programOf(program, family)}-restore`, '--noflush', '-w', LOCK_SECONDS],
    input: [`*${table}`, ...lines, 'COMMIT', ''].join('\n'),
  };
}

/** Reads what `iptables-save` prints of a table; what failed shows nothing. */
export function savedRules(end: ToolEnd | undefined, own: readonly string[]): IptablesRules {
  if (end?.kind !== 'done') return NO_RULES;
  const chains: string[] = [];
  const lines: string[] = [];
  const jumps: string[] = [];
  for (const line of end.output.split('\n').map((text) => text.trim())) {
    const [, declared] = /^:(\S+) /.exec(line) ?? [];
    if (declared !== undefined && own.includes(declared)) chains.push(declared);
    const [, chain, target] = /^-A (\S+) (?:.* )?-j (\S+)/.exec(line) ?? [];
    if (chain === undefined || target === undefined) continue;
    if (own.includes(chain)) lines.push(line);
    else if (own.includes(target)) jumps.push(line);
  }
  return { chains, lines, jumps };
}

/** Whether anything of ours stands. */
export function isThere({ chains, jumps }: IptablesRules): boolean {
  return chains.length + jumps.length > 0;
}

/** Whether the other chains lead to ours, each once, and only where lines are wished for. */
export function areJumpsRight(
  links: readonly ChainLink[],
  wished: readonly string[],
  { jumps }: IptablesRules,
): boolean {
  return equalData(wished.length === 0 ? [] : [...jumpsOf(links)].sort(), [...jumps].sort());
}

/** What makes the wished lines of what was seen; empty when nothing is to be done. */
export function changeLines(
  links: readonly ChainLink[],
  wished: readonly string[],
  seen: IptablesRules,
): readonly string[] {
  if (wished.length === 0) return removalLines(seen);
  if (equalData(wished, seen.lines) && areJumpsRight(links, wished, seen)) return [];
  const jumps = jumpsOf(links);
  return [
    // This empties a chain that is there.
    ...links.map(({ own }) => `:${own} - [0:0]`),
    ...wished,
    ...jumps
      .filter((jump) => !seen.jumps.includes(jump))
      .map((jump) => jump.replace(/^-A (\S+)/, '-I $1 1')),
    ...surplus(seen.jumps, jumps).map(deletion),
  ];
}

/** What removes all that was seen; empty when nothing is there. */
export function removalLines({ chains, jumps }: IptablesRules): readonly string[] {
  return [
    ...jumps.map(deletion),
    ...chains.map((chain) => `-F ${chain}`),
    ...chains.map((chain) => `-X ${chain}`),
  ];
}

function programOf(program: IptablesProgram, family: IptablesFamily): string {
  return family === 'ipv4' ? program : program.replace('ip', 'ip6');
}

function jumpsOf(links: readonly ChainLink[]): readonly string[] {
  return links.map(({ parent, own }) => `-A ${parent} -j ${own}`);
}

function deletion(line: string): string {
  return line.replace(/^-A/, '-D');
}

/** Of each line one may be there, and of a line that is not wanted none. */
function surplus(there: readonly string[], wished: readonly string[]): readonly string[] {
  return there.filter((line, index) => !wished.includes(line) || there.indexOf(line) !== index);
}
