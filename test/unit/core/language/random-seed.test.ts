/** The keyword `random_seed`. */
import { expect, test } from 'vitest';
import { parseConfig } from '../../../../src/core/language/parse-config.ts';
import { loaderOf } from '../../../support/parse-text.ts';

function routerId(globals: string): string | undefined {
  return parseConfig({
    file: '/etc/t.conf',
    text: `global_defs {\n${globals}\nrouter_id r\${_RANDOM 0 1000000}\n}\n`,
    loader: loaderOf({}),
    environment: () => undefined,
    random: Math.random,
    host: {},
  }).config?.global.routerId;
}

test('the same seed gives the same random numbers, another one others', () => {
  const first = routerId('random_seed 17');
  expect(first).toMatch(/^r\d+$/);
  expect(routerId('random_seed 17')).toBe(first);
  expect(routerId('random_seed 18')).not.toBe(first);
});
