/** Processes that are tracked by a path. */
import { describeRule, vrrp } from '../describe-rule.ts';

const tracked = (words: string, more = ''): string =>
  `vrrp_track_process p {\n  process ${words}\n  ${more}\n}\n${vrrp('track_process {\n    p\n  }')}`;

describeRule('process-by-path', [
  {
    it: 'points at a path that is compared with names',
    text: tracked('/usr/sbin/haproxy # here'),
    says: /"\/usr\/sbin\/haproxy"/,
  },
  { it: 'accepts a name', text: tracked('haproxy') },
  { it: 'accepts a path with parameters', text: tracked('/usr/sbin/haproxy -db') },
  { it: 'accepts a path as the whole command', text: tracked('/usr/sbin/haproxy', 'full_command') },
  { it: 'accepts a path without parameters', text: tracked('/usr/sbin/haproxy', 'param_match') },
]);
