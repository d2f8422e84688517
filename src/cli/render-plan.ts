/** A plan as text: `+`, `~` and `-` before objects, settings below them, then masterships, kernel and a summary. */
import type {
  Change,
  ConfigPlan,
  Effect,
  FieldChange,
  InstanceMastership,
  IpvsStep,
} from '../core/plan/config-plan.ts';
import type { PlanBase } from './plan-base.ts';
import { type Cell, type Color, paint, type TextOptions, tableLines } from './table.ts';

/** What to write. */
export interface PlanText {
  readonly file: string;
  readonly base: PlanBase;
  readonly plan: ConfigPlan;
}

/** Longer lists of operations are cut; JSON has them all. */
const STEPS_MAX = 40;
const STEP_INDENT = 2;

const SIGN: Readonly<Record<Change['change'], { readonly sign: string; readonly color: Color }>> = {
  add: { sign: '+', color: 'good' },
  change: { sign: '~', color: 'unsure' },
  remove: { sign: '-', color: 'bad' },
};

const EFFECT: Readonly<Record<Effect, string>> = {
  starts: '',
  ends: '',
  'in-place': 'in place',
  restarts: 'restarts',
  'next-start': 'at the next start',
  'none-yet': 'not in effect yet',
};

/** The whole text, with a final line feed. */
export function renderPlan(text: PlanText, options: TextOptions): string {
  const { plan, base } = text;
  const sections = [
    [heading(text)],
    ...plan.changes.map((change) => changeLines(change, 0, options)),
    mastershipLines(text, options),
    ipvsLines(plan.ipvs, base, options),
    [summary(plan)],
  ];
  const shown = plan.changes.length === 0 ? [sections[0], ['Nothing would change.']] : sections;
  return `${shown
    .filter((lines) => lines !== undefined && lines.length > 0)
    .map((lines) => lines?.join('\n'))
    .join('\n\n')}\n`;
}

function heading({ file, base }: PlanText): string {
  const against = base.kind === 'running' ? 'the running configuration' : base.file;
  const since = base.loadedAt === undefined ? '' : ` (${base.file}, read ${base.loadedAt})`;
  return `${file} against ${against}${since}:`;
}

function changeLines(change: Change, depth: number, options: TextOptions): string[] {
  const { sign, color } = SIGN[change.change];
  const indent = ' '.repeat(STEP_INDENT * depth);
  const name = change.name === '' ? change.type : `${change.type} ${change.name}`;
  const effect = EFFECT[change.effect];
  const about = [effect, change.about ?? ''].filter((part) => part !== '').join('; ');
  const head = `${indent}${paint(`${sign} ${name}`, color, options.color)}${about === '' ? '' : `  (${about})`}`;
  const below = STEP_INDENT * (depth + 2);
  return [
    head,
    ...tableLines(change.fields.map(fieldCells), options, below),
    ...change.consequences.map((sentence) => `${' '.repeat(below)}${sentence}`),
    ...change.parts.flatMap((part) => changeLines(part, depth + 2, options)),
  ];
}

/** `priority  150 -> 100`; an element of a list has its sign alone. */
function fieldCells({ field, from, to, note }: FieldChange): Cell[] {
  const remark = note === undefined ? '' : `  (${note})`;
  if (from === null) return [{ text: field }, { text: `+ ${to ?? ''}${remark}`, color: 'good' }];
  if (to === null) return [{ text: field }, { text: `- ${from}${remark}`, color: 'bad' }];
  return [{ text: field }, { text: `${from} -> ${to}${remark}` }];
}

const VERDICT: Readonly<
  Record<InstanceMastership['verdict'], { readonly text: string; readonly color: Color }>
> = {
  moves: { text: 'moves', color: 'bad' },
  'may-move': { text: 'may move', color: 'unsure' },
};

function mastershipLines({ plan, base }: PlanText, options: TextOptions): string[] {
  if (plan.mastership.length === 0) {
    return ['Mastership: stays where it is'];
  }
  const rows = plan.mastership.flatMap(({ instance, state, verdict, reasons }) =>
    reasons.map((reason, index): Cell[] => {
      const isFirst = index === 0;
      return [
        { text: isFirst ? instance : '', color: 'strong' },
        { text: isFirst ? state : '' },
        isFirst ? VERDICT[verdict] : { text: '' },
        { text: reason },
      ];
    }),
  );
  const unknown =
    base.kind === 'running' && base.facts.vrrp === undefined
      ? ' (the vrrp process does not answer)'
      : '';
  return [`Mastership${unknown}:`, ...tableLines(rows, options, STEP_INDENT)];
}

function ipvsLines(steps: readonly IpvsStep[], base: PlanBase, options: TextOptions): string[] {
  if (steps.length === 0) return [];
  const rows = steps
    .slice(0, STEPS_MAX)
    .map((step): Cell[] => [
      { text: step.operation, color: step.operation.startsWith('remove') ? 'bad' : 'strong' },
      { text: step.service },
      { text: step.destination ?? '' },
      { text: step.operation.startsWith('remove') ? '' : step.detail },
    ]);
  const rest = steps.length - rows.length;
  const more = rest === 0 ? [] : [`  and ${rest} more (--json lists all)`];
  const assumed = base.facts.health === undefined ? ', if all servers are alive' : '';
  return [`IPVS operations${assumed}:`, ...tableLines(rows, options, STEP_INDENT), ...more];
}

function summary({ summary: numbers, mastership }: ConfigPlan): string {
  const { added, changed, removed, ipvsOperations } = numbers;
  const moving = mastership.filter(({ verdict }) => verdict === 'moves').length;
  const maybe = mastership.length - moving;
  const parts = [
    `${added} to add, ${changed} to change, ${removed} to remove`,
    `${ipvsOperations} IPVS ${ipvsOperations === 1 ? 'operation' : 'operations'}`,
    moving === 0 ? '' : `${moving} ${moving === 1 ? 'mastership moves' : 'masterships move'}`,
    maybe === 0 ? '' : `${maybe} may move`,
  ];
  return `Plan: ${parts.filter((part) => part !== '').join('; ')}`;
}
