/** Sets of ipset(8): what is wished for, what `ipset save` prints, and the lines that make one of the other. */
import type { ToolEnd } from './rule-writer.ts';

/** One set. */
export interface IpSet {
  readonly name: string;
  /** Type and family, as in `create`. */
  readonly type: string;
  /** In the form in which ipset prints them, sorted. */
  readonly members: readonly string[];
}

/** The set in what `ipset save NAME` printed; undefined when there is none. */
export function savedSet(name: string, end: ToolEnd | undefined): IpSet | undefined {
  if (end?.kind !== 'done') return undefined;
  const lines = end.output.split('\n').map((line) => line.trim().split(/\s+/));
  const head = lines.find(([verb, set]) => verb === 'create' && set === name);
  if (head === undefined) return undefined;
  const [, , kind = '', ...options] = head;
  const family = options[options.indexOf('family') + 1] ?? '';
  const members = lines
    .filter(([verb, set]) => verb === 'add' && set === name)
    .map(([, , member = '']) => member)
    .sort();
  return { name, type: `${kind} family ${family}`, members };
}

/** Lines for `ipset restore`; members are added before others are taken out. */
export function setLines(wished: IpSet, seen: IpSet | undefined): readonly string[] {
  const { name, type, members } = wished;
  const there = seen?.members ?? [];
  return [
    ...(seen === undefined ? [`create ${name} ${type}`] : []),
    ...members.filter((one) => !there.includes(one)).map((one) => `add ${name} ${one}`),
    ...there.filter((one) => !members.includes(one)).map((one) => `del ${name} ${one}`),
  ];
}
