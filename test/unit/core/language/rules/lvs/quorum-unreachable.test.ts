/** Quorum plus hysteresis above the weights. */
import { describeRule, server, service } from '../describe-rule.ts';

const THREE = ['1', '2', '3'].map((n) => server(`192.168.1.${n} 80`)).join('\n  ');

describeRule('quorum-unreachable', [
  {
    it: 'tells that the quorum is never gained',
    text: service(`quorum 3\n  hysteresis 1 # here\n  ${THREE}`),
    says: /weight of all servers, 3: the quorum is never gained/,
  },
  {
    it: 'tells that only the sorry server serves',
    text: service(`quorum 3\n  hysteresis 1 # here\n  sorry_server 192.168.1.9 80\n  ${THREE}`),
    says: /only the sorry server/,
  },
  {
    it: 'accepts a quorum that all together reach',
    text: service(`quorum 2\n  hysteresis 1\n  ${THREE}`),
  },
  { it: 'accepts the defaults', text: service(THREE) },
]);
