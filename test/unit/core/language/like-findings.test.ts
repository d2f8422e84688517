/** Findings that say the same of many places. */
import { expect, test } from 'vitest';
import { findingFact } from '../../../../src/core/facts/config-facts.ts';
import { formatFindings } from '../../../../src/core/language/format-diagnostic.ts';
import { likeFindings } from '../../../../src/core/language/like-findings.ts';
import { parse } from '../../../support/parse-text.ts';

const SERVICE = (n: number): string =>
  `virtual_server 192.0.2.${n} 80 {\n  protocol TCP\n  lvs_sched rr\n  real_server 10.0.0.${n} 80 {\n  }\n}\n`;

function findings(count: number) {
  const text = Array.from({ length: count }, (_, n) => SERVICE(n + 1)).join('');
  return parse(text).diagnostics.filter(({ code }) => code === 'default-assumed');
}

test('H16: equal findings of many virtual servers are told once, with their number and some places', () => {
  const texts = formatFindings(findings(40));
  expect(texts.length).toBe(1);
  expect(texts[0]).toContain('no valid lvs_method is given; NAT is assumed');
  expect(texts[0]?.split('\n').at(-1)).toBe(
    '  the same in 39 more lines: 7, 13, 19, 25, 31, 37, 43, 49, ...',
  );
  const [fact, ...more] = likeFindings(findings(40)).map(findingFact);
  expect(fact?.message).toBe('no valid lvs_method is given; NAT is assumed (and in 39 more lines)');
  expect(more).toEqual([]);
});

test('H16: a few are told one by one, and others keep their order', () => {
  expect(formatFindings(findings(3)).length).toBe(3);
  expect(likeFindings(findings(3)).every(({ others }) => others.length === 0)).toBe(true);
  const all = parse(
    `global_defs {\n  nonsense\n}\n${[1, 2, 3, 4].map(SERVICE).join('')}more nonsense\n`,
  ).diagnostics.filter(({ severity }) => severity !== 'notice');
  const codes = likeFindings(all).map(({ finding }) => finding.code);
  expect(codes).toEqual(
    [...new Set(codes)].concat(codes.length > new Set(codes).size ? ['unknown-keyword'] : []),
  );
  expect(codes.filter((code) => code === 'default-assumed').length).toBe(1);
});
