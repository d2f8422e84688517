/** Facts about the configuration: every finding of the language, what has no effect yet, and what the kernel must allow. */
import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../language/codes.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import { placeText } from '../language/format-diagnostic.ts';
import type { LikeFindings } from '../language/like-findings.ts';
import { type Precondition, preconditionOf } from '../language/preconditions.ts';
import type { FactEntries, FactEntry } from './entry.ts';

/** What a finding carries. */
export interface FindingFields {
  readonly severity: Diagnostic['severity'];
  readonly code: DiagnosticCode;
  /** `FILE:LINE:COLUMN: ` as the front end writes it; empty for the file as a whole. */
  readonly place: string;
  readonly message: string;
}

/** Id of the fact that a finding is. */
export type FindingId = `config.${DiagnosticCode}`;

/** A finding as a fact. */
export type FindingFact = { readonly id: FindingId } & FindingFields;

/** The fact of a finding. */
export function findingFact({ finding, others }: LikeFindings): FindingFact {
  const { severity, code, span, message } = finding;
  const more = others.length === 0 ? '' : ` (and in ${others.length} more lines)`;
  return { id: `config.${code}`, severity, code, place: placeText(span), message: message + more };
}

/** Fields of the findings, by id. */
export type FindingFacts = Readonly<Record<FindingId, FindingFields>>;

/** One entry for each code of the language. */
export const FINDING_FACTS: FactEntries<FindingFacts> = Object.fromEntries(
  Object.entries(DIAGNOSTIC_CODES).map(([code, { summary }]) => [`config.${code}`, entry(summary)]),
) as FactEntries<FindingFacts>;

function entry(summary: string): FactEntry<FindingFields> {
  return {
    component: 'main',
    level: ({ severity }) => severity,
    text: ({ place, message }) => `${place}${message}`,
    meaning: `A finding of the configuration: ${summary}.`,
    fields: {
      severity: '`error`, `warning` or `notice`',
      code: 'code of the finding',
      place: 'file, line and column',
      message: 'the finding',
    },
    shown: ({ place }) => ({
      place: place.replace(/: $/, ''),
      severity: undefined,
      message: undefined,
    }),
  };
}

type PreconditionName = Precondition['name'];

/** Fields of the other facts about the configuration, by id. */
export interface ConfigFacts {
  readonly 'config.words-without-effect': { readonly keywords: readonly string[] };
  readonly 'config.checks-without-bfd': { readonly sessions: readonly string[] };
  readonly 'precondition.unmet': { readonly name: PreconditionName };
  readonly 'precondition.met': {
    readonly name: PreconditionName;
    readonly state: 'met' | 'notNeeded';
  };
}

/** Their entries. */
export const CONFIG_FACTS: FactEntries<ConfigFacts> = {
  'config.words-without-effect': {
    component: 'main',
    level: 'warning',
    text: ({ keywords }) =>
      `not supported yet (understood, but without effect): ${keywords.join(', ')}`,
    meaning: 'The configuration uses words that Tandem understands but does not act on yet.',
    fields: { keywords: 'the words' },
  },
  'config.checks-without-bfd': {
    component: 'main',
    level: 'warning',
    text: ({ sessions }) =>
      `BFD does not run with -C: BFD_CHECK of ${sessions.join(', ')} gets no result, and its servers stay as they begin`,
    meaning:
      'BFD sessions are a part of the vrrp process, which -C leaves out. A BFD_CHECK then never has a result: its server is alive, with alpha it is down.',
    fields: { sessions: 'the sessions that checks name' },
  },
  'precondition.unmet': {
    component: 'health',
    level: ({ name }) => preconditionOf(name)?.severity ?? 'error',
    text: ({ name }) => {
      const { sysctl = name, consequence = '' } = preconditionOf(name) ?? {};
      return `${sysctl} is 0: ${consequence} (sysctl -w ${sysctl}=1)`;
    },
    meaning:
      'A setting of the kernel that the configuration needs is off. Set it, and keep it in a file of sysctl.d.',
    fields: { name: 'name of the setting in the metrics' },
    shown: ({ name }) => shownPrecondition(name, 'unmet'),
    limit: ({ name }) => ({ kind: name }),
  },
  'precondition.met': {
    component: 'health',
    level: 'notice',
    text: ({ name, state }) => {
      const sysctl = preconditionOf(name)?.sysctl ?? name;
      return state === 'met'
        ? `${sysctl} is as it should be again`
        : `${sysctl} is still 0, but the configuration no longer needs it`;
    },
    meaning: 'The end of `precondition.unmet`.',
    fields: {
      name: 'name of the setting in the metrics',
      state: '`met`, or `notNeeded` when the configuration changed',
    },
    shown: ({ name, state }) => shownPrecondition(name, state),
    limit: ({ name, state }) => ({ kind: `${name} ${state}` }),
  },
};

function shownPrecondition(
  name: PreconditionName,
  state: string,
): Readonly<Record<string, string | undefined>> {
  return { name: undefined, check: name, setting: preconditionOf(name)?.sysctl ?? name, state };
}
