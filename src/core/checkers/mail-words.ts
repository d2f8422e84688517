/** What alert mails say of a check that changed its verdict: keepalived's words for each checker, measured on 2.4.3. */

/** A check that changed its verdict. */
export interface JudgedCheck {
  /** Type and ordinal: `TCP_CHECK#1`. */
  readonly check: string;
  readonly up: boolean;
  /** What the probe found, in words. */
  readonly detail: string;
}

/** The body for a check that changed its verdict. */
export function checkMailText({ check, up, detail }: JudgedCheck): string {
  const type = check.replace(/#.*$/, '');
  const verdict = up ? 'succeed' : 'failed';
  switch (type) {
    case 'HTTP_GET':
    case 'SSL_GET':
      return up ? 'CHECK succeed on service' : 'CHECK failed on service : HTTP/SSL request failed';
    case 'SMTP_CHECK':
      return up ? 'CHECK succeed on service' : `CHECK failed on service : ${detail}`;
    case 'DNS_CHECK':
      return `DNS_CHECK: ${verdict} on service`;
    case 'PING_CHECK':
      return `ICMP CHECK ${verdict} on service`;
    case 'MISC_CHECK':
      return `MISC CHECK ${up ? 'succeeded' : miscFailure(detail)} on service`;
    case 'BFD_CHECK':
      return `BFD CHECK ${up ? 'succeeded' : 'failed'} on service`;
    default:
      return `${type.replace('_', ' ')} ${verdict} on service`;
  }
}

function miscFailure(detail: string): string {
  return /no end within|timed out|time-out/.test(detail) ? 'timed out' : 'failed';
}
