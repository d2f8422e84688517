/** Paths. */
import { describeRule, service } from '../describe-rule.ts';

const path = (text: string): string =>
  service(
    `real_server 192.168.1.11 80 {\n    HTTP_GET {\n      url {\n        path ${text}\n      }\n    }\n  }`,
  );

describeRule('path-without-slash', [
  { it: 'points at a path without slash', text: path('index.html # here'), says: /"index\.html"/ },
  { it: 'accepts a slash', text: path('/index.html') },
  { it: 'accepts a whole URL', text: path('http://a.example/') },
]);
