/** Reads `ipvsadm.json`: command lines of ipvsadm with what it printed and its exit status. */
import { readFileSync } from 'node:fs';

/** One call. */
export interface IpvsadmStep {
  readonly run: readonly string[];
  /** Of `-R`. */
  readonly input?: string;
  /** Standard output and standard error; absent = nothing. */
  readonly out?: string;
  readonly err?: string;
  /** 0 when absent. */
  readonly status?: number;
}

/** Calls one after the other. */
export interface IpvsadmPart {
  readonly name: string;
  /** On the table that the part before it left; else on an empty one. */
  readonly goesOn?: boolean;
  /** Addresses of hosts by their names; an alias is known in this direction only. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly aliases?: Readonly<Record<string, string>>;
  /** Interfaces with an address. */
  readonly interfaces?: readonly string[];
  readonly steps: readonly IpvsadmStep[];
}

/** Words of a command line with blanks between, and what is said against it; empty = nothing. */
export type IpvsadmVerdict = readonly [words: string, complaint: string];

interface VectorFile {
  readonly parts: readonly IpvsadmPart[];
  readonly options: readonly IpvsadmVerdict[];
  readonly listings: readonly IpvsadmVerdict[];
}

/** All parts, each option with each command, and pairs of listings. */
export const IPVSADM: VectorFile = JSON.parse(
  readFileSync(new URL('./ipvsadm.json', import.meta.url), 'utf8'),
);
