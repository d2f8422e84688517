/** All commands of a configuration, with the words they were read from. */
import type { ScriptValue, TypedBlock, TypedStatement } from '../../typed/values.ts';

/** A command and where it stands. */
export interface WrittenScript {
  readonly typed: TypedStatement;
  readonly script: ScriptValue;
}

/** Every command, in the order of the lines. */
export function scriptsOf(block: TypedBlock): WrittenScript[] {
  const found: WrittenScript[] = [];
  collect(block, found);
  return found;
}

function collect(block: TypedBlock, found: WrittenScript[]): void {
  for (const typed of block.statements) {
    for (const script of typed.values) {
      if (typeof script === 'object' && script.kind === 'script') found.push({ typed, script });
    }
    if (typed.block !== undefined) collect(typed.block, found);
  }
}
