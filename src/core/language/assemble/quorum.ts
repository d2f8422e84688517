/** Builds quorum and hysteresis with the repairs that the sum of the weights asks for. */
import type { VirtualServerConfig } from '../../model/config.ts';
import { last, number } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';

/** Both numbers; `sum` is that of all weights. */
export function quorumOf(
  typed: TypedStatement,
  block: TypedBlock,
  sum: number,
  context: BuildContext,
): Pick<VirtualServerConfig, 'quorum' | 'hysteresis'> {
  const at = (keyword: string): TypedStatement => last(block, keyword) ?? typed;
  let quorum = number(block, 'quorum') ?? 1;
  if (quorum > sum) {
    atStatement(
      context,
      'quorum-reset',
      at('quorum').statement,
      `quorum ${quorum} is above the sum of all weights; ${sum} is used`,
      {
        isConsequence: context.typing.tried.has(block, 'real_server', 'quorum'),
        suggestion:
          sum === 0 ? 'give at least one server a weight above 0' : `write quorum ${sum} or less`,
      },
    );
    quorum = sum;
  }
  let hysteresis = number(block, 'hysteresis') ?? 0;
  if (hysteresis >= quorum && hysteresis > 0) {
    const used = Math.max(0, quorum - 1);
    atStatement(
      context,
      'quorum-reset',
      at('hysteresis').statement,
      `hysteresis ${hysteresis} is not below the quorum; ${used} is used`,
      {
        expected: `a hysteresis below the quorum of ${quorum}`,
      },
    );
    hysteresis = used;
  }
  return { quorum, hysteresis };
}
