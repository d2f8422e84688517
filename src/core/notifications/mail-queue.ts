/**
 * Alert mails, one after another in the order of what they tell. One that the relay does not take now is tried again,
 * with growing pauses and an end; those behind it wait, because they go to the same relay. Keepalived tries once.
 */
import {
  after,
  type Duration,
  earliest,
  type Instant,
  microseconds,
  toSeconds,
} from '../base/time.ts';
import type { MailConfig } from '../model/notify.ts';
import {
  MAIL_AT_STOP,
  MAIL_ATTEMPTS_MAX,
  MAIL_PAUSE,
  MAIL_PAUSE_MAX,
  MAILS_MAX,
} from './limits.ts';
import { bareAddress, mailMessage } from './mail-message.ts';
import type { Letter } from './news.ts';
import type { MailResult, NotifyAction, OutgoingMail } from './orders.ts';

interface Mail {
  readonly subject: string;
  readonly message: string;
  /** Addresses alone; those that have it already are taken out. */
  recipients: readonly string[];
  attempts: number;
}

/** Who sends, where the configuration does not say it. */
export interface MailOrigin {
  readonly user: string;
  readonly host: string;
}

/** The settings of a mail that can be sent. */
type Relay = MailConfig & { readonly server: string };

/** The mails that wait. */
export class MailQueue {
  readonly #origin: MailOrigin;
  readonly #out: (action: NotifyAction) => void;
  #relay: Relay | undefined;
  #waiting: Mail[] = [];
  #sending: { readonly id: number; readonly mail: Mail } | undefined;
  #pausedUntil: Instant | undefined;
  #isUp = false;
  #isStopping = false;
  /** In a stop: what is not sent by then is given up. */
  #stopsAt: Instant | undefined;
  #sends = 0;

  constructor(origin: MailOrigin, out: (action: NotifyAction) => void) {
    this.#origin = origin;
    this.#out = out;
  }

