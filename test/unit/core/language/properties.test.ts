/** What holds for any input of the front end. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what the language calls a definition
/** Properties of the front end under arbitrary and damaged input: it never throws, always ends, and points inside the files. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/core/language/diagnostic.ts';
import { formatDiagnostic } from '../../../../src/core/language/format-diagnostic.ts';
import { allTables } from '../../../../src/core/language/keywords/root.ts';
import type { ParseResult } from '../../../../src/core/language/parse-config.ts';
import { MAIN, parse } from '../../../support/parse-text.ts';

const KEYWORDS = allTables().flatMap((table) => table.keywords.map((keyword) => keyword.name));

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KEYWORDS) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '{',
      '}',
      '"',
      "'",
      '\\',
      '#',
      '!',
      '$',
      '${',
      '$A',
      '${A}',
      '$A=',
      '@x',
      '~SEQ(',
      ')',
      '\u3000',
      '\0',
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '10.0.0.1',
      '10.0.0.1/24',
      'fe80::1',
      '80',
      '0',
      '-1',
      '1.5',
      'eth0',
      'on',
      'TCP',
      'fwmark',
      'group',
      'inet6',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
const text = fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n'));

/** Everything that must hold for any result. */
function check(source: string, result: ParseResult): void {
  const lines = source.split('\n');
  for (const item of result.diagnostics) checkPlace(item, lines);
  expect(result.config === undefined).toBe(result.verdict.refused);
  const { errors, warnings, notices } = result.verdict;
  const tooMany = result.diagnostics.some((item) => item.code === 'too-many-diagnostics');
  if (!tooMany) expect(errors + warnings + notices).toBe(result.diagnostics.length);
}

function checkPlace(item: Diagnostic, lines: readonly string[]): void {
  expect(formatDiagnostic(item)).toContain(item.code);
  const { span } = item;
  if (span === undefined || span.file !== MAIN) return;
  const physical = lines[span.line - 1];
  expect(physical).toBeDefined();
  expect(span.column).toBeGreaterThanOrEqual(1);
  expect(span.length).toBeGreaterThanOrEqual(1);
  expect(span.column).toBeLessThanOrEqual((physical ?? '').length + 2);
  if (item.endLine !== undefined) expect(item.endLine).toBeGreaterThanOrEqual(span.line);
}

const WHOLE = `global_defs {
  router_id lb01
  vrrp_garp_master_delay 3
}
$VIP=10.0.0.3
vrrp_script c {
  script "/bin/x 'a b'"
  interval 2
}
vrrp_instance V {
  interface eth0
  virtual_router_id 51
  priority 100
  track_script { c weight 2 }
  virtual_ipaddress {
    \${VIP}/24 dev eth0 label eth0:1
  }
}
virtual_server 10.0.0.3 80 {
  lb_algo rr
  lb_kind TUN type gue port 6080
  protocol TCP
  real_server 10.0.0.7 80 {
    HTTP_GET {
      url {
        path /
        status_code 200-204
      }
    }
  }
}
`;

describe('properties', () => {
  it('any text gives a result, and every finding points into it', () => {
    fc.assert(
      fc.property(text, (source) => check(source, parse(source))),
      { numRuns: 400 },
    );
  });

  it('any characters at all do not throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (source) =>
        check(source.replaceAll('\r', ''), parse(source.replaceAll('\r', ''))),
      ),
      {
        numRuns: 200,
      },
    );
  });

  it('a damaged configuration gives a result', () => {
    const damage = fc.record({
      at: fc.nat({ max: WHOLE.length }),
      cut: fc.nat({ max: 40 }),
      insert: fc.oneof(word, fc.constant('')),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (all) => {
        const source = all.reduce(
          (now, { at, cut, insert }) => now.slice(0, at) + insert + now.slice(at + cut),
          WHOLE,
        );
        check(source, parse(source));
      }),
      { numRuns: 400 },
    );
  });

  it('the same input gives the same result', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(parse(source).diagnostics).toEqual(parse(source).diagnostics);
      }),
      { numRuns: 100 },
    );
  });

  it('cost grows with the size, not faster: deep and wide inputs end', () => {
    const wide = `vrrp_instance V {\nvirtual_ipaddress {\n${'10.0.0.1\n'.repeat(20_000)}}\n}\n`;
    expect(parse(wide).diagnostics.length).toBeLessThanOrEqual(1001);
    expect(parse('{'.repeat(50_000)).verdict.refused).toBe(true);
    expect(parse(`x ${'"'.repeat(900)}`).verdict.exitStatus).toBe(5);
    expect(
      parse(`$A=${'x'.repeat(900)}\n$B=${'${A}'.repeat(200)}\n$C=${'${B}'.repeat(200)}\nx $C\n`)
        .verdict.refused,
    ).toBe(true);
  });
});
