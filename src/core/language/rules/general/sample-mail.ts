/** Rule: mail addresses of the sample configurations that come with keepalived are nobody's. */
import { all } from '../../typed/access.ts';
import { listed } from '../derived.ts';
import type { Rule } from '../rule.ts';

const FROM_SAMPLE = /@firewall\.loc$/i;

/** Reports recipients of the samples. */
export const SAMPLE_MAIL: Rule = {
  name: 'sample-mail',
  reason: 'The alerts go nowhere',
  fix: 'Write your own addresses, or remove notification_email',
  check: ({ globals, report }) => {
    const addresses = all(globals, 'notification_email')
      .flatMap((typed) => typed.block?.entries ?? [])
      .filter(({ token }) => FROM_SAMPLE.test(token.text));
    const [first] = addresses;
    if (first === undefined) return;
    report({
      at: { token: first.token },
      message: `alert mails go to ${listed(addresses.map(({ token }) => token.text))}, from a sample configuration`,
      suggestion: 'write your own addresses, or remove notification_email',
    });
  },
};
