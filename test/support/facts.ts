/** Facts as a reader sees them. */
import { type Fact, factLine } from '../../src/core/facts/catalogue.ts';
import { coreFact } from '../../src/core/facts/from-cores.ts';
import type { VrrpNotice } from '../../src/core/vrrp/notices.ts';

/** The text of a fact. */
export function factText(fact: Fact): string {
  return factLine(fact).text;
}

/** The text of a notice, without the name of its instance in front. */
export function noticeText(notice: VrrpNotice): string {
  const text = factText(coreFact({ ...notice, type: 'notice' }));
  const { instance } = notice;
  return instance === undefined ? text : text.replace(`${instance}: `, '');
}

/** The name of a notice: its id without the part. */
export function noticeName({ id }: VrrpNotice): string {
  return id.replace('vrrp.', '');
}
