/** The runner process as notifications use it. */
import type { ProgramEnd } from '../../core/programs/program-request.ts';
import type { DeliveryPort } from '../outlets/notify/notifier.ts';
import type { Children } from './children.ts';
import type { ProgramRun } from './programs.ts';

/** Hands orders to the runner process; `onEnded` hears of each program's end under the key it was ordered with. */
export function deliveryPort(
  children: Pick<Children, 'programs' | 'sendRunner'>,
  onEnded: (end: ProgramEnd) => void,
): DeliveryPort {
  const runs = new Map<string, ProgramRun>();
  return {
    run: ({ key, ...wanted }) => {
      const run = children.programs.run(wanted);
      runs.set(key, run);
      void run.end.then((end) => {
        runs.delete(key);
        onEnded({ ...end, key });
      });
    },
    cancel: (key) => runs.get(key)?.cancel(),
    deliver: (order) => children.sendRunner(order),
  };
}
