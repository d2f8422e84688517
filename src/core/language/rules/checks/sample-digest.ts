/** Rule: digests of the sample configurations that come with keepalived fit nobody's page. */
import type { HttpUrlConfig } from '../../../model/config.ts';
import { last } from '../../typed/access.ts';
import type { Rule } from '../rule.ts';
import { hasUrl, urlsWith } from './urls.ts';

/** Digests of pages on the author's own machines, in samples that are copied ever since. */
const SAMPLE_DIGESTS: ReadonlySet<string> = new Set([
  'ff20ad2481f97b1754ef3e12ecd3a9cc',
  '9b3a0c85a887a256d6939da88aabd8cd',
  '640205b7b0fc66c1ea91c463fac6334c',
  '640205b7b0fc66c1ea91c463fac6334d',
]);

/** Reports the first such digest, and how many there are. */
export const SAMPLE_DIGEST: Rule = {
  name: 'sample-digest',
  reason: 'The digest is that of another page, so the server is always down',
  fix: 'Compute the digest of your own page, or check status_code',
  concerns: hasUrl(isSample),
  check: (input) => {
    const pages = urlsWith(input, isSample);
    const [first] = pages;
    if (first === undefined) return;
    const rest = pages.length === 1 ? '' : `, and so do ${pages.length - 1} more`;
    input.report({
      at: { typed: last(first.typed.block, 'digest') ?? first.typed },
      message: `this digest comes from a sample configuration${rest}; your page has another one`,
      suggestion: 'compute it from your own page, or check status_code instead',
    });
  },
};

function isSample({ digest }: HttpUrlConfig): boolean {
  return digest !== undefined && SAMPLE_DIGESTS.has(digest);
}
