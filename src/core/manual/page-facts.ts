/** The page about facts: what the log says, by the id of each line, and the reasons for the states of VRRP. */
import { allFactIds, type FactId, factEntry } from '../facts/catalogue.ts';
import { REASON_IDS, REASONS } from '../vrrp/reasons.ts';
import { isCode } from './code-doc.ts';
import { anchor, cell, code, GENERATED, link } from './markdown.ts';

const TEXT = `Everything that Tandem reports as it happens is a fact with an id. In JSON (\`tandem run --log-format json\`) a line carries \`id\`, \`component\`
(\`main\`, \`vrrp\` or \`checker\`), \`level\`, \`message\`, \`time\` and the fields below. Ids stay the same. Texts may change. \`tandem explain ID\` says the same
in a terminal.

Levels: *error* needs a person, *warning* is something degraded, *notice* a change of state, *info* the life of the program, *debug* traffic. A fact
that can be repeated without end is limited, and one line tells how many were held back; a change of state always has its line.`;

/** Ids with a section of their own: findings are on their own pages. */
export function ownFactIds(): readonly FactId[] {
  return allFactIds().filter((id) => !isFinding(id));
}

/** The level of a fact; of some it depends on what happened. */
export function levelText(id: FactId): string {
  const { level } = factEntry(id);
  return typeof level === 'string' ? level : 'varies';
}

/** Whose fact it is. */
export function componentText(id: FactId): string {
  const { component } = factEntry(id);
  return component === 'any' ? 'any process' : component;
}

/** The page, by its file name. */
export function factsPage(): readonly (readonly [string, string])[] {
  const ids = ownFactIds();
  const rows = ids.map((id) => {
    const place = link(`#${id}`, code(id));
    return `| ${place} | ${levelText(id)} | ${componentText(id)} | ${cell(factEntry(id).meaning)} |`;
  });
  const findings = `${link('diagnostics.md', 'findings')} and ${link('rules.md', 'advice')}`;
  const text = [
    GENERATED,
    '# Facts',
    '',
    TEXT,
    '',
    '| id | level | process | when |',
    '| --- | --- | --- | --- |',
    ...rows,
    `| \`config.CODE\` | that of the finding | main | A finding of the configuration: see ${findings}. |`,
    '',
    ...ids.flatMap(section),
    anchor('reasons'),
    '',
    '## Reasons of VRRP states',
    '',
    'The same words in the log, in `tandem status`, in the labels of metrics and in `tandem explain REASON`.',
    '',
    '| reason | meaning |',
    '| --- | --- |',
    ...REASON_IDS.map((id) => `| ${code(id)} | ${cell(REASONS[id].explanation)} |`),
    '',
  ].join('\n');
  return [['facts.md', text]];
}

function section(id: FactId): string[] {
  const { meaning, fields } = factEntry(id);
  const names = Object.entries(fields).map(([name, what]) => `- ${code(name)}: ${what}`);
  return [
    anchor(id),
    '',
    `## ${id}`,
    '',
    `*${levelText(id)}, ${componentText(id)}.* ${meaning}`,
    '',
    ...names,
    ...(names.length > 0 ? [''] : []),
  ];
}

function isFinding(id: FactId): boolean {
  return id.startsWith('config.') && isCode(id.slice('config.'.length));
}
