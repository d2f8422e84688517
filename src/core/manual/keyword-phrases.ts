/** What the tables say about a keyword, as labelled phrases: the same for the terminal and for pages. */
import type { ArgSpec, Keyword } from '../language/schema/keyword-table.ts';
import { argsText, isWholeSyntax, typeText } from './type-text.ts';

/** A label and what belongs to it. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** The keyword with its arguments, as in a line: `advert_int SECONDS`. */
export function syntaxOf(keyword: Keyword): string {
  const line = `${keyword.name} ${argsText(keyword.args)}`.trimEnd();
  return keyword.block === undefined ? line : `${line} { ... }`;
}

/** What may be written for each argument. */
export function argFacts(args: readonly ArgSpec[] | undefined): readonly Fact[] {
  if (args?.some(isWholeSyntax) === true) return [];
  return (args ?? []).map(({ name, type, absent }) => {
    const otherwise =
      absent === undefined || type.kind === 'boolean' ? '' : `; ${absent} when absent`;
    return { label: name, text: `${typeText(type)}${otherwise}` };
  });
}

/** Default, age, status and what happens when it is written otherwise. */
export function usageFacts(keyword: Keyword): readonly Fact[] {
  const facts: (Fact | undefined)[] = [
    fact('Default', keyword.default),
    fact('Also', aliasText(keyword)),
    fact('Since', sinceText(keyword.since)),
    fact('Deprecated', deprecationText(keyword)),
    fact('Twice', REPEAT[keyword.repeat ?? 'last']),
    fact('Missing', missingText(keyword)),
    fact('Surplus', EXTRA[keyword.extra ?? 'ignored']),
    fact('Secret', keyword.secret === true ? 'its value is never shown in messages' : undefined),
    fact('Status', STATUS[keyword.effect]),
  ];
  return facts.filter((one) => one !== undefined);
}

/** What each label of `usageFacts` means. */
export const LABELS: readonly Fact[] = [
  { label: 'Default', text: 'what counts when the keyword is not written' },
  { label: 'Also', text: 'other names' },
  { label: 'Since', text: 'the first release of keepalived with the keyword under this name' },
  { label: 'Deprecated', text: 'what to write instead' },
  { label: 'Twice', text: 'what happens when it is written again in the same block' },
  { label: 'Missing', text: 'what happens without an argument that must be there' },
  { label: 'Surplus', text: 'what happens with more words than it takes' },
  { label: 'Status', text: 'whether Tandem does what it asks for' },
];

/** Words for the effect of a keyword at run time. */
export const STATUS: Readonly<Record<Keyword['effect'], string>> = {
  supported: 'in effect',
  'not-supported-yet': 'not supported yet: read and checked, without effect so far',
  obsolete: 'obsolete: read, without effect',
};

const REPEAT: Readonly<Record<NonNullable<Keyword['repeat']>, string>> = {
  last: 'the last one counts',
  'last-complaint': 'the last one counts, with a complaint',
  'first-complaint': 'the first one counts, with a complaint',
  all: 'all of them count',
};

const EXTRA: Readonly<Record<NonNullable<Keyword['extra']>, string | undefined>> = {
  ignored: undefined,
  complaint: 'a complaint; the keyword counts',
  drop: 'a complaint; the keyword does not count',
  refused: 'the file is refused (exit status 2)',
};

const MISSING: Readonly<Record<NonNullable<Keyword['missing']>, string>> = {
  refused: 'the file is refused (exit status 2)',
  complaint: 'a complaint; the keyword does not count',
  ignored: 'it counts as it stands',
  logged: 'a warning; the keyword does not count',
};

function fact(label: string, text: string | undefined): Fact | undefined {
  return text === undefined ? undefined : { label, text };
}

function aliasText({ aliases = [] }: Keyword): string | undefined {
  if (aliases.length === 0) return undefined;
  return aliases
    .map(({ name, deprecated }) => (deprecated === undefined ? name : `${name} (deprecated)`))
    .join(', ');
}

function sinceText(since: string | undefined): string | undefined {
  if (since === undefined) return undefined;
  if (since === 'tandem') return 'only in Tandem; keepalived does not know it';
  return since.startsWith('after') ? `keepalived, ${since}` : `keepalived ${since}`;
}

function deprecationText({ deprecatedBy }: Keyword): string | undefined {
  return deprecatedBy === undefined ? undefined : `use ${deprecatedBy}`;
}

function missingText({ args = [], missing, block }: Keyword): string | undefined {
  const [first] = args;
  if (first === undefined || first.optional === true) return undefined;
  const what = first.name.length > 20 ? 'it' : first.name;
  const effect = MISSING[missing ?? 'refused'];
  return `without ${what}, ${block === undefined ? effect : effect.replace('keyword', 'block')}`;
}
