/** Plants one fault: the source as it would read, and the plugin that shows it to a bundler in the place of the file. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Mutation } from './mutations.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The file of a mutation with the fault in it; throws unless the text that it replaces stands there exactly once. */
export function mutated({ name, file, find, replace }: Mutation): string {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: ${file} holds its text ${count} times, not once`);
  return source.replace(find, () => replace);
}

/** For Vite and Rolldown alike. */
export function planted(mutation: Mutation): {
  name: string;
  enforce: 'pre';
  load: (id: string) => string | null;
} {
  const path = join(ROOT, mutation.file);
  return {
    name: `mutation ${mutation.name}`,
    enforce: 'pre',
    load: (id) => (id.split('?', 1)[0] === path ? mutated(mutation) : null),
  };
}
