/** Where the program's own files are: compiled beside the sources, or bundled. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The directory that holds `package.json` and, below `dist`, the program. */
export const HOME: string = fileURLToPath(nearest('package.json', new URL('.', import.meta.url)));

/** What every process of Tandem runs: `main.js`, a path. */
export const PROGRAM: string = `${HOME}dist/main.js`;

/** The nearest directory, from `from` upwards, that holds a file of that name; the root when none does. */
function nearest(name: string, from: URL): URL {
  const above = new URL('..', from);
  return existsSync(new URL(name, from)) || above.href === from.href ? from : nearest(name, above);
}
