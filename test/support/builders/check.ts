/** Health checks of a configuration, with values that a test changes. */
import { seconds, ZERO_DURATION } from '../../../src/core/base/time.ts';
import type {
  BfdCheckConfig,
  CheckTarget,
  DnsCheckConfig,
  FileCheckConfig,
  HttpCheckConfig,
  MiscCheckConfig,
  PingCheckConfig,
  SmtpCheckConfig,
  TcpCheckConfig,
  UdpCheckConfig,
} from '../../../src/core/model/config.ts';
import { ip } from './addresses.ts';

const COMMON = {
  delayLoop: seconds(4),
  warmup: ZERO_DURATION,
  retry: 2,
  delayBeforeRetry: seconds(1),
  alpha: false,
  logAllFailures: false,
};

const TARGET: CheckTarget = { address: ip('10.0.1.1'), port: 80, connectTimeout: seconds(2) };

/** A TCP_CHECK with the timings of the reference's first observation, changed as said. */
export function tcpCheck(change: Partial<TcpCheckConfig> = {}): TcpCheckConfig {
  return {
    type: 'TCP_CHECK',
    label: 'TCP_CHECK#1',
    ...COMMON,
    target: TARGET,
    ...change,
  };
}

/** An HTTP_GET of the given paths, changed as said. */
export function httpCheck(
  paths: readonly string[],
  change: Partial<HttpCheckConfig> = {},
): HttpCheckConfig {
  return {
    type: 'HTTP_GET',
    label: 'HTTP_GET#1',
    ...COMMON,
    target: TARGET,
    httpVersion: '1.0',
    fastRecovery: false,
    sni: false,
    tlsCompliant: false,
    urls: paths.map((path) => ({ path, statusCodes: [] })),
    ...change,
  };
}

/** A UDP_CHECK that sends one byte, changed as said. */
export function udpCheck(change: Partial<UdpCheckConfig> = {}): UdpCheckConfig {
  return {
    type: 'UDP_CHECK',
    label: 'UDP_CHECK#1',
    ...COMMON,
    target: TARGET,
    payload: '01',
    minReplyLength: 0,
    maxReplyLength: 255,
    ...change,
  };
}

/** A DNS_CHECK for the SOA of the root, changed as said. */
export function dnsCheck(change: Partial<DnsCheckConfig> = {}): DnsCheckConfig {
  return {
    type: 'DNS_CHECK',
    label: 'DNS_CHECK#1',
    ...COMMON,
    target: TARGET,
    recordType: 'SOA',
    name: '.',
    ...change,
  };
}

/** A PING_CHECK, changed as said. */
export function pingCheck(change: Partial<PingCheckConfig> = {}): PingCheckConfig {
  return { type: 'PING_CHECK', label: 'PING_CHECK#1', ...COMMON, target: TARGET, ...change };
}

/** An SMTP_CHECK of one target, changed as said. */
export function smtpCheck(change: Partial<SmtpCheckConfig> = {}): SmtpCheckConfig {
  return {
    type: 'SMTP_CHECK',
    label: 'SMTP_CHECK#1',
    ...COMMON,
    target: TARGET,
    others: [],
    heloName: 'lb.example.org',
    ...change,
  };
}

/** A MISC_CHECK of a program, changed as said. */
export function miscCheck(change: Partial<MiscCheckConfig> = {}): MiscCheckConfig {
  return {
    type: 'MISC_CHECK',
    label: 'MISC_CHECK#1',
    ...COMMON,
    command: { argv: ['/bin/check'] },
    timeLimit: seconds(3),
    isDynamic: false,
    ...change,
  };
}

/** A FILE_CHECK of the file `load`, weight 1, changed as said. */
export function fileCheck(change: Partial<FileCheckConfig> = {}): FileCheckConfig {
  return {
    type: 'FILE_CHECK',
    label: 'FILE_CHECK#1',
    ...COMMON,
    retry: 0,
    file: 'load',
    weight: 1,
    isReversed: false,
    ...change,
  };
}

/** A BFD_CHECK of the session `peer`, changed as said. */
export function bfdCheck(change: Partial<BfdCheckConfig> = {}): BfdCheckConfig {
  return {
    type: 'BFD_CHECK',
    label: 'BFD_CHECK#1',
    ...COMMON,
    retry: 0,
    session: 'peer',
    ...change,
  };
}
