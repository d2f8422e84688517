/** TCP_CHECK: the handshake completes within the connection timeout; nothing is sent or read. */
import { seconds } from '../../base/time.ts';
import type { TcpCheckConfig } from '../../model/config.ts';
import type { Checker } from '../types.ts';

/** The row of TCP_CHECK. Defaults as in keepalived. */
export const TCP_CHECK: Checker<TcpCheckConfig> = {
  title: 'Up while a TCP connection can be made',
  defaults: { retry: 1, delayBeforeRetry: seconds(1) },
  build: (_block, common, server) => {
    const target = server.target();
    return target && { type: 'TCP_CHECK', ...common, target };
  },
  settings: {},
  rhythmSettings: [],
  timeoutReason: 'connect_timeout',
  endpoints: ({ target }) => [target],
  usesPorts: true,
  attemptTime: ({ target }) => target.connectTimeout,
  turns: () => [],
  hurries: () => false,
  steps: ({ target }) => [
    { transport: 'connect', target, connected: { outcome: 'ok', detail: 'connected' } },
  ],
};
