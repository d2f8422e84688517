/** The small answers of the control socket, and what makes an answer understood. */

/** A reload that was applied. */
export interface ReloadReport {
  readonly changed: boolean;
  readonly warnings: number;
  /** The findings in the form of `tandem check`; empty when there are none. */
  readonly diagnostics: string;
  /** What the kernel refuses of it, one sentence for each reason; absent: nothing. It is tried again. */
  readonly refusals?: readonly string[];
}

/** A mastership that was given away: a sentence for the operator, and the same as data. */
export interface ResignReport {
  readonly instance: string;
  readonly comesBack: boolean;
  readonly afterSeconds: number;
  readonly message: string;
}

/** What of the kernel's IPVS table is Tandem's. */
export interface IpvsShareReport {
  /** Each service by its canonical text, with the name of its virtual server. */
  readonly services: readonly { readonly key: string; readonly title: string }[];
  /** It runs the connection synchronisation. */
  readonly syncDaemon: boolean;
}

/** Who answers. */
export interface VersionReport {
  readonly version: string;
  /** Of the supervisor. */
  readonly pid: number;
}

/** What a field must be: a JSON type, or this very number. */
export type ReplyField = 'text' | 'flag' | 'number' | number;

const TYPES = { text: 'string', flag: 'boolean', number: 'number' } as const;

/** True for an object with these fields. It may have others: what was added later does no harm. */
export function replyHolds(reply: unknown, fields: Readonly<Record<string, ReplyField>>): boolean {
  if (typeof reply !== 'object' || reply === null) return false;
  const found = new Map<string, unknown>(Object.entries(reply));
  return Object.entries(fields).every(([name, field]) =>
    typeof field === 'number' ? found.get(name) === field : typeof found.get(name) === TYPES[field],
  );
}
