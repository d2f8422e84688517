/** The programs that are built beside the native module (`programs/*.c`). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HERE } from './here.ts';

/** Where a built file is: beside dist/ for compiled files, beside the sources when those are run directly. */
export function builtFile(name: string): string {
  const source = join(HERE, 'build', name);
  return existsSync(source) ? source : join(HERE, '../build', name);
}
