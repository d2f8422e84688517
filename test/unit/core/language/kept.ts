/** What printing and formatting must keep: the shape of a tree and of its typed values, and its comments. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Block } from '../../../../src/core/language/tree.ts';
import type { GivenOption, TypedBlock, Value } from '../../../../src/core/language/typed/values.ts';

/** Words and blocks of a tree, without places. */
export function shapeOf(block: Block): unknown {
  return block.statements.map((statement) => [
    statement.words.map((word) => word.text),
    statement.block === undefined ? null : shapeOf(statement.block),
  ]);
}

/** Keywords and values of a typed tree, without places. */
export function valuesOf(block: TypedBlock): unknown {
  return [
    block.statements.map((typed) => [
      typed.keyword.name,
      typed.usable,
      typed.values.map(plainValue),
      typed.block === undefined ? null : valuesOf(typed.block),
    ]),
    block.entries.map((entry) => entry.values.map(plainValue)),
  ];
}

function plainValue(value: Value | undefined): unknown {
  if (typeof value !== 'object' || value.kind !== 'options') return value;
  return { ...value, given: value.given.map(plainOption) };
}

function plainOption({ name, values, inner = [] }: GivenOption): unknown {
  return { name, values, inner: inner.map(plainOption) };
}

/** All comments of a tree, in order. */
export function commentsOf(block: Block): string[] {
  const texts = block.statements.flatMap(({ leading = [], trailing, block: inside }) => [
    ...leading.map((comment) => comment.text),
    ...(trailing === undefined ? [] : [trailing.text]),
    ...(inside === undefined ? [] : commentsOf(inside)),
    ...(inside?.closing === undefined ? [] : [inside.closing.text]),
  ]);
  return [...texts, ...(block.dangling ?? []).map((comment) => comment.text)];
}

const CORPUS =
  process.env['TANDEM_CORPUS'] ?? join(import.meta.dirname, '../../../../../shared/corpus');

/** Real files beside the repository, where they exist: name and text. */
export const CORPUS_FILES: readonly (readonly [string, string])[] = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .filter((name) => name.endsWith('.conf'))
      .map((name) => [name, readFileSync(join(CORPUS, name), 'utf8')] as const)
  : [];

/** A definition's name in braces, as it is used. */
export function reference(name: string): string {
  return `$\{${name}}`;
}

const WORD = fc.oneof(
  fc.constantFrom(
    'global_defs',
    'vrrp_instance',
    'vrrp_script',
    'VI_1',
    'state',
    'MASTER',
    'interface',
    'eth0',
    'virtual_ipaddress',
    '192.0.2.1/24',
    'dev',
    'notify_master',
    'script',
    'router_id',
    'virtual_server',
    '10.0.0.1',
    '80',
    'real_server',
    'group',
    'vrrp_sync_group',
    'include',
    'weight',
    '"a b"',
    '""',
    '"# ! { }"',
    '"@x"',
    '"$X=1"',
    '"include"',
    '"~SEQ(a,1)"',
    `"${reference('X')}"`,
    '@h',
    '@^h',
    '@other',
    '$X',
    reference('X'),
    reference('Y'),
    '$X=',
    '$Y=5',
    '~SEQ(n,2)',
    reference('n'),
    "'q  r'",
    "'",
    '"',
    '\\',
    '\\#',
    '\\!',
    'a\\"b',
    '\u00a0',
    '\u201cx\u201d',
    'é',
  ),
  fc.string({ maxLength: 4 }),
);

const PIECE = fc.oneof(
  { weight: 12, arbitrary: WORD },
  { weight: 3, arbitrary: fc.constantFrom('{', '}', ' {', '{ ', ' } ') },
  { weight: 4, arbitrary: fc.constantFrom('\n', '\n\n', '\n  ', '\r\n', ' {\n', '\n}\n') },
  { weight: 2, arbitrary: fc.constantFrom('# note\n', ' ! bang\n', '#\n', '# a # b') },
  { weight: 1, arbitrary: fc.constantFrom('\\\n', '\t', '\u000b') },
);

/** Text that looks like a configuration, with everything the lexical layer knows in odd places. */
export const ANY_TEXT: fc.Arbitrary<string> = fc
  .array(fc.tuple(PIECE, fc.constantFrom(' ', ' ', ' ', '', '  ')), { maxLength: 60 })
  .map((pieces) => pieces.map(([piece, gap]) => piece + gap).join(''));

const NAME = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/);
const ADDRESS = fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.0.${a}.${b}`);
const COMMENT = fc.constantFrom('', '', '', ' # why', ' ! because');
const COMMAND = fc.constantFrom(
  '/bin/true',
  '"/bin/sh -c \'echo a\'"',
  "'/bin/a b' root",
  '/bin/a\\ b',
  '"/bin/x \\"y\\""',
  '/bin/a\\#b',
);

/** A configuration that is accepted, of statements that many files have. */
export const GOOD_TEXT: fc.Arbitrary<string> = fc
  .uniqueArray(fc.tuple(NAME, fc.integer({ min: 1, max: 255 }), ADDRESS, COMMENT, COMMAND), {
    maxLength: 4,
    selector: ([, vrid]) => vrid,
  })
  .map((instances) =>
    instances
      .map(
        ([name, vrid, address, comment, command], index) => `${index % 2 === 0 ? '# above\n' : '\n'}
vrrp_instance ${name}${index} {${comment}
interface eth0${comment}
   virtual_router_id ${vrid}

   # dangling?
   notify_master ${command}
   virtual_ipaddress { ${address}/24 dev eth0
   }${comment}
}
virtual_server ${address} 80 { protocol TCP
 real_server ${address} 80 { weight ${vrid}${comment}
 TCP_CHECK { connect_timeout 3 } }
}`,
      )
      .join('\n'),
  );
