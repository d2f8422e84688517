/** What became of notifications, as the metrics count it. */
import type { Fact } from '../../../core/facts/catalogue.ts';

/** So many deliveries with one result. */
export interface Delivery {
  readonly sink: 'script' | 'fifo' | 'smtp';
  readonly result: 'ok' | 'failed' | 'coalesced' | 'dropped';
  readonly count: number;
}

/** Every pair of sink and result that is counted, from zero. */
export const DELIVERIES: readonly Omit<Delivery, 'count'>[] = [
  { sink: 'script', result: 'failed' },
  { sink: 'script', result: 'coalesced' },
  { sink: 'fifo', result: 'failed' },
  { sink: 'fifo', result: 'coalesced' },
  { sink: 'smtp', result: 'ok' },
  { sink: 'smtp', result: 'failed' },
  { sink: 'smtp', result: 'dropped' },
];

/** What a fact about notifications counts as; a mail counts as failed with each attempt, as dropped when it is given up. */
export function deliveriesOf(fact: Fact): readonly Delivery[] {
  switch (fact.id) {
    case 'notify.script-failed':
      return [{ sink: 'script', result: 'failed', count: 1 }];
    case 'notify.states-skipped':
      return [{ sink: 'script', result: 'coalesced', count: fact.count }];
    case 'notify.fifo-failed':
      return [{ sink: 'fifo', result: 'failed', count: 1 }];
    case 'notify.lines-dropped':
      return [{ sink: 'fifo', result: 'coalesced', count: fact.lines }];
    case 'notify.mail-sent':
      return [{ sink: 'smtp', result: 'ok', count: 1 }];
    case 'notify.mail-delayed':
    case 'notify.recipient-refused':
      return [{ sink: 'smtp', result: 'failed', count: 1 }];
    case 'notify.mail-lost':
      return [{ sink: 'smtp', result: 'dropped', count: 1 }];
    default:
      return [];
  }
}
