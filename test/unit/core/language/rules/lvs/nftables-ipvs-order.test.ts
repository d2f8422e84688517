/** Settings above nftables_ipvs. */
import { describeRule } from '../describe-rule.ts';

describeRule('nftables-ipvs-order', [
  {
    it: 'points at what is reset',
    text: 'global_defs {\n  nftables_ipvs_priority 5 # here\n  nftables_ipvs_start_fwmark 7 # here\n  nftables_ipvs\n}\n',
    says: /resets it/,
  },
  {
    it: 'accepts the order',
    text: 'global_defs {\n  nftables_ipvs\n  nftables_ipvs_priority 5\n}\n',
  },
  { it: 'accepts them alone', text: 'global_defs {\n  nftables_ipvs_priority 5\n}\n' },
]);
