/** MISC_CHECK with a runner of programs that does what the test says. */
import { describe, expect, it } from 'vitest';
import { seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import type { ProgramOutcome } from '../../../../src/core/model/program-outcome.ts';
import type { CheckProgram, ProgramPort } from '../../../../src/drivers/probes/program-port.ts';
import { miscCheck } from '../../../support/builders/check.ts';
import { Prober } from '../../../support/probing.ts';

class FakePrograms implements ProgramPort {
  readonly asked: CheckProgram[] = [];
  cancelled = 0;
  readonly #outcome: ProgramOutcome | undefined;

  constructor(outcome?: ProgramOutcome) {
    this.#outcome = outcome;
  }

  run(program: CheckProgram, onEnd: Parameters<ProgramPort['run']>[1]): () => void {
    this.asked.push(program);
    const outcome = this.#outcome;
    if (outcome !== undefined) {
      queueMicrotask(() => onEnd({ key: 'x', outcome, ran: ZERO_DURATION }));
    }
    return () => {
      this.cancelled += 1;
    };
  }
}

describe('MISC_CHECK', () => {
  it('has its program run, with its limit, and passes on what the end says of the weight', async () => {
    const programs = new FakePrograms({ kind: 'exited', status: 12 });
    const result = await new Prober(1, programs).run(miscCheck({ isDynamic: true }));
    expect(result).toMatchObject({ outcome: 'ok', weight: { kind: 'replace', weight: 10 } });
    expect(programs.asked).toEqual([{ command: { argv: ['/bin/check'] }, timeLimit: seconds(3) }]);
    expect(programs.cancelled).toBe(0);
  });

  it('takes the program back when it is cancelled', () => {
    const programs = new FakePrograms();
    const prober = new Prober(1, programs);
    prober.runner.start(1, 1, miscCheck());
    prober.runner.cancel(1, 1);
    expect(programs.cancelled).toBe(1);
    expect(prober.results).toEqual([]);
  });
});
