/** The smallest lab of VRRP: `lb01`, which is to hold one virtual address, and `watcher` on the same network. */
import { Lab } from './lab.ts';
import { labDirectory } from './paths.ts';

/** The virtual address. */
export const WATCHED_VIP = '10.0.0.3';

/** The instance that holds it, as it stands in a configuration. */
export const WATCHED_INSTANCE: string = `
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 7
    priority 250
    advert_int 1
    virtual_ipaddress {
        ${WATCHED_VIP}/24
    }
}
`;

/** Opens it under a short name, with its files in a directory of their own. */
export function openWatchedDirector(name: string, directory: string): Promise<Lab> {
  return Lab.open({
    name,
    topology: {
      nodes: {
        lb01: { links: { eth0: { segment: 'lan', addresses: ['10.0.0.5/24'] } } },
        watcher: { links: { eth0: { segment: 'lan', addresses: ['10.0.0.9/24'] } } },
      },
    },
    directory: labDirectory(directory),
  });
}
