/** `fnat_source` with an address that the director does not have. */
import { ip } from '../../../../../support/builders/addresses.ts';
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const with_ = (source: string, more = ''): string =>
  vrrp(`virtual_ipaddress_excluded {\n 10.0.0.20/24 dev eth0\n 10.0.0.21/24 dev eth0\n }`) +
  service(server()).replace('DR', `FNAT\n  fnat_source ${source} ${more}`);

describeRule('fnat-source-not-held', [
  {
    it: 'names an address that nobody holds',
    text: with_('10.0.0.22', '# here'),
    says: /no vrrp_instance holds 10\.0\.0\.22/,
  },
  {
    it: 'wants all of several',
    text: with_('10.0.0.20-22', '# here'),
    says: /all of 10\.0\.0\.20-10\.0\.0\.22/,
  },
  { it: 'accepts addresses of an instance', text: with_('10.0.0.20-21') },
  {
    it: 'accepts an address of this host',
    text: with_('10.0.0.22'),
    host: { addresses: [{ address: ip('10.0.0.22'), prefixLength: 24, interface: 'eth0' }] },
  },
  { it: 'accepts no source', text: with_('10.0.0.20').replace(/fnat_source.*/, '') },
]);
