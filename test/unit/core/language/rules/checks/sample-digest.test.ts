/** Digests of samples. */
import { describeRule, service } from '../describe-rule.ts';

const page = (digest: string): string => `url {\n        path /\n        digest ${digest}\n      }`;
const web = (...pages: readonly string[]): string =>
  service(
    `real_server 192.168.1.11 80 {\n    HTTP_GET {\n      ${pages.join('\n      ')}\n    }\n  }`,
  );
const SAMPLE = '640205b7b0fc66c1ea91c463fac6334d';

describeRule('sample-digest', [
  { it: 'points at a digest', text: web(page(`${SAMPLE} # here`)), says: /this digest/ },
  {
    it: 'points at the first of several',
    text: web(page(`${SAMPLE} # here`), page(SAMPLE)),
    says: /1 more/,
  },
  { it: 'accepts other digests', text: web(page('0123456789abcdef0123456789abcdef')) },
]);
