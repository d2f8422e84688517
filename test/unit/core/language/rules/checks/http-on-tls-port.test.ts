/** HTTP, TLS and ports. */
import { describeRule, service } from '../describe-rule.ts';

const web = (type: string, port: number, more = ''): string =>
  service(
    `real_server 192.168.1.11 ${port} {\n    ${type} {\n      url {\n        path /\n      }\n      ${more}\n    }\n  }`,
    `192.168.1.100 ${port}`,
  );

describeRule('http-on-tls-port', [
  {
    it: 'points at HTTP_GET to 443',
    text: web('HTTP_GET', 443).replace('GET {', 'GET { # here'),
    says: /plain HTTP to port 443/,
  },
  {
    it: 'points at SSL_GET to 80',
    text: web('SSL_GET', 80).replace('GET {', 'GET { # here'),
    says: /TLS to port 80/,
  },
  { it: 'looks at connect_port', text: web('HTTP_GET', 443, 'connect_port 80') },
  { it: 'accepts HTTP_GET to 80', text: web('HTTP_GET', 80) },
  { it: 'accepts SSL_GET to 443', text: web('SSL_GET', 443) },
  { it: 'accepts ports without a custom', text: web('SSL_GET', 9000) },
]);
