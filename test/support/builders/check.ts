/** Health checks of a configuration, with values that a test changes. */
import { seconds, ZERO_DURATION } from '../../../src/core/base/time.ts';
import type { HttpCheckConfig, TcpCheckConfig } from '../../../src/core/model/config.ts';
import { ip } from './addresses.ts';

const COMMON = {
  delayLoop: seconds(4),
  warmup: ZERO_DURATION,
  retry: 2,
  delayBeforeRetry: seconds(1),
  alpha: false,
  logAllFailures: false,
};

/** A TCP_CHECK with the timings of the reference's first observation, changed as said. */
export function tcpCheck(change: Partial<TcpCheckConfig> = {}): TcpCheckConfig {
  return {
    type: 'TCP_CHECK',
    label: 'TCP_CHECK#1',
    ...COMMON,
    target: { address: ip('10.0.1.1'), port: 80, connectTimeout: seconds(2) },
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
    target: { address: ip('10.0.1.1'), port: 80, connectTimeout: seconds(2) },
    httpVersion: '1.0',
    fastRecovery: false,
    sni: false,
    urls: paths.map((path) => ({ path, statusCodes: [] })),
    ...change,
  };
}
