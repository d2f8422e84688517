/** The programs that are built beside the native module (`programs/*.c`). */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a built file is: beside dist/ for compiled files, beside the sources when those are run directly. */
export function builtFile(name: string): string {
  const [installed = '', source = ''] = [`../build/${name}`, `./build/${name}`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return existsSync(source) ? source : installed;
}
