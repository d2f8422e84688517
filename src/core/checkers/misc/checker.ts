/** MISC_CHECK: a program decides; with `misc_dynamic` its exit status is a weight. */
import { exactSpanText } from '../../base/span-text.ts';
import { seconds } from '../../base/time.ts';
import { commandText } from '../../model/command.ts';
import type { MiscCheckConfig } from '../../model/config.ts';
import type { Checker } from '../types.ts';
import { judgeOutcome } from './judge.ts';

/** The row of MISC_CHECK. Defaults as in keepalived. */
export const MISC_CHECK: Checker<MiscCheckConfig> = {
  title: 'Up while a command succeeds',
  defaults: { retry: 0, delayBeforeRetry: seconds(1) },
  build: (block, common, server) => {
    const command = server.command();
    if (command === undefined) return undefined;
    const limit = block.number('misc_timeout') ?? 0;
    return {
      type: 'MISC_CHECK',
      ...common,
      command,
      timeLimit: limit === 0 ? server.delayLoop : seconds(limit),
      isDynamic: block.has('misc_dynamic'),
    };
  },
  settings: {
    command: { kind: 'work', keyword: 'misc_path', text: commandText },
    timeLimit: { kind: 'work', keyword: 'misc_timeout', text: exactSpanText },
    isDynamic: { kind: 'work', keyword: 'misc_dynamic' },
  },
  rhythmSettings: ['timeLimit'],
  timeoutReason: 'timeout',
  endpoints: () => [],
  usesPorts: false,
  attemptTime: ({ timeLimit }) => timeLimit,
  turns: () => [],
  hurries: () => false,
  pausesFromStart: true,
  steps: ({ command, timeLimit, isDynamic }) => [
    {
      transport: 'program',
      command,
      timeLimit,
      judge: (outcome) => judgeOutcome(outcome, isDynamic),
    },
  ],
};
