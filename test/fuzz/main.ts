/** The program behind `npm run fuzz`: each decoder in turn, for as long as is asked. */
import { parseArgs } from 'node:util';
import { attempt, type FuzzTarget, fuzz, inputOf } from './engine.ts';
import { TARGETS } from './targets.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    decoder: { type: 'string' },
    seed: { type: 'string' },
    at: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
const chosen = TARGETS.filter(
  ({ name }) => values.decoder === undefined || name === values.decoder,
);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** One input again. */
function again(target: FuzzTarget, index: number): void {
  const input = inputOf(target, seed, index);
  const wrong = attempt(target, input, seed, index);
  say(`${hex(input)}\n${wrong ?? 'nothing is wrong'}`);
  if (wrong !== undefined) process.exitCode = 1;
}

function long(target: FuzzTarget, ms: number): void {
  const { runs, failure } = fuzz(target, seed, { until: performance.now() + ms });
  say(`${target.name}: ${runs} inputs, ${failure === undefined ? 'nothing is wrong' : 'FAILED'}`);
  if (failure === undefined) return;
  process.exitCode = 1;
  say(`${failure.message}\ninput, made small: ${hex(failure.input)}`);
  say(`again: npm run fuzz -- --decoder ${target.name} --seed ${seed} --at ${failure.index}`);
}

if (values.list) for (const { name } of TARGETS) say(name);
else if (chosen.length === 0) {
  say(`there is no decoder ${values.decoder}; --list names them`);
  process.exitCode = 2;
} else {
  say(`seed ${seed}`);
  const ms = (Number(values.minutes) * 60_000) / chosen.length;
  for (const target of chosen) {
    if (values.at === undefined) long(target, ms);
    else again(target, Number(values.at));
  }
}
