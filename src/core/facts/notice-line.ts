/** What the facts of notices have in common: their fields, and how their lines begin and end. */
import type { NoticeId, VrrpNotice } from '../vrrp/notices.ts';

/** What each notice of this id carries. */
export type NoticeFields<Id extends NoticeId> = FieldsOf<VrrpNotice, Id>;

type FieldsOf<Notice, Id> = Notice extends { readonly id: infer Ids }
  ? Id extends Ids
    ? Omit<Notice, 'id'>
    : never
  : never;

/** Fields that all of them have, for the manual. */
export const COMMON = {
  instance: 'name of the instance',
  suppressed: 'how many more there were since the last such line',
} as const;

/** `VI_1: TEXT (and 3 more since)`. */
export function line(
  { instance, suppressed }: Pick<VrrpNotice, 'instance' | 'suppressed'>,
  text: string,
): string {
  const more = suppressed === undefined ? '' : ` (and ${suppressed} more since)`;
  return `${instance === undefined ? '' : `${instance}: `}${text}${more}`;
}
