/** Services of the host that manage the network too, and take away what others have added. */
import type { ShellCommand } from '../base/shell-command.ts';
import { type Director, heldBy, instanceName } from './director.ts';
import type { Finding, Mend, Part } from './finding.ts';
import type { ManagedLink } from './host.ts';

/** systemd-networkd: at its restart it removes routes and rules that it has not made, and addresses of links that it sets up. */
export function judgeNetworkd(director: Director): readonly Finding[] {
  const { networkd } = director.host;
  if (networkd === undefined) return [];
  const { routes, rules } = heldRouting(director);
  const hurt: Finding[] = [];
  if (routes.length > 0 && networkd.managesForeignRoutes) {
    hurt.push(wrongManager('ManageForeignRoutes', 'routes', routes));
  }
  if (rules.length > 0 && networkd.managesForeignRules) {
    hurt.push(wrongManager('ManageForeignRoutingPolicyRules', 'rules', rules));
  }
  const drops = networkd.links.filter(({ keepsForeign }) => keepsForeign !== true);
  for (const link of drops) {
    const about = holdersOn(director, link.device);
    if (about.length > 0) hurt.push(wrongLink(link, about));
  }
  if (hurt.length > 0) return hurt;
  const text = 'systemd-networkd leaves alone what Tandem adds';
  return [{ subject: 'systemd-networkd', verdict: 'met', text, about: [] }];
}

function wrongManager(word: string, what: string, about: readonly Part[]): Finding {
  return {
    subject: 'systemd-networkd',
    verdict: 'wrong',
    text: `systemd-networkd has ${word}=yes (its default): its restart removes the ${what} that Tandem holds`,
    about,
    mend: dropIn('/etc/systemd/networkd.conf.d', `${word}=no`, [
      'systemctl',
      'restart',
      'systemd-networkd',
    ]),
  };
}

function wrongLink({ device, networkFile }: ManagedLink, about: readonly Part[]): Finding {
  const name = networkFile?.replace(/^.*\//, '') ?? `10-${device}.network`;
  return {
    subject: `systemd-networkd, ${device}`,
    verdict: 'wrong',
    text: `systemd-networkd manages ${device} without KeepConfiguration: its restart removes virtual addresses there, which are gone until Tandem puts them back`,
    about,
    mend: dropIn(`/etc/systemd/network/${name}.d`, 'KeepConfiguration=yes', [
      'networkctl',
      'reload',
    ]),
  };
}

/** A file beside that of the service, which stays over restarts, and the command that makes it known. */
function dropIn(directory: string, line: string, makeKnown: ShellCommand): Mend {
  const file = `${directory}/90-tandem.conf`;
  const write = `mkdir -p '${directory}' && printf '[Network]\\n${line}\\n' >> '${file}'`;
  return { commands: [['sh', '-c', write], makeKnown], kept: [] };
}

/** NetworkManager: it takes addresses of others away when it activates a connection again. */
export function judgeNetworkManager(director: Director): readonly Finding[] {
  return director.host.networkManager.flatMap(({ device }): Finding[] => {
    const about = holdersOn(director, device);
    if (about.length === 0) return [];
    return [
      {
        subject: `NetworkManager, ${device}`,
        verdict: 'note',
        text: `NetworkManager manages ${device}: when it activates its connection again, virtual addresses there are gone until Tandem puts them back`,
        about,
        mend: {
          commands: [['nmcli', 'device', 'set', device, 'managed', 'no']],
          kept: [
            {
              file: '/etc/NetworkManager/conf.d/90-tandem.conf',
              line: `[keyfile] unmanaged-devices=interface-name:${device}`,
            },
          ],
        },
      },
    ];
  });
}

function heldRouting(director: Director) {
  const { vrrpInstances, statics } = director.config;
  const file: Part[] = [{ name: 'static_routes, static_rules' }];
  const of = (kind: 'routes' | 'rules'): Part[] => [
    ...vrrpInstances
      .filter((one) => (one[kind]?.length ?? 0) > 0)
      .map((one) => instanceName(director, one)),
    ...((statics?.[kind]?.length ?? 0) > 0 ? file : []),
  ];
  return { routes: of('routes'), rules: of('rules') };
}

function holdersOn(director: Director, device: string): Part[] {
  return director.config.vrrpInstances
    .filter((one) => one.ownLink === undefined && one.interface === device)
    .filter((one) => heldBy(one).length > 0)
    .map((one) => instanceName(director, one));
}
