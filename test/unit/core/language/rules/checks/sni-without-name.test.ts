/** Server name indication. */
import { describeRule, service } from '../describe-rule.ts';

const check = (type: string, more: string): string =>
  service(
    `real_server 192.168.1.11 443 {\n    ${type} {\n      url {\n        path /\n      }\n      ${more}\n    }\n  }`,
    '192.168.1.100 443',
  );

describeRule('sni-without-name', [
  {
    it: 'points at enable_sni without a name',
    text: check('SSL_GET', 'enable_sni # here'),
    says: /no name/,
  },
  {
    it: 'points at enable_sni in HTTP_GET',
    text: check('HTTP_GET', 'virtualhost a.example\n      enable_sni # here'),
    says: /HTTP_GET/,
  },
  {
    it: 'accepts it with a name',
    text: check('SSL_GET', 'virtualhost a.example\n      enable_sni'),
  },
  { it: 'accepts it off', text: check('SSL_GET', 'enable_sni off') },
]);
