/** Where the program's own files are: compiled beside the sources, or bundled. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Node before 20.11 tells it as a URL only. */
const HERE: string = import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url));

/** The directory that holds `package.json` and, below `dist`, the program. */
export const HOME: string = join(nearest('package.json', HERE), '/');

/** What every process of Tandem runs: `main.js`, a path. */
export const PROGRAM: string = `${HOME}dist/main.js`;

/** The nearest directory, from `from` upwards, that holds a file of that name; the root when none does. */
function nearest(name: string, from: string): string {
  const above = dirname(from);
  return existsSync(join(from, name)) || above === from ? from : nearest(name, above);
}
