/** FILE_CHECK: the number in a tracked file is a share of the weight of the server, or takes it out. */
import type { FileCheckConfig } from '../../model/config.ts';
import { ASKS_NOBODY, COUNTS_AT_ONCE } from '../asks-nobody.ts';
import type { Finding } from '../outcome.ts';
import type { Checker } from '../types.ts';

/** The row of FILE_CHECK. It has none of the words that other checkers have in common. */
export const FILE_CHECK: Checker<FileCheckConfig> = {
  title: 'Weight from a tracked file',
  ...ASKS_NOBODY,
  build: (block, { label, delayLoop }, server) => {
    const file = server.trackedFile();
    if (file === undefined) return undefined;
    const own = block.number('weight');
    const reverse = block.text('weight', 1) === 'reverse';
    const { weight, isReversed } = own === undefined ? file : { weight: own, isReversed: reverse };
    const rhythm = { delayLoop, ...COUNTS_AT_ONCE, alpha: false };
    return { type: 'FILE_CHECK', label, ...rhythm, file: file.name, weight, isReversed };
  },
  settings: {
    file: { kind: 'work', keyword: 'track_file' },
    weight: { kind: 'work', keyword: 'weight' },
    isReversed: { kind: 'work', keyword: 'weight', shown: 'weight (reverse)' },
  },
  tracks: (check) => ({
    kind: 'file',
    name: check.file,
    judge: (fact) => (fact.kind === 'file' ? judgeValue(check, fact.value) : undefined),
  }),
};

/** A product from here on downwards is no weight: the server is out (measured on keepalived 2.4.3). */
const OUT_FROM = -2_147_483_648;

function judgeValue({ weight, isReversed }: FileCheckConfig, value: number): Finding {
  if (weight === 0) {
    const isOut = (value !== 0) !== isReversed;
    return { outcome: isOut ? 'bad-content' : 'ok', detail: `the file says ${value}` };
  }
  const factor = isReversed ? -weight : weight;
  const amount = value * factor;
  const detail = `the file says ${value}, times ${factor}`;
  if (amount <= OUT_FROM) return { outcome: 'bad-content', detail };
  return { outcome: 'ok', detail, weight: { kind: 'add', amount } };
}
