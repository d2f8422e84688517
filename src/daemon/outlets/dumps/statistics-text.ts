/** `keepalived.stats`: the counters of each instance. Measured on keepalived 2.4.3. */
import type { DumpedInstance } from './dumped-instances.ts';

/** The file. */
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
    '  Authentication Extension Errors:',
    `    Missing: ${counters.hmacMissing}`,
    `    Malformed: ${counters.hmacMalformed}`,
    `    Unknown Key: ${counters.hmacUnknownKey}`,
    `    Invalid HMAC: ${counters.hmacInvalid}`,
    `    Stale: ${counters.hmacStale}`,
    `    Replay: ${counters.hmacReplays}`,
    '  Priority Zero:',
    `    Received: ${counters.priorityZeroReceived}`,
    `    Sent: ${counters.priorityZeroSent}`,
  ];
  return `${lines.join('\n')}\n`;
}