  /** When the next attempt is due, or the time of a stop is over. */
  get deadline(): Instant | undefined {
    return earliest(this.#pausedUntil, this.#stopsAt);
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#sending === undefined;
  }

  /** Subjects of what has not been delivered. */
  get left(): readonly string[] {
    const all = [...(this.#sending === undefined ? [] : [this.#sending.mail]), ...this.#waiting];
    return all.map(({ subject }) => `mail ${JSON.stringify(subject)}`);
  }

  /** Takes the settings; without a relay nothing can be sent, and what waits is given up. */
  configure(relay: Relay | undefined): void {
    this.#relay = relay;
    if (relay === undefined) this.#giveUp(NO_RELAY);
  }

  /** Sends a letter, or has it wait. `routerId` begins the subject; `date` is when it happened, as in a header. */
  add(
    letter: Letter,
    { routerId, date }: { readonly routerId: string | undefined; readonly date: string },
    now: Instant,
  ): void {
    const relay = this.#relay;
    if (relay === undefined) return;
    const subject = `[${routerId ?? this.#origin.host}] ${letter.subject}`;
    const { recipients } = relay;
    const from = this.#sender(relay);
    const message = mailMessage({ date, from, subject, recipients, body: letter.body });
    const mail = { subject, message, recipients: recipients.map(bareAddress), attempts: 0 };
    this.#waiting.push(mail);
    const oldest = this.#waiting.length > MAILS_MAX ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) this.#lost(oldest, `more than ${MAILS_MAX} mails wait`);
    this.#send(now);
  }

  /** Mails can be sent; or the one that was under way is sent again. */
  runner(isUp: boolean, now: Instant): void {
    this.#isUp = isUp;
    if (this.#sending !== undefined) this.#waiting.unshift(this.#sending.mail);
    this.#sending = undefined;
    this.#send(now);
  }

  /** What came of a mail. */
  ended(id: number, result: MailResult, now: Instant): void {
    const sending = this.#sending;
    if (sending === undefined || sending.id !== id) return;
    this.#sending = undefined;
    const { mail } = sending;
    if (result.kind === 'failed') this.#failed(mail, result, now);
    else this.#sent(mail, result, now);
    this.#send(now);
  }

  /** Nobody waits for a second attempt at a stop. */
  stop(now: Instant): void {
    this.#isStopping = true;
    this.#pausedUntil = undefined;
    this.#stopsAt = after(now, MAIL_AT_STOP);
    this.#send(now);
  }

  /** The pause is over, or the time of a stop. */
  deadlineReached(now: Instant): void {
    if (this.#stopsAt !== undefined && this.#stopsAt <= now) {
      this.#stopsAt = undefined;
      if (this.#sending !== undefined) this.#waiting.unshift(this.#sending.mail);
      this.#sending = undefined;
      this.#giveUp(`it was not sent within the ${toSeconds(MAIL_AT_STOP)} s of a stop`);
    }
    if (this.#pausedUntil === undefined || this.#pausedUntil > now) return;
    this.#pausedUntil = undefined;
    this.#send(now);
  }

  #sent(mail: Mail, { refused }: Extract<MailResult, { kind: 'sent' }>, now: Instant): void {
    const { subject } = mail;
    const names = new Set(refused.map(({ address }) => address));
    const recipients = mail.recipients.filter((address) => !names.has(address));
    if (recipients.length > 0)
      this.#out({ type: 'tell', fact: { id: 'notify.mail-sent', subject, recipients } });
    const final = refused.filter(({ isFinal }) => isFinal);
    const later = refused.filter(({ isFinal }) => !isFinal);
    for (const { address, reason } of final) {
      this.#out({
        type: 'tell',
        fact: { id: 'notify.recipient-refused', subject, address, reason },
      });
    }
    const [first] = later;
    if (first === undefined) return;
    mail.recipients = later.map(({ address }) => address);
    this.#failed(mail, { reason: `${first.address}: ${first.reason}`, isFinal: false }, now);
  }

  #failed(
    mail: Mail,
    { reason, isFinal }: { readonly reason: string; readonly isFinal: boolean },
    now: Instant,
  ): void {
    const isLast = this.#isStopping || mail.attempts >= MAIL_ATTEMPTS_MAX;
    if (isFinal || isLast || this.#relay === undefined) {
      this.#lost(mail, reason);
      return;
    }
    const pause = pauseBehind(mail.attempts);
    this.#pausedUntil = after(now, pause);
    this.#waiting.unshift(mail);
    const { subject, attempts } = mail;
    const seconds = toSeconds(pause);
    this.#out({
      type: 'tell',
      fact: { id: 'notify.mail-delayed', subject, reason, attempts, seconds },
    });
  }

  #giveUp(reason: string): void {
    this.#pausedUntil = undefined;
    for (const mail of this.#waiting.splice(0)) this.#lost(mail, reason);
  }

  #lost({ subject, attempts }: Mail, reason: string): void {
    this.#out({ type: 'tell', fact: { id: 'notify.mail-lost', subject, reason, attempts } });
  }

  #send(now: Instant): void {
    if (!this.#isUp || this.#sending !== undefined) return;
    const relay = this.#relay;
    // Also the one that was under way when the relay left the configuration.
    if (relay === undefined) this.#giveUp(NO_RELAY);
    if (this.#pausedUntil !== undefined && this.#pausedUntil > now) return;
    const mail = this.#waiting.shift();
    if (relay === undefined || mail === undefined) return;
    this.#sends += 1;
    mail.attempts += 1;
    this.#sending = { id: this.#sends, mail };
    this.#out({ type: 'send', mail: this.#outgoing(relay, mail, this.#sends) });
  }

  #outgoing(relay: Relay, { recipients, message }: Mail, id: number): OutgoingMail {
    const { server, port, timeout, heloName = this.#origin.host } = relay;
    const sender = bareAddress(this.#sender(relay));
    return { id, server, port, heloName, timeout, sender, recipients, message };
  }

  #sender({ from }: Relay): string {
    return from ?? `${this.#origin.user}@${this.#origin.host}`;
  }
}

const NO_RELAY = 'the configuration names no relay any more';

/** Three times as long after each attempt. */
function pauseBehind(attempts: number): Duration {
  return microseconds(Math.min(MAIL_PAUSE * 3 ** (attempts - 1), MAIL_PAUSE_MAX));
}
