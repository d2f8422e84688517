/** The version of Tandem, as package.json has it. */
import { readFileSync } from 'node:fs';
import { HOME } from './places.ts';

/** Version text, `0.1.0`. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(`${HOME}package.json`, 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
    return String(parsed.version);
  }
  return 'unknown';
}
