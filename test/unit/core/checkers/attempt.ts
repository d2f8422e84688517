/** One attempt of a checker that sends a datagram. */
import type { Finding } from '../../../../src/core/checkers/outcome.ts';
import { checkerOf } from '../../../../src/core/checkers/table.ts';
import type { DatagramAttempt, DatagramStep } from '../../../../src/core/checkers/types.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import { PROBE_TOOLS } from '../../../../src/drivers/probes/probe-tools.ts';

/** The only step of a check, which sends a datagram. */
export function datagramStep(check: CheckConfig): DatagramStep {
  const [step] = checkerOf(check).steps(check);
  if (step?.transport !== 'datagram') throw new Error('a datagram is expected');
  return step;
}

/** An attempt whose random number is the given one. */
export function attemptOf(check: CheckConfig, random = 0): DatagramAttempt {
  return datagramStep(check).ask({ ...PROBE_TOOLS, random16: () => random });
}

/** What an attempt makes of a datagram; the transport keeps no more of it than the step looks at. */
export function taken(check: CheckConfig, hex: string, random = 0): Finding | undefined {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  const { looksAt } = datagramStep(check);
  return attemptOf(check, random).take(bytes.subarray(0, looksAt), bytes.length);
}
