/** `-L --timeout`, `-L --daemon` and `-v` as ipvsadm 1.31 writes them. */
import type { IpAddress } from '../base/address.ts';
import type { IpvsTimeouts } from '../lvs/config-codec.ts';
import type { SyncDaemon } from '../lvs/daemon-codec.ts';
import { addressText } from './text.ts';

/** The line of `--timeout`. */
export function renderTimeouts({ tcp, tcpFin, udp }: IpvsTimeouts): string {
  return `Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`;
}

/** A line for each daemon that runs, the sender first. */
export function renderDaemons(daemons: readonly SyncDaemon[]): string {
  return [...daemons]
    .sort((a, b) => Number(b.role === 'master') - Number(a.role === 'master'))
    .map((daemon) => {
      const { role, interface: name, syncId, maxLength = 0, port = 0, ttl = 0 } = daemon;
      const group = addressText(daemon.group ?? ('0.0.0.0' as IpAddress));
      return `${role} sync daemon (mcast=${name}, syncid=${syncId}, maxlen=${maxLength}, group=${group}, port=${port}, ttl=${ttl})\n`;
    })
    .join('');
}
