/** Weights that move nothing. */
import { describeRule, vrrp } from '../describe-rule.ts';

const SCRIPT = 'vrrp_script A {\n script /bin/true\n weight -20\n}\n';

describeRule('weight-with-nopreempt', [
  {
    it: 'points at the tracker',
    text: SCRIPT + vrrp('nopreempt\n  track_script {\n    A # here\n  }'),
    says: /weight of A/,
  },
  {
    it: 'counts the weight of an interface',
    text: vrrp('nopreempt\n  track_interface {\n    eth1 weight 5 # here\n  }'),
  },
  {
    it: 'accepts a tracker that is a fault',
    text: SCRIPT + vrrp('nopreempt\n  track_script {\n    A weight 0\n  }'),
  },
  {
    it: 'accepts a weight where the instance preempts',
    text: SCRIPT + vrrp('track_script {\n    A\n  }'),
  },
]);
