/** Names from which the names of files are made. */
import { expect, test } from 'vitest';
import { parse } from '../../../support/parse-text.ts';

test.each([
  'net_namespace ../../proc/1/ns/net',
  'net_namespace ..',
  'net_namespace a/b',
  'net_namespace_ipvs .',
  'instance ../../x',
])('%s is refused: it is no name, and another network is no way out', (line) => {
  const { diagnostics, verdict } = parse(`${line}\n`);
  expect(diagnostics.map(({ code }) => code)).toContain('place-name');
  expect(verdict.refused).toBe(true);
});

test.each(['net_namespace blue-1.x', 'net_namespace_ipvs', 'instance ..x', 'instance "a b"'])(
  '%s may be',
  (line) => {
    expect(parse(`${line}\n`).diagnostics.map(({ code }) => code)).not.toContain('place-name');
  },
);
