/** The table of checkers: everybody who wants to know something about a check asks its row. */
import type { CheckConfig, CheckType } from '../model/config.ts';
import { BFD_CHECK } from './bfd/checker.ts';
import { DNS_CHECK } from './dns/checker.ts';
import { FILE_CHECK } from './file/checker.ts';
import { HTTP_GET, SSL_GET } from './http/checker.ts';
import { MISC_CHECK } from './misc/checker.ts';
import { PING_CHECK } from './ping/checker.ts';
import { SMTP_CHECK } from './smtp/checker.ts';
import { TCP_CHECK } from './tcp/checker.ts';
import type { Checker } from './types.ts';
import { UDP_CHECK } from './udp/checker.ts';

/** One row for each type of check. */
const CHECKERS: Readonly<Record<CheckType, Checker>> = {
  TCP_CHECK,
  HTTP_GET,
  SSL_GET,
  SMTP_CHECK,
  UDP_CHECK,
  DNS_CHECK,
  PING_CHECK,
  MISC_CHECK,
  FILE_CHECK,
  BFD_CHECK,
} satisfies { readonly [T in CheckType]: Checker<CheckConfig & { readonly type: T }> };

/** The keywords of all checkers that are in effect. */
export const CHECK_TYPES: readonly CheckType[] = Object.keys(CHECKERS).filter(isCheckType);

/** True for the keyword of a checker that is in the table. */
export function isCheckType(keyword: string): keyword is CheckType {
  return Object.hasOwn(CHECKERS, keyword);
}

/** The row of a check by its label, `TCP_CHECK#1`; undefined for a label of a type that there is not. */
export function checkerOfLabel(label: string): Checker | undefined {
  const rows: Readonly<Record<string, Checker | undefined>> = CHECKERS;
  return rows[label.replace(/#.*$/, '')];
}

/** The row of a check, or of a type of checks. */
export function checkerOf({ type }: { readonly type: CheckType }): Checker {
  return CHECKERS[type];
}
