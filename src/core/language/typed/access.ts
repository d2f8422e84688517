/**
 * Reading typed blocks: the last usable value of a keyword, by the kind it has in the table. Asking for
 * another kind than the table gives is a mistake of ours and answers "absent", which the tests of the
 * builders notice.
 */
import { type Duration, microseconds } from '../../base/time.ts';
import type { OptionsValue, ScriptValue, TypedBlock, TypedStatement, Value } from './values.ts';

/** All usable statements of a keyword, in order. */
export function all(block: TypedBlock | undefined, name: string): TypedStatement[] {
  return block?.statements.filter((typed) => typed.keyword.name === name && typed.usable) ?? [];
}

/** The last usable statement of a keyword. */
export function last(block: TypedBlock | undefined, name: string): TypedStatement | undefined {
  const statements = block?.statements;
  if (statements === undefined) return undefined;
  if (statements.length > SHORT) return lastOfMany(statements).get(name);
  for (let i = statements.length - 1; i >= 0; i--) {
    const typed = statements[i];
    if (typed?.usable && typed.keyword.name === name) return typed;
  }
  return undefined;
}

/** Up to so many statements are looked through; a virtual server may have tens of thousands. */
const SHORT = 64;
const INDEXES: WeakMap<
  readonly TypedStatement[],
  ReadonlyMap<string, TypedStatement>
> = new WeakMap();

function lastOfMany(statements: readonly TypedStatement[]): ReadonlyMap<string, TypedStatement> {
  const known = INDEXES.get(statements);
  if (known !== undefined) return known;
  const index = new Map<string, TypedStatement>();
  for (const typed of statements) if (typed.usable) index.set(typed.keyword.name, typed);
  INDEXES.set(statements, index);
  return index;
}

/** The value at `position` of the last usable statement of a keyword. */
export function value(
  block: TypedBlock | undefined,
  name: string,
  position = 0,
): Value | undefined {
  return last(block, name)?.values[position];
}

/** A number, undefined when absent. */
export function number(
  block: TypedBlock | undefined,
  name: string,
  position = 0,
): number | undefined {
  const found = value(block, name, position);
  return typeof found === 'number' ? found : undefined;
}

/** A time. */
export function duration(
  block: TypedBlock | undefined,
  name: string,
  position = 0,
): Duration | undefined {
  const found = number(block, name, position);
  return found === undefined ? undefined : microseconds(found);
}

/** A word or an address. */
export function text(
  block: TypedBlock | undefined,
  name: string,
  position = 0,
): string | undefined {
  const found = value(block, name, position);
  return typeof found === 'string' ? found : undefined;
}

/** A boolean keyword's value; undefined when absent. */
export function bool(block: TypedBlock | undefined, name: string): boolean | undefined {
  const found = value(block, name);
  return typeof found === 'boolean' ? found : undefined;
}

/** True when a keyword without values is present. */
export function flag(block: TypedBlock | undefined, name: string): boolean {
  return last(block, name) !== undefined;
}

/** A command. */
export function script(block: TypedBlock | undefined, name: string): ScriptValue | undefined {
  const found = value(block, name);
  return typeof found === 'object' && found.kind === 'script' ? found : undefined;
}

/** A value that is a set of options; undefined when it is something else. */
export function asOptions(found: Value | undefined): OptionsValue | undefined {
  return typeof found === 'object' && found.kind === 'options' ? found : undefined;
}

/** The first value of the last option of a name; true for an option without values. */
export function option(options: OptionsValue | undefined, name: string): Value | undefined {
  const given = options?.given.findLast((one) => one.name === name);
  return given === undefined ? undefined : (given.values[0] ?? true);
}
