/** The metrics endpoint of a supervisor: listening, and saying whether it does. */

import { VERSION } from '../../frame/version.ts';
import { startHttp } from '../../http/server.ts';
import type { DaemonFact } from '../log/facts.ts';
import type { Metrics } from './metrics.ts';

/** Listens at an address; undefined, with a line, when it cannot: a director works without its metrics. */
export async function listenForMetrics(
  where: { readonly address: string; readonly port: number },
  metrics: Metrics,
  tell: (fact: DaemonFact) => void,
): Promise<{ close(): Promise<void> } | undefined> {
  const name = `${where.address}:${where.port}`;
  const http = await startHttp({ ...where, metrics, version: VERSION });
  if (http.ok) {
    tell({ type: 'listening', service: 'metrics', where: name });
    return http.value;
  }
  const reason = http.error.message;
  tell({ type: 'listenFailed', service: 'metrics', where: name, reason });
  return undefined;
}
