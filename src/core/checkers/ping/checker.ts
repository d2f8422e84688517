/** PING_CHECK: the host of the server answers an echo request. */
import { ipFamily } from '../../base/address.ts';
import { exactSpanText } from '../../base/span-text.ts';
import { seconds } from '../../base/time.ts';
import type { PingCheckConfig } from '../../model/config.ts';
import type { Checker } from '../types.ts';
import { ECHO_HEADER_BYTES, echoRequest, isEchoReply } from './echo.ts';

/** The row of PING_CHECK. Defaults as in keepalived. */
export const PING_CHECK: Checker<PingCheckConfig> = {
  title: 'Up while echo requests are answered',
  defaults: { retry: 1, delayBeforeRetry: seconds(1) },
  build: (_block, common, server) => {
    const target = server.target();
    return target && { type: 'PING_CHECK', ...common, target };
  },
  settings: {},
  rhythmSettings: [],
  timeoutReason: 'timeout',
  endpoints: ({ target }) => [target],
  usesPorts: false,
  attemptTime: ({ target }) => target.connectTimeout,
  turns: () => [],
  hurries: () => false,
  steps: ({ target }) => {
    const family = ipFamily(target.address);
    return [
      {
        transport: 'datagram',
        protocol: 'icmp',
        target,
        looksAt: ECHO_HEADER_BYTES,
        ask: ({ random16 }) => {
          const identity = { id: random16(), sequence: 1 };
          const within = exactSpanText(target.connectTimeout);
          return {
            request: echoRequest(family, identity),
            take: (bytes) =>
              isEchoReply(family, identity, bytes)
                ? { outcome: 'ok', detail: 'answered' }
                : undefined,
            silence: { outcome: 'timeout', detail: `no echo reply within ${within}` },
          };
        },
      },
    ];
  },
};
