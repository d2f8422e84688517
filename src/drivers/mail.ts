/**
 * Hands one mail to a relay by SMTP (RFC 5321), over the `nodemailer` library, which is loaded with the first mail. The
 * socket is ours: whatever the relay does, each phase, the whole and what it may say are limited.
 */
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import type { MailResult, OutgoingMail, RefusedRecipient } from '../core/notifications/orders.ts';

/** What a relay may say about one mail, bytes. */
const SAID_MAX = 65_536;
/** A mail may take so many times the limit of one answer. */
const WHOLE_FACTOR = 4;
/** Of what a relay said so much is kept. */
const REASON_MAX = 200;

/** The parts of nodemailer's `SMTPConnection` that are used. */
interface SmtpConnection {
  connect(done: (error?: Error) => void): void;
  send(
    envelope: { readonly from: string; readonly to: readonly string[] },
    message: string,
    done: (
      error: SmtpError | null,
      info?: { readonly rejectedErrors?: readonly SmtpError[] },
    ) => void,
  ): void;
  quit(): void;
  close(): void;
  on(event: 'error', heard: (error: SmtpError) => void): void;
  on(event: 'end', heard: () => void): void;
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly response?: string;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly SmtpError[];
}

type SmtpConstructor = new (options: object) => SmtpConnection;

const load: NodeJS.Require = createRequire(import.meta.url);

/** Sends a mail. Never rejects, and ends within the limits of the mail. */
export function sendMail(mail: OutgoingMail): Promise<MailResult> {
  return new Promise((resolve) => {
    const milliseconds = mail.timeout / 1_000;
    const socket = connect({ host: mail.server, port: mail.port });
    let smtp: SmtpConnection | undefined;
    const finish = (result: MailResult): void => {
      clearTimeout(connecting);
      clearTimeout(whole);
      resolve(result);
      if (result.kind === 'sent') smtp?.quit();
      // A relay that does not close after QUIT is not waited for.
      setTimeout(() => socket.destroy(), result.kind === 'sent' ? milliseconds : 0).unref();
    };
    const fail = (reason: string, isFinal = false): void =>
      finish({ kind: 'failed', reason: reason.slice(0, REASON_MAX), isFinal });
    const connecting = setTimeout(
      () => fail(`no connection to ${placeOf(mail)} within ${milliseconds / 1_000} s`),
      milliseconds,
    );
    const whole = setTimeout(
      () =>
        fail(`${placeOf(mail)} took longer than ${(WHOLE_FACTOR * milliseconds) / 1_000} s in all`),
      WHOLE_FACTOR * milliseconds,
    );
    socket.on('error', (error) => fail(`${placeOf(mail)}: ${error.message}`));
    socket.once('connect', () => {
      clearTimeout(connecting);
      smtp = openSmtp(mail, socket);
      smtp.on('error', (error) => fail(reasonOf(error), isFinal(error)));
      smtp.on('end', () => fail(`${placeOf(mail)} closed the connection`));
      smtp.connect((error) => {
        if (error === undefined) deliver(smtp as SmtpConnection, mail, { fail, finish });
        else fail(reasonOf(error));
      });
      // Behind the listener of the library, which is added in the same way: the first one lets the data flow.
      setImmediate(() =>
        socket.on('data', () => {
          if (socket.bytesRead > SAID_MAX) fail(`${placeOf(mail)} says too much`);
        }),
      );
    });
  });
}

function openSmtp(mail: OutgoingMail, connection: Socket): SmtpConnection {
  const milliseconds = mail.timeout / 1_000;
  const SMTPConnection = load('nodemailer/lib/smtp-connection') as SmtpConstructor;
  return new SMTPConnection({
    connection,
    name: mail.heloName,
    ignoreTLS: true,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
  });
}

function deliver(
  smtp: SmtpConnection,
  { sender: from, recipients: to, message }: OutgoingMail,
  {
    fail,
    finish,
  }: {
    readonly fail: (reason: string, isFinal?: boolean) => void;
    readonly finish: (result: MailResult) => void;
  },
): void {
  smtp.send({ from, to }, message, (error, info) => {
    const refused = (error ?? info)?.rejectedErrors?.map(refusedRecipient) ?? [];
    // A relay that takes none of the recipients has refused each of them.
    if (error !== null && refused.length < to.length) fail(reasonOf(error), isFinal(error));
    else finish({ kind: 'sent', refused });
  });
}

function refusedRecipient(error: SmtpError): RefusedRecipient {
  return { address: error.recipient ?? '', reason: reasonOf(error), isFinal: isFinal(error) };
}

/** A code of 500 and above is final (RFC 5321 section 4.2.1). */
function isFinal({ responseCode }: SmtpError): boolean {
  return responseCode !== undefined && responseCode >= 500;
}

function reasonOf(error: SmtpError): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a relay may say anything
  const said = (error.response ?? error.message).replace(/[\x00-\x1f\x7f]+/g, ' ');
  return said.trim().slice(0, REASON_MAX);
}

function placeOf({ server, port }: OutgoingMail): string {
  return server.includes(':') ? `[${server}]:${port}` : `${server}:${port}`;
}
