/** Messages about lines and mails between the supervisor and the runner process. */
import type { MailResult, NotifyAction, Opened, Written } from '../../core/notifications/orders.ts';

/** What is to be delivered. */
export type DeliveryOrder = Extract<NotifyAction, { readonly type: 'fifos' | 'write' | 'send' }>;

/** What came of it. */
export type DeliveryReport =
  | ({ readonly type: 'fifoOpened' } & Opened)
  | ({ readonly type: 'written' } & Written)
  | { readonly type: 'mailEnded'; readonly id: number; readonly result: MailResult };
