/** Witnesses that notice a broken link too late. */
import { describeRule, vrrp } from '../describe-rule.ts';

const witness = (...lines: readonly string[]): string =>
  `witness lan {\n address 192.168.1.1\n ${lines.join('\n ')}\n}\n`;
const NAMED = 'takeover_witness lan';

describeRule('witness-late', [
  {
    it: 'compares what a witness needs with the master-down interval',
    text: witness('interval 4000', 'timeout 500') + vrrp(`advert_int 1\n ${NAMED} # here`),
    says: /notices a broken link after 4\.5 s at most, and instance "V\w*" takes over after 3\.6 s/,
    severity: 'warning',
  },
  {
    it: 'counts fast advertisements',
    text: witness() + vrrp(`version 3\n advert_int 0.1\n ${NAMED} # here`),
    says: /takes over after 0\.4 s/,
  },
  { it: 'accepts the defaults', text: witness() + vrrp(NAMED) },
  {
    it: 'accepts any pace where nobody asks it',
    text: witness('interval 60000') + vrrp('advert_int 1'),
  },
]);
