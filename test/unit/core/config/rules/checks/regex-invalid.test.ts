/** Regular expressions. */
import { describeRule, service } from '../describe-rule.ts';

const page = (regex: string): string =>
  service(
    `real_server 192.168.1.11 80 {\n    HTTP_GET {\n      url {\n        path /\n        regex ${regex}\n      }\n    }\n  }`,
  );

describeRule('regex-invalid', [
  { it: 'points at a pattern that does not compile', text: page('"a(b" # here'), says: /compiled/ },
  { it: 'accepts a pattern', text: page('"^ok [0-9]+$"') },
]);
