/** The metrics endpoint of a supervisor: listening, and saying whether it does. */
import type { Fact } from '../../../core/facts/catalogue.ts';
import { VERSION } from '../../frame/version.ts';
import { startHttp } from '../../http/server.ts';
import type { Metrics } from './metrics.ts';

/** Listens at an address; undefined, with a line, when it cannot: a director works without its metrics. */
export async function listenForMetrics(
  where: { readonly address: string; readonly port: number },
  metrics: Metrics,
  tell: (fact: Fact) => void,
): Promise<{ close(): Promise<void> } | undefined> {
  const name = `${where.address}:${where.port}`;
  const http = await startHttp({ ...where, metrics, version: VERSION });
  if (http.ok) {
    tell({ id: 'metrics.listening', where: name });
    return http.value;
  }
  const reason = http.error.message;
  tell({ id: 'metrics.listen-failed', where: name, reason });
  return undefined;
}
