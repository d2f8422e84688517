/** Rule: values of the sample configurations that come with keepalived fit nobody's network. */
import { all, last } from '../../typed/access.ts';
import { urlsOf } from '../checks/urls.ts';
import { listed } from '../facts.ts';
import type { Rule } from '../rule.ts';

/** Digests of pages on the author's own machines, in samples that are copied ever since. */
const SAMPLE_DIGESTS: ReadonlySet<string> = new Set([
  'ff20ad2481f97b1754ef3e12ecd3a9cc',
  '9b3a0c85a887a256d6939da88aabd8cd',
  '640205b7b0fc66c1ea91c463fac6334c',
  '640205b7b0fc66c1ea91c463fac6334d',
]);
const SAMPLE_MAIL = /@firewall\.loc$/i;

/** Reports sample digests (their check never passes) and sample mail addresses. */
export const SAMPLE_VALUES: Rule = {
  name: 'sample-values',
  reason: 'The digest is that of another page, so the server is always down; the mail goes nowhere',
  fix: 'Compute the digest of your own page, and write your own addresses',
  check: (input) => {
    const { globals, report } = input;
    const addresses = all(globals, 'notification_email')
      .flatMap((typed) => typed.block?.entries ?? [])
      .filter(({ token }) => SAMPLE_MAIL.test(token.text));
    const [first] = addresses;
    if (first !== undefined) {
      report({
        at: { token: first.token },
        message: `${listed(addresses.map(({ token }) => token.text))} of a sample configuration would get the alert mails`,
        suggestion: 'write your own addresses, or remove notification_email',
      });
    }
    const digests = urlsOf(input).filter(
      ({ url }) => url.digest !== undefined && SAMPLE_DIGESTS.has(url.digest),
    );
    const [page] = digests;
    if (page === undefined) return;
    const rest = digests.length === 1 ? '' : `, and so do ${digests.length - 1} more`;
    report({
      at: { typed: last(page.typed.block, 'digest') ?? page.typed },
      message: `this digest comes from a sample configuration${rest}; your page has another one`,
      suggestion: 'compute it from your own page, or check status_code instead',
    });
  },
};
