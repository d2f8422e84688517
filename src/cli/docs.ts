/** `tandem docs`: writes the reference documentation of the language, or says whether written pages are up to date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docPages } from '../core/manual/pages.ts';
import { EXIT_FAILED, EXIT_OK } from './exit.ts';
import { complain, print } from './output.ts';

/** What to do. */
export interface DocsCommand {
  /** Directory to write into. */
  readonly write?: string;
  /** Directory to compare with. */
  readonly check?: string;
}

/** Carries the command out; resolves with the exit status. */
export async function docs({ write, check }: DocsCommand): Promise<number> {
  if (write === undefined && check === undefined) {
    await complain('tandem docs: say --write DIR or --check DIR');
    return EXIT_FAILED;
  }
  const pages = docPages();
  if (write !== undefined) {
    try {
      mkdirSync(write, { recursive: true });
      for (const [name, text] of pages) writeFileSync(join(write, name), text);
    } catch (error) {
      await complain(`tandem docs: ${error instanceof Error ? error.message : String(error)}`);
      return EXIT_FAILED;
    }
    await print(`${pages.size} pages written to ${write}\n`);
  }
  if (check === undefined) return EXIT_OK;
  const stale = [...pages].filter(([name, text]) => textOf(join(check, name)) !== text);
  for (const [name] of stale) await print(`${join(check, name)}\n`);
  return stale.length === 0 ? EXIT_OK : EXIT_FAILED;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A page that is not there is out of date.
    return undefined;
  }
}
