/** `keepalived.stats`: the counters of each instance. Measured on keepalived 2.4.3. */
import type { DumpedInstance } from './dumped-instances.ts';

/** The file. Tandem does not count yet what authentication by HMAC refuses: these are left out. */
export function statisticsText(instances: readonly DumpedInstance[]): string {
  return instances.map(oneText).join('');
}

function oneText({ config, counters }: DumpedInstance): string {
  const lines = [
    `VRRP Instance: ${config.name}`,
    '  Advertisements:',
    `    Received: ${counters.advertisementsReceived}`,
    `    Sent: ${counters.advertisementsSent}`,
    `  Became master: ${counters.becomeMaster}`,
    `  Released master: ${counters.releaseMaster}`,
    '  Packet Errors:',
    `    Length: ${counters.packetLengthErrors}`,
    `    TTL: ${counters.ipTtlErrors}`,
    `    Invalid Type: ${counters.invalidTypePackets}`,
    `    Advertisement Interval: ${counters.intervalErrors}`,
    `    Address List: ${counters.addressListErrors}`,
    '  Authentication Errors:',
    `    Invalid Type: ${counters.invalidAuthType}`,
    `    Type Mismatch: ${counters.authTypeMismatch}`,
    `    Failure: ${counters.authFailures}`,
    '  Priority Zero:',
    `    Received: ${counters.priorityZeroReceived}`,
    `    Sent: ${counters.priorityZeroSent}`,
  ];
  return `${lines.join('\n')}\n`;
}
