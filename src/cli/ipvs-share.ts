/** What a running Tandem keeps of the IPVS table, asked over its control socket; who asks in vain goes on at once and without a word. */
import type { TandemShare } from '../core/ipvsadm/ownership.ts';
import { ask } from './ask.ts';

/** A director that is busy holds nobody up longer, milliseconds. */
const ANSWER_MS_MAX = 1_000;

/** Undefined when none runs, when it does not answer, and for those who may not ask. */
export async function runningShare(runtimeDir: string): Promise<TandemShare | undefined> {
  const answer = await ask({ command: 'ipvs-share' }, { runtimeDir, timeoutMs: ANSWER_MS_MAX });
  if (!answer.ok) return undefined;
  const { services, syncDaemon } = answer.value;
  return { services: new Map(services.map(({ key, title }) => [key, title])), syncDaemon };
}
