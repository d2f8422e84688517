/** Regular expressions. */
import { describeRule, service } from '../describe-rule.ts';

const page = (regex: string): string =>
  service(
    `real_server 192.168.1.11 80 {\n    HTTP_GET {\n      url {\n        path /\n        regex ${regex}\n      }\n    }\n  }`,
  );

describeRule('regex-invalid', [
  {
    it: 'points at a pattern that is malformed',
    text: page('"a(b" # here'),
    says: 'cannot be used: missing closing )',
  },
  {
    it: 'H1: names what PCRE has and an engine of linear time has not, at its line',
    text: page('"^(?!down)" # here'),
    says: /"\(\?!" is a look-ahead, which Tandem's engine .* does not have/,
  },
  { it: 'accepts a pattern', text: page('"^ok [0-9]+$"') },
  { it: 'accepts what backtracking engines choke on', text: page('"^(a+)+$"') },
]);
