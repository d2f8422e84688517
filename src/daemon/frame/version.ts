/** The version of Tandem, as package.json has it. */
import { readFileSync } from 'node:fs';

/** Version text, `0.1.0`. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
    return String(parsed.version);
  }
  return 'unknown';
}
